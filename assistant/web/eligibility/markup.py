"""Small pieces of the tab's HTML: buttons that become events, tags, lists that say how much is left out."""

from __future__ import annotations

from collections.abc import Iterable

from assistant.eligibility.model import MARKS
from assistant.model import Lang
from assistant.web.eligibility.words import say
from assistant.web.escape import attributes, esc

SIGNS: dict[str, str] = {**MARKS, "none": "–"}


def button(words: str, does: str, *, css: str = "tool", focus: bool = False, **data: object) -> str:
    """A button that sends ``does`` with its data. ``focus``: it takes the keyboard when it appears."""
    sent = {f"data_{name}": value for name, value in data.items() if name != "aria_label"}
    rest = attributes(aria_label=data.get("aria_label"), data_focus=focus, **sent)
    return f'<button type="button" class="{css}" data-does="{esc(does)}"{rest}>{esc(words)}</button>'


def tag(words: str, tone: str = "", title: str = "") -> str:
    """A word or two in a frame; ``tone``: good, bad, warn or nothing."""
    return f'<span class="el-tag {tone}"{attributes(title=title or None)}>{esc(words)}</span>'


def mark(state: str, lang: Lang) -> str:
    """✓, ✗, ? or – with its meaning for those who do not see it."""
    return (
        f'<span class="el-mark {state}"><span aria-hidden="true">{SIGNS[state]}</span>'
        f'<span class="sr">{esc(say(lang, state))}</span></span>'
    )


def value(words: str) -> str:
    """A value on its line with its unit."""
    return esc(words).replace(" %", "\u00a0%").replace(" руб.", "\u00a0руб.").replace("RUB ", "RUB\u00a0")


def items(lines: Iterable[str], css: str = "") -> str:
    """A list of lines of HTML; nothing where there are none."""
    told = "".join(f"<li>{line}</li>" for line in lines)
    return f"<ul{attributes(class_=css or None)}>{told}</ul>" if told else ""


def folded(key: str, summary: str, body: str, *, open_: bool = False, css: str = "") -> str:
    """Something that unfolds; the browser remembers by ``key`` whether the reader opened it."""
    shape = attributes(class_=f"el-fold {css}".strip(), data_key=key, open=open_)
    return f"<details{shape}><summary>{summary}</summary>{body}</details>"


def section(key: str, title: str, body: str) -> str:
    """A part of the page with its heading; nothing where it has nothing to say."""
    if not body:
        return ""
    return (
        f'<section class="el-section" aria-labelledby="el-{key}">'
        f'<h3 id="el-{key}">{esc(title)}</h3>{body}</section>'
    )


def few(names: list[str], most: int, lang: Lang) -> str:
    """The first names, and how many are left."""
    told = "; ".join(names[:most])
    return f"{told}; {say(lang, 'more', n=len(names) - most)}" if len(names) > most else told
