"""What is checked: the measure, or all of them, and the day."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from assistant.eligibility.measures import Measure, measures
from assistant.errors import PolicyError
from assistant.model import Lang
from assistant.web.eligibility.case import ALL, Case
from assistant.web.eligibility.words import say
from assistant.web.escape import attributes, esc


def bar_html(case: Case, flagged: Collection[str], lang: Lang) -> str:
    """The choice of measure and day. ``flagged``: measures whose sources have changed."""
    groups = "".join(_group(kind, case, flagged, lang) for kind in ("support", "duty"))
    chosen = attributes(selected=case.measure == ALL)
    first = f'<option value=""{chosen}>{esc(say(lang, "all"))}</option>'
    today = date.today().isoformat()
    day = attributes(type="date", id="el-day", value=case.as_of or today, data_day=True, data_key="day")
    place = attributes(lang=lang, data_measure=case.measure, data_as_of=case.as_of)
    return (
        f'<div class="el-bar"{place}><p class="el-quiet">{esc(say(lang, "lead"))}</p><p class="el-pick">'
        f'<span><label for="el-measure">{esc(say(lang, "measure"))}</label>'
        f'<select id="el-measure" data-choose data-key="measure">{first}{groups}</select></span>'
        f'<span class="el-day"><label for="el-day">{esc(say(lang, "as_of"))}</label><input{day}></span>'
        "</p></div>"
    )


def _group(kind: str, case: Case, flagged: Collection[str], lang: Lang) -> str:
    found = sorted(
        (each for each in measures().values() if each.kind == kind),
        key=lambda each: each.title.in_(lang).casefold(),
    )
    options = "".join(_option(each, case, flagged, lang) for each in found)
    return f"<optgroup{attributes(label=say(lang, kind))}>{options}</optgroup>"


def _option(measure: Measure, case: Case, flagged: Collection[str], lang: Lang) -> str:
    title = measure.title.in_(lang)
    words = say(lang, "flagged_option", title=title) if measure.id in flagged else title
    shape = attributes(value=measure.id, selected=measure.id == case.measure)
    return f"<option{shape}>{esc(words)}</option>"


def said_html(error: PolicyError | None, lang: Lang) -> str:
    """What went wrong, above everything."""
    if error is None:
        return ""
    return f'<p class="el-wrong" lang="{lang}" role="alert">{esc(error.message(lang))}</p>'
