"""A turn -> what a reader can do with it: copy, download, ask again, edit, rate, mark as checked.

Controls carry ``data-`` attributes that ``ask.js`` turns into events.
"""

from __future__ import annotations

from assistant.export import FORMATS
from assistant.model import Lang
from assistant.naming import day_in_words
from assistant.records.feedback import MAX_TEXT, REASONS
from assistant.web.ask.turn import Turn
from assistant.web.ask.words import CHANGED, say
from assistant.web.escape import esc


def tools_html(turn: Turn, number: int, lang: Lang, *, last: bool = True) -> str:
    """The row of tools below a turn, with the form that is open.

    Only the ``last`` one is asked again as it is: editing an earlier one says first what it replaces.
    """
    parts = []
    if turn.answer is not None and turn.key:
        parts += [_copy(turn, lang), _downloads(turn, lang)]
    parts += [_button("retry", "retry", number, lang)] if last else []
    parts.append(_button("edit", "edit", number, lang))
    if turn.answer is not None and turn.key:
        parts += [_thumb("up", turn, number, lang), _thumb("down", turn, number, lang)]
        if turn.answer.citations:
            parts.append(_button("mark", "mark", number, lang, pressed=turn.form == "mark"))
    name = esc(say(lang, "tools"))
    form = {"feedback": _why, "mark": _marking}.get(turn.form)
    opened = form(turn, number, lang) if form else ""
    return f'<div class="tools" role="group" aria-label="{name}">{"".join(parts)}</div>{opened}'


def marks_html(turn: Turn, number: int, lang: Lang) -> str:
    """The experts' marks on an answer: those that hold, and those that fell and why."""
    parts = []
    for mark, state in turn.marks:
        held = state.state == "valid"
        told = say(
            lang,
            "checked" if held else "fallen",
            expert=mark.expert,
            date=day_in_words(mark.checked_on, lang),
        )
        note = f" — {esc(mark.note)}" if mark.note else ""
        why = "; ".join(f"{each.label}: {CHANGED[lang][each.change]}" for each in state.changed)
        reason = f"<br>{esc(why)}" if why else ""
        gone = (
            f'<button type="button" class="tool" data-does="unmark" data-turn="{number}" '
            f'data-mark="{esc(mark.id)}">{esc(say(lang, "unmark"))}</button>'
        )
        sign = "✓" if held else "!"
        kind = "checked" if held else "checked fallen"
        parts.append(
            f'<p class="{kind}"><span aria-hidden="true">{sign}</span> {esc(told)}{note}{reason} {gone}</p>'
        )
    return "".join(parts)


def follow_ups_html(turn: Turn, lang: Lang) -> str:
    """Questions that lead on from the answer."""
    if not turn.follow_ups:
        return ""
    chips = "".join(
        f'<li><button type="button" class="chip" data-question="{esc(each)}">{esc(each)}</button></li>'
        for each in turn.follow_ups
    )
    return f'<div class="next"><h4>{esc(say(lang, "follow_ups"))}</h4><ul class="chips">{chips}</ul></div>'


def _button(key: str, does: str, number: int, lang: Lang, *, pressed: bool | None = None) -> str:
    state = "" if pressed is None else f' aria-expanded="{str(pressed).lower()}"'
    return (
        f'<button type="button" class="tool" data-does="{does}" data-turn="{number}"{state}>'
        f"{esc(say(lang, key))}</button>"
    )


def _copy(turn: Turn, lang: Lang) -> str:
    return (
        f'<button type="button" class="tool" data-fetch="exports/turns/{esc(turn.key)}.md" '
        f'data-done="{esc(say(lang, "copied"))}">{esc(say(lang, "copy"))}</button>'
    )


def _downloads(turn: Turn, lang: Lang) -> str:
    items = "".join(
        f'<li><button type="button" class="tool" data-download="exports/turns/{esc(turn.key)}.{each}">'
        f"{esc(say(lang, f'export_{each}'))}</button></li>"
        for each in FORMATS
    )
    return f'<details class="menu"><summary>{esc(say(lang, "export"))}</summary><ul>{items}</ul></details>'


def _thumb(thumb: str, turn: Turn, number: int, lang: Lang) -> str:
    given = turn.feedback is not None and turn.feedback.thumb == thumb
    name, words = esc(say(lang, thumb)), esc(say(lang, f"thumb_{thumb}"))
    return (
        f'<button type="button" class="tool thumb" data-does="rate" data-turn="{number}" '
        f'data-thumb="{thumb}" aria-pressed="{str(given).lower()}" aria-label="{name}" '
        f'title="{name}">{words}</button>'
    )


def _why(turn: Turn, number: int, lang: Lang) -> str:
    """Reasons for a thumb, and the reader's words."""
    thumb = turn.feedback.thumb if turn.feedback else "down"
    chosen = turn.feedback.reason if turn.feedback else None
    options = "".join(
        f'<label><input type="radio" name="reason-{number}" value="{code}"'
        f"{' checked' if code == chosen else ''}> {esc(words[lang])}</label>"
        for code, words in REASONS[thumb].items()
    )
    text = esc(turn.feedback.text or "") if turn.feedback else ""
    return (
        f'<fieldset class="form" data-form="rate" data-turn="{number}" data-thumb="{thumb}">'
        f"<legend>{esc(say(lang, 'thanks'))} {esc(say(lang, 'why'))}</legend>"
        f'<div class="reasons">{options}</div>'
        f'<label class="wide">{esc(say(lang, "comment"))}<textarea rows="2" maxlength="{MAX_TEXT}" '
        f'name="text">{text}</textarea></label>{_send(number, lang)}</fieldset>'
    )


def _marking(turn: Turn, number: int, lang: Lang) -> str:
    """Who checked the answer, with a note."""
    return (
        f'<fieldset class="form" data-form="mark" data-turn="{number}">'
        f'<legend>{esc(say(lang, "mark"))}</legend><p class="quiet">{esc(say(lang, "mark_lead"))}</p>'
        f'<label class="wide">{esc(say(lang, "expert"))}<input type="text" name="expert" maxlength="200" '
        f'autocomplete="name"></label>'
        f'<label class="wide">{esc(say(lang, "note"))}'
        f'<textarea rows="2" maxlength="2000" name="note"></textarea>'
        f"</label>{_send(number, lang)}</fieldset>"
    )


def _send(number: int, lang: Lang) -> str:
    return (
        f'<p><button type="button" class="tool primary" data-does="send" data-turn="{number}">'
        f"{esc(say(lang, 'send'))}</button> "
        f'<button type="button" class="tool" data-does="close" data-turn="{number}">'
        f"{esc(say(lang, 'cancel'))}</button></p>"
    )
