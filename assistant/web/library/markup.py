"""Small pieces of the tab's HTML: tags with words, links to official sites, addresses inside the app."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from urllib.parse import urlencode

from assistant.model import Lang
from assistant.web.escape import esc
from assistant.web.library.words import say
from assistant.web.plain import host_of

TITLE_CHARS = 260


def tag(words: str, tone: str = "", title: str = "") -> str:
    """A word or two in a frame; ``tone``: good, warn, off or nothing."""
    hint = f' title="{esc(title)}"' if title else ""
    return f'<span class="lib-tag {tone}"{hint}>{esc(words)}</span>'


def outside(url: str, words: str, lang: Lang) -> str:
    """A link that leaves the app. ``url``: one that :func:`assistant.web.plain.host_of` takes."""
    hint = f'<span class="lib-sr"> ({esc(say(lang, "new_window"))})</span>'
    there = f'href="{esc(url)}" target="_blank" rel="noopener noreferrer nofollow"'
    return f"<a {there}>{esc(words).replace('.', '.<wbr>')}{hint}</a>"


def outside_all(urls: Sequence[str], lang: Lang, most: int = 4) -> str:
    """Links to the sites of some addresses; a second one of a site is numbered."""
    links: list[str] = []
    times: dict[str, int] = {}
    for url in urls[:most]:
        host = host_of(url)
        if host is None:
            continue
        times[host] = times.get(host, 0) + 1
        words = host if times[host] == 1 else f"{host} ({times[host]})"
        links.append(outside(url, words, lang))
    return ", ".join(links)


def address(act: str, provision: str | None = None) -> str:
    """Where an act, or a provision of it, is opened."""
    where = {"tab": "library", "act": act}
    return "?" + urlencode({**where, "provision": provision} if provision else where)


def act_link(act: str, words: str, css: str = "lib-open") -> str:
    """A link that opens an act in the tab."""
    return f'<a class="{css}" href="{esc(address(act))}" data-act="{esc(act)}">{esc(words)}</a>'


def facts(rows: list[tuple[str, str]]) -> str:
    """A list of facts from (name, HTML) pairs; those without a value are left out."""
    cells = "".join(f"<div><dt>{esc(name)}</dt><dd>{value}</dd></div>" for name, value in rows if value)
    return f'<dl class="lib-facts">{cells}</dl>' if cells else ""


def moment_in_words(text: str, lang: Lang) -> str:
    """A time as stored (ISO 8601, UTC), on this server's clock: ``24.11.2026 15:04``."""
    when = datetime.fromisoformat(text)
    local = (when if when.tzinfo else when.replace(tzinfo=UTC)).astimezone()
    return local.strftime("%d.%m.%Y %H:%M" if lang == "ru" else "%Y-%m-%d %H:%M")


def size_in_words(size: int, lang: Lang) -> str:
    """A file's size as people say it."""
    if size >= 1_000_000:
        return say(lang, "size_mb", n=f"{size / 1_000_000:.1f}".replace(".", "," if lang == "ru" else "."))
    return say(lang, "size_kb", n=max(1, round(size / 1000)))
