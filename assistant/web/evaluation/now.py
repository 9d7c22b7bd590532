"""The runs under way and those that have just ended -> HTML, and the words that change while they run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from assistant.model import Lang
from assistant.web.escape import attributes, esc
from assistant.web.evaluation.jobs import Job
from assistant.web.evaluation.markup import button, lasting, put
from assistant.web.evaluation.suites import suite_says
from assistant.web.evaluation.words import say


def now_html(under_way: Sequence[Job], ended: Sequence[Job], lang: Lang, *, may_start: bool) -> str:
    """Each run with its progress and its buttons. The script follows it where ``data-follow`` stands."""
    parts = [_ended(job, lang, may_start=may_start) for job in ended]
    if under_way:
        running = "".join(_running(job, lang, may_start=may_start) for job in under_way)
        more = f'<p class="ev-quiet">{put(lang, "one_at_a_time")}</p>' if len(under_way) > 1 else ""
        parts.append(f"<h3>{put(lang, 'now')}</h3>{running}{more}")
    if not parts:
        return f'<div lang="{lang}"></div>'
    follow = attributes(
        data_follow="1" if under_way else None, data_jobs=",".join(job.mark for job in under_way)
    )
    return f'<div class="ev-now" lang="{lang}"{follow}>{"".join(parts)}</div>'


def picture(job: Job, lang: Lang) -> dict[str, Any]:
    """What the script shows of a run while it runs."""
    return {
        "key": job.key,
        "mark": job.mark,
        "value": job.done,
        "most": job.total or None,
        "said": said(job, lang),
        "stopping": job.stop.is_set(),
    }


def said(job: Job, lang: Lang) -> str:
    """How far a run is, in words."""
    if job.stage == "waiting":
        return say(lang, "waits", n=job.before) if job.before > 1 else say(lang, "waits_next")
    if job.stage == "loading":
        return say(lang, "loading")
    parts = [
        say(
            lang, "progress", done=job.done, total=job.total, failed=job.tally.failed, errors=job.tally.errors
        )
    ]
    left = job.seconds_left()
    if job.stop.is_set():
        parts.append(say(lang, "stopping"))
    elif job.stage == "scoring":
        parts.append(say(lang, "scoring"))
    elif left is not None:
        parts.append(lasting(left, "left", lang))
    return " · ".join(parts)


def _running(job: Job, lang: Lang, *, may_start: bool) -> str:
    name = suite_says(job.wanted.suite, lang)
    bar = attributes(max=job.total or None, value=job.done if job.total else None, aria_label=name)
    stop = (
        button(
            say(lang, "stop"), "stop", "small", data_job=job.key, disabled=job.stop.is_set(),
            aria_label=say(lang, "stop_named", run=job.run), data_key=f"stop-{job.key}",
        )
        if may_start
        else ""
    )  # fmt: skip
    return (
        f'<div class="ev-job" data-job="{esc(job.key)}"><div class="ev-job-head"><b>{esc(name)}</b> '
        f"<code>{esc(job.run)}</code>{stop}</div><progress{bar}></progress>"
        f'<p class="ev-said">{esc(said(job, lang))}</p></div>'
    )


def _ended(job: Job, lang: Lang, *, may_start: bool) -> str:
    words, tone = _how(job, lang)
    begun = job.wanted.out is not None and (job.wanted.out / "config.json").exists()
    parts = [f"<span>{esc(words)}</span>"]
    if begun:
        parts.append(
            button(say(lang, "open"), "open", "small", data_run=job.run, data_key=f"see-{job.key}",
                   aria_label=say(lang, "open_named", run=job.run))
        )  # fmt: skip
    if begun and job.stage != "whole" and may_start:
        parts.append(
            button(say(lang, "go_on"), "resume", "small", data_run=job.run, data_key=f"again-{job.key}",
                   aria_label=say(lang, "go_on_named", run=job.run))
        )  # fmt: skip
    parts.append(
        f'<button type="button" class="ev-close" data-does="seen" data-job="{esc(job.key)}" '
        f'aria-label="{put(lang, "dismiss")}">×</button>'
    )
    return f'<div class="ev-ended {tone}" role="status">{"".join(parts)}</div>'


def _how(job: Job, lang: Lang) -> tuple[str, str]:
    if job.stage == "whole":
        return say(lang, "ended_well", run=job.run), "good"
    if job.stage == "failed":
        why = job.why.message(lang) if job.why is not None else ""
        return say(lang, "ended_badly", run=job.run, why=why), "bad"
    begun = job.wanted.out is not None and (job.wanted.out / "config.json").exists()
    return say(lang, "ended_stopped" if begun else "ended_unbegun", run=job.run), ""
