"""A run -> lines for the command line: figures, categories, failures with their reasons."""

from __future__ import annotations

from typing import Any

from assistant.model import Lang
from evals.reasons import reason_text
from evals.runs import Run

FAILURES = 20  # told in full; the report has them all
_SAID: dict[Lang, dict[str, str]] = {
    "ru": {
        "head": "{suite}: прошло {passed} из {n}, ошибок {errors}, пустых {empty}, {seconds} с",
        "categories": "По категориям:",
        "failures": "Не прошло:",
        "more": "… и ещё {n}; все — в отчёте: ai-policy eval report {name}",
        "skipped": "Пропущено случаев, для которых нет актов: {n}",
        "judge": "Судья «{name}»: {figures}",
        "folder": "Папка: {folder}",
        "unfinished": "Прогон остановлен; продолжить: ai-policy eval run {suite} --out {folder}",
    },
    "en": {
        "head": "{suite}: {passed} of {n} passed, {errors} errors, {empty} empty, {seconds} s",
        "categories": "By category:",
        "failures": "Failed:",
        "more": "… and {n} more; the report has them all: ai-policy eval report {name}",
        "skipped": "Cases skipped for want of their acts: {n}",
        "judge": "The judge {name}: {figures}",
        "folder": "Folder: {folder}",
        "unfinished": "The run was stopped; to go on: ai-policy eval run {suite} --out {folder}",
    },
}


def run_text(run: Run, lang: Lang) -> str:
    """The run in lines."""
    said, config = _SAID[lang], run.config
    if not run.whole:
        return said["unfinished"].format(suite=config.suite, folder=run.folder)
    summary = run.summary()
    scored = summary["passed"] + summary["failed"]
    lines = [
        said["head"].format(
            suite=summary["suite"], passed=summary["passed"], n=scored, errors=summary["errors"],
            empty=summary["empty"], seconds=summary["seconds"],
        ),
        *(f"  {name:22} {_figure(about)}" for name, about in summary["metrics"].items()),
        said["categories"],
        *(f"  {name:22} {each['passed']}/{each['n']}" for name, each in summary["categories"].items()),
    ]  # fmt: skip
    for name, figures in summary.get("judges", {}).items():
        told_ = ", ".join(f"{figure} {_figure(about)}" for figure, about in figures.items())
        lines.append(said["judge"].format(name=name, figures=told_))
    lines += _failures(run, lang)
    if config.skipped:
        lines.append(said["skipped"].format(n=config.skipped))
    return "\n".join([*lines, said["folder"].format(folder=run.folder)])


def _figure(about: dict[str, Any]) -> str:
    if about["value"] is None:
        return "—"
    return f"{about['value']:.3f} [{about['low']:.3f}–{about['high']:.3f}] of {about['n']}"


def _failures(run: Run, lang: Lang) -> list[str]:
    said = _SAID[lang]
    questions = {case.id: case.question for case in run.cases()}
    failed = [line for line in run.scores() if line["passed"] is False or line["reasons"]]
    if not failed:
        return []
    lines = [said["failures"]]
    for line in failed[:FAILURES]:
        reasons = "; ".join(reason_text(each, lang) for each in line["reasons"])
        lines.append(f"- {line['case']}: {reasons} — {questions[line['case']]}")
    if len(failed) > FAILURES:
        lines.append(said["more"].format(n=len(failed) - FAILURES, name=run.name))
    return lines
