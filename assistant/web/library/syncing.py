"""What the library lacks, and asking the official sites for it -> HTML, with a word of what would be asked.

Nothing is asked before the reader has seen which sites it would be and agreed.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from assistant.model import Lang, SyncReport
from assistant.web.escape import esc
from assistant.web.library.markup import act_link, outside, outside_all, tag
from assistant.web.library.names import SYNC, of
from assistant.web.library.table import Line
from assistant.web.library.words import say
from assistant.web.plain import host_of

if TYPE_CHECKING:
    from assistant.settings import Settings
    from ingest.sync.run import Sync

log = logging.getLogger(__name__)

_TONES = {"fetched": "good", "new_edition": "good", "by_hand": "warn", "failed": "off"}


@dataclass(frozen=True, slots=True)
class Plan:
    """What sync would do. ``hosts``: site -> how many texts; ``by_hand``: (act, reason, address); ``inbox``:
    files that a person put into the home for it; ``act``: the only act it is about.
    """

    hosts: dict[str, int]
    by_hand: list[tuple[str, str, str | None]]
    inbox: int = 0
    act: str | None = None


def plan_of(report: SyncReport, act: str | None) -> Plan:
    """What a dry run says."""
    hosts: Counter[str] = Counter()
    by_hand, inbox = [], 0
    for entry in report.entries:
        if entry.state != "planned":
            by_hand.append((entry.act, entry.reason, entry.url))
        elif entry.url:
            hosts[urlsplit(entry.url).netloc] += 1
        else:
            inbox += 1
    return Plan(dict(hosts.most_common()), by_hand, inbox, act)


def new_sync(settings: Settings, act: str | None, lang: Lang) -> tuple[Sync, Callable[[bool], SyncReport]]:
    """A run of sync, and the call that does it; the argument says whether only to plan.

    Raises InputError for an act that the catalogue has no address of.
    """
    from assistant.errors import InputError
    from ingest.embedded import CORPUS, embedded_catalogue
    from ingest.sync.fetch import Limits
    from ingest.sync.run import Sync
    from ingest.sync.sites import load_sites

    catalogue = embedded_catalogue()
    wanted = [entry for entry in catalogue.acts if entry.sources and act in (None, entry.id)]
    if act is not None and not wanted:
        raise InputError(f"{say('en', 'lacks_nowhere')}: {act}", f"{say('ru', 'lacks_nowhere')}: {act}")
    limits = Limits(pause=settings.sync_pause)
    run = Sync(
        settings.model_copy(update={"lang": lang}), catalogue, load_sites(CORPUS / "sites.yaml"), limits
    )
    return run, lambda dry: run.run(wanted, dry=dry)


# ── HTML ──────────────────────────────────────────────────────────────────────────────────────


def sync_html(body: str, lang: Lang, *, allowed: bool, busy: bool = False) -> str:
    """The part of the page about official texts."""
    if not allowed:
        return f'<div class="lib-sync" lang="{lang}"><p>{esc(say(lang, "sync_off"))}</p></div>'
    state = ' aria-busy="true"' if busy else ""
    lead = f'<p class="lib-quiet">{esc(say(lang, "sync_lead"))}</p>'
    return f'<div class="lib-sync" lang="{lang}"{state}>{lead}{body or _ask(lang)}</div>'


def _ask(lang: Lang) -> str:
    return (
        f'<p><button type="button" class="lib-button" data-plan="">{esc(say(lang, "sync_plan"))}</button></p>'
    )


def said_html(words: str, lang: Lang) -> str:
    """A sentence in place of a plan or a report, and the way to begin again."""
    return f'<p class="lib-note" role="alert">{esc(words)}</p>{_ask(lang)}'


def plan_html(plan: Plan, titles: dict[str, str], lang: Lang) -> str:
    """The sites that would be asked, and the button that agrees."""
    parts = []
    if plan.hosts or plan.inbox:
        items = "".join(
            f"<li>{esc(say(lang, 'sync_host', host=host, n=count))}</li>"
            for host, count in plan.hosts.items()
        )
        if plan.inbox:
            items += f"<li>{esc(say(lang, 'sync_inbox', n=plan.inbox))}</li>"
        parts.append(f"<p><b>{esc(say(lang, 'sync_hosts'))}</b></p><ul>{items}</ul>")
        act = f' data-act="{esc(plan.act)}"' if plan.act else ""
        parts.append(
            f'<p class="lib-row"><button type="button" class="lib-button main" data-sync="1"{act}>'
            f'{esc(say(lang, "sync_run"))}</button><button type="button" class="lib-button" '
            f'data-cancel="1">{esc(say(lang, "sync_cancel"))}</button></p>'
        )
    else:
        parts.append(f"<p>{esc(say(lang, 'sync_nothing'))}</p>{_ask(lang)}")
    if plan.by_hand:
        items = "".join(_by_hand(entry, titles, lang) for entry in plan.by_hand)
        parts.append(
            f"<details><summary>{esc(say(lang, 'sync_by_hand'))} {len(plan.by_hand)}</summary>"
            f"<ul>{items}</ul></details>"
        )
    return f'<div role="status">{"".join(parts)}</div>'


def _by_hand(entry: tuple[str, str, str | None], titles: dict[str, str], lang: Lang) -> str:
    act, reason, url = entry
    host = host_of(url)
    link = f" {outside(url, host, lang)}" if url and host else ""
    return f"<li>{act_link(act, titles.get(act, act))}: {esc(reason)}{link}</li>"


def progress_html(key: str, lang: Lang, **values: int) -> str:
    """A line that says how far sync is, with a bar where that is known."""
    bar = ""
    if values.get("total"):
        share = f'max="{values["total"]}" value="{values.get("done", 0)}"'
        bar = f'<progress {share} aria-hidden="true"></progress>'
    return f'<p role="status">{esc(say(lang, key, **values))}</p>{bar}'


def report_html(report: SyncReport, titles: dict[str, str], lang: Lang) -> str:
    """What became of every address, failures first."""
    order = ("failed", "new_edition", "fetched", "by_hand", "unchanged")
    counts: Counter[str] = Counter(entry.state for entry in report.entries)
    said = ", ".join(f"{of(SYNC, lang, state)}: {counts[state]}" for state in order if counts[state])
    entries = sorted(
        report.entries, key=lambda entry: order.index(entry.state) if entry.state in order else 9
    )
    items = "".join(
        f"<li>{tag(of(SYNC, lang, entry.state), _TONES.get(entry.state, ''))} "
        f"{act_link(entry.act, titles.get(entry.act, entry.act))}: {esc(entry.reason)}</li>"
        for entry in entries
    )
    return (
        f'<p role="status"><b>{esc(say(lang, "sync_done"))}.</b> {esc(said)}</p>'
        f'<ul class="lib-report">{items}</ul>{_ask(lang)}'
    )


def lacks_html(lines: Sequence[Line], lang: Lang) -> str:
    """The catalogued acts whose official text is not held, each with where to get it."""
    missing = [line for line in lines if "missing" in line.shown]
    if not missing:
        return f'<p lang="{lang}">{esc(say(lang, "lacks_none"))}</p>'
    known: list[str] = []
    unknown: list[str] = []
    for line in missing:
        links = outside_all(line.sources, lang)
        name = act_link(line.act.id, line.title)
        (known if links else unknown).append(f"<li>{name} — {links}</li>" if links else f"<li>{name}</li>")
    lists = f"<ul>{''.join(known)}</ul>" if known else ""
    if unknown:
        lists += f"<p><b>{esc(say(lang, 'lacks_nowhere'))}:</b></p><ul>{''.join(unknown)}</ul>"
    return (
        f'<details class="lib-lacks" lang="{lang}"><summary>{esc(say(lang, "lacks"))}</summary>'
        f"<p>{esc(say(lang, 'lacks_lead', n=len(missing)))}</p>{lists}</details>"
    )
