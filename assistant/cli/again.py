"""The command that makes a kept answer again: again."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import click

from assistant.cli.common import as_json, open_assistant, print_models, users_language
from assistant.cli.questions import tell_answer

if TYPE_CHECKING:
    from assistant.again import Again, Change, CitationThen, EditionThen

_SAID: dict[str, dict[str, str]] = {
    "ru": {
        "same": "Библиотека та же (версия {now}); вопрос задан на {day}.",
        "changed": "Библиотека другая: ответ получен из версии {then}, сейчас {now}.",
        "unrecorded": "Состав версии {then} здесь не записан; ниже только то, на что ссылается ответ.",
        "stands": "цитата стоит на месте",
        "moved": "цитата есть в тексте, но с другого места ({start})",
        "replaced": "текст редакции заменён, цитаты в нём нет",
        "removed": "редакции в библиотеке больше нет",
        "later": "есть более поздняя редакция: {}",
        "edition_added": "добавлено после ответа",
        "edition_removed": "было, сейчас нет",
        "edition_replaced": "текст заменён",
        "edition_reread": "тот же текст разобран заново",
        "cited": "ответ на неё ссылается",
        "restore": "чтобы вернуть ту версию",
        "ingest": "загрузите файл {file} (SHA-256 {sha})",
        "ingest_unknown": "загрузите эту редакцию",
        "remove": "уберите (ai-policy remove {act})",
        "sources": "официальный текст: {}",
        "acts": "Об актах известно другое:",
        "conditions": "Условия другие:",
        "made_with": "в ответе не записано, с какими фильтрами и настройками он получен",
        "claims": "Утверждения:",
        "claim_same": "то же",
        "claim_reworded": "та же цитата, другие слова",
        "claim_requoted": "те же слова, другая цитата",
        "claim_gone": "больше нет",
        "claim_new": "новое",
        "changes": "Прочее:",
        "identical": "Ответ в точности тот же.",
        "same_evidence": "Слова другие, цитаты те же: языковая модель может сказать то же иначе.",
        "differs": "Ответ отличается.",
        "not_asked": "",
        "now": "Ответ сейчас:",
    },
    "en": {
        "same": "The library is the same (version {now}); asked as of {day}.",
        "changed": "The library is another: the answer was made from version {then}, now it is {now}.",
        "unrecorded": "What version {then} held is not recorded here; below is only what the answer cites.",
        "stands": "the quotation stands where it was cut",
        "moved": "the quotation stands in the text, but elsewhere ({start})",
        "replaced": "the edition's text was replaced and does not have the quotation",
        "removed": "the edition is no longer held",
        "later": "a later edition is held: {}",
        "edition_added": "added since",
        "edition_removed": "held then, not now",
        "edition_replaced": "its text was replaced",
        "edition_reread": "the same text was read anew",
        "cited": "the answer cites it",
        "restore": "to have that version again",
        "ingest": "ingest the file {file} (SHA-256 {sha})",
        "ingest_unknown": "ingest this edition",
        "remove": "remove it (ai-policy remove {act})",
        "sources": "official text: {}",
        "acts": "Known otherwise of acts:",
        "conditions": "Other conditions:",
        "made_with": "the answer does not say with which filters and settings it was made",
        "claims": "Statements:",
        "claim_same": "the same",
        "claim_reworded": "the same quotation, other words",
        "claim_requoted": "the same words, another quotation",
        "claim_gone": "no longer there",
        "claim_new": "new",
        "changes": "Other parts:",
        "identical": "The answer is exactly the same.",
        "same_evidence": "Other words, the same quotations: a language model may put it in other words.",
        "differs": "The answer differs.",
        "not_asked": "",
        "now": "The answer now:",
    },
}


@click.command()
@click.argument("what", metavar="ANSWER")
@click.option("--llm", help="Answer with this backend instead of the answer's own.")
@click.option("--no-ask", is_flag=True, help="Only check the citations and the library; ask nothing.")
@as_json
def again(what: str, llm: str | None, no_ask: bool, print_json: bool) -> None:
    """Make an answer again: a file that ask --json wrote, or a saved one (answer-3).

    Says whether its quotations still stand, what the library held then and not now, and what differs.
    """
    from assistant.audit import noting
    from assistant.watch import kept_answer

    assistant = open_assistant()
    found = assistant.again(kept_answer(assistant.library, what), llm=llm, ask=not no_ask)
    noting.asked_again(assistant.settings, noting.at_the_machine(), found)
    if print_json:
        print_models(found)
        return
    said = _SAID[users_language()]
    for line in _lines(found, said):
        click.echo(line)
    if found.now is not None and found.outcome != "identical":
        click.echo(f"\n{said['now']}\n")
        tell_answer(found.now)


def _lines(found: Again, said: dict[str, str]) -> Iterator[str]:
    yield found.question
    words = {"then": found.version_then, "now": found.version, "day": found.as_of_then}
    yield said[found.library].format(**words)
    if not found.recorded:
        yield said["unrecorded"].format(**words)
    for citation in found.citations:
        yield f"[{citation.id}] {citation.ref}: {_citation(citation, said)}"
    for edition in found.editions:
        yield f"  {_edition(edition, said)}"
    yield from _changes(found.acts, said, "acts")
    yield from _changes(found.conditions, said, "conditions")
    if found.claims and found.outcome != "identical":
        yield said["claims"]
        for claim in found.claims:
            yield f"  {said[f'claim_{claim.state}']}: {claim.then or claim.now} [{', '.join(claim.refs)}]"
    yield from _changes(found.changes, said, "changes")
    if said[found.outcome]:
        yield said[found.outcome]


def _citation(check: CitationThen, said: dict[str, str]) -> str:
    parts = [said[check.state].format(start=check.start)]
    if check.currency is not None and check.currency != check.currency_then:
        parts.append(f"{check.currency_then} → {check.currency}")
    if check.later:
        parts.append(said["later"].format(", ".join(check.later)))
    return "; ".join(parts)


def _edition(each: EditionThen, said: dict[str, str]) -> str:
    """One edition that differs, and what brings the version of then back."""
    name = f"{each.act} {each.edition or '?'} {each.authority}"
    told = said[f"edition_{each.change}"] + (f", {said['cited']}" if each.cited else "")
    if each.change == "reread":
        return f"{name}: {told}"
    if each.change == "added":
        advice = said["remove"].format(act=each.file or each.act)
    elif each.file:
        advice = said["ingest"].format(file=each.file, sha=each.file_sha256)
    else:
        advice = said["ingest_unknown"]
    sources = f"; {said['sources'].format(', '.join(each.sources))}" if each.sources else ""
    return f"{name}: {told}; {said['restore']}: {advice}{sources}"


def _changes(changes: list[Change], said: dict[str, str], title: str) -> Iterator[str]:
    if changes:
        yield said[title]
    for each in changes:
        if each.what == "made_with":
            yield f"  {said['made_with']}"
        else:
            yield f"  {each.what}: {each.before or '—'} → {each.after or '—'}"
