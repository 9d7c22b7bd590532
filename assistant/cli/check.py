"""The command that checks support measures and duties for a company: check."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from assistant.cli.common import as_json, open_assistant, print_models, users_language

if TYPE_CHECKING:
    from assistant.eligibility.model import CheckResult, CriterionResult, Told
    from assistant.eligibility.profile import Profile
    from assistant.model import Lang

SETS_TOLD = 12  # sets of answers; --json has them all
_SAID: dict[str, dict[str, str]] = {
    "ru": {
        "missing": "Что решит дело (сначала самое короткое)",
        "to_check": "сверить самостоятельно",
        "eligible": "тогда да",
        "not_eligible": "тогда нет",
        "ways": "Что изменило бы ответ",
        "now": "сейчас",
        "needs": "нужно",
        "gives": "Что даёт",
        "documents": "Документы",
        "apply": "Куда и когда",
        "because": "Почему вывод предварительный",
        "check": "сверить",
        "shown": "не учитывается",
        "sources": "Источники",
        "compliance": "Что решит, выполнена ли обязанность",
        "clean": "Источники всех мер прежние.",
        "understood": "Из описания взято",
        "unread": "Не понято",
        "confirm": "Проверить по этим сведениям?",
        "more": "… и ещё вариантов: {n} (все — с --json)",
        "left": "До «да» ответов: {n}.",
    },
    "en": {
        "missing": "What would decide it (the shortest first)",
        "to_check": "to be checked by you",
        "eligible": "then yes",
        "not_eligible": "then no",
        "ways": "What would change the answer",
        "now": "now",
        "needs": "needed",
        "gives": "What it gives",
        "documents": "Documents",
        "apply": "Where and when",
        "because": "Why the conclusion is provisional",
        "check": "check",
        "shown": "does not count",
        "sources": "Sources",
        "compliance": "What would decide whether the duty is fulfilled",
        "clean": "The sources of all measures are as they were.",
        "understood": "Taken from the description",
        "unread": "Not understood",
        "confirm": "Check with these facts?",
        "more": "… and {n} more (--json has them all)",
        "left": "Answers to a yes: {n}.",
    },
}


@click.command()
@click.argument("measure", required=False)
@click.option("--profile", "profile_file", metavar="FILE", help="The company's facts: YAML, JSON or CSV.")
@click.option("--describe", metavar="TEXT", help="The company in plain words; shown for confirmation first.")
@click.option("--all", "every", is_flag=True, help="Every measure, those that fit first.")
@click.option(
    "--as-of", metavar="DATE", help="Rules of this date, YYYY-MM-DD; default: the profile's, else today."
)
@click.option("--lang", type=click.Choice(["ru", "en"]), help="Language of the result.")
@click.option("--llm", help="Also let this backend read the description: provider:model.")
@click.option("--yes", is_flag=True, help="Take the description as it was understood, without asking.")
@click.option("--facts", "list_facts", is_flag=True, help="List the facts a profile can hold.")
@click.option("--measures", "list_measures", is_flag=True, help="List the measures.")
@click.option(
    "--validate", is_flag=True, help="Whether the sources of the measures still say what they said."
)
@click.option("--to", type=click.Choice(["docx", "md", "pdf"]), help="Write the result as a document.")
@click.option("-o", "--output", metavar="OUT", help="The document to write; '-': standard output.")
@as_json
@click.pass_context
def check(
    context: click.Context,
    measure: str | None,
    profile_file: str | None,
    describe: str | None,
    every: bool,
    as_of: str | None,
    lang: Lang | None,
    llm: str | None,
    yes: bool,
    list_facts: bool,
    list_measures: bool,
    validate: bool,
    to: str | None,
    output: str | None,
    print_json: bool,
) -> None:
    """Whether a company can have a support measure, or has a duty, criterion by criterion."""
    spoken = lang or users_language()
    if list_facts:
        _tell_facts(spoken)
    elif list_measures:
        _tell_measures(spoken)
    elif validate:
        context.exit(_validate(as_of, spoken, print_json))
    else:
        _checked(
            measure,
            _profile(profile_file, describe, llm, spoken, yes),
            every,
            as_of,
            spoken,
            to,
            output,
            print_json,
        )


def _checked(
    measure: str | None,
    profile: Profile,
    every: bool,
    as_of: str | None,
    lang: Lang,
    to: str | None,
    output: str | None,
    print_json: bool,
) -> None:
    from assistant.audit import noting
    from assistant.errors import InputError

    if (measure is None) != every:
        raise InputError(
            "Name one measure, or give --all. 'ai-policy check --measures' lists them.",
            "Назовите одну меру или дайте --all. Список мер: «ai-policy check --measures».",
        )
    assistant = open_assistant()
    if measure is not None:
        found = [assistant.check(measure, profile, as_of=as_of, lang=lang)]
    else:
        found = assistant.check_all(profile, as_of=as_of, lang=lang)
    noting.checked(assistant.settings, noting.at_the_machine(), found, len(profile.values))
    if to is not None:
        _write(found, to, output)
    elif print_json:
        print_models(found if every else found[0])
    elif every:
        _tell_all(found)
    else:
        tell_check(found[0])


def _profile(file: str | None, text: str | None, llm: str | None, lang: Lang, yes: bool) -> Profile:
    """The company's facts from a file, from a description, or none at all."""
    from assistant.eligibility.profile import Profile, read_profile
    from assistant.errors import InputError

    if file is not None and text is not None:
        raise InputError(
            "Give --profile or --describe, not both.", "Дайте --profile или --describe, но не оба сразу."
        )
    if file is not None:
        return read_profile(Path(file))
    return _described(text, llm, lang, yes) if text is not None else Profile()


def _described(text: str, llm: str | None, lang: Lang, yes: bool) -> Profile:
    """What a description says; shown, and used only once the person has agreed."""
    from datetime import date

    found = open_assistant().describe(text, llm=llm, today=date.today())
    said = _SAID[lang]
    click.echo(f"{said['understood']}:", err=True)
    for each in found.found:
        click.echo(
            f"  {each.fact.in_(lang)}: {each.value.told(lang)}  «{text[each.start : each.end]}»", err=True
        )
    if found.unread:
        click.echo(f"{said['unread']}: {'; '.join(found.unread)}", err=True)
    if not yes:
        click.confirm(said["confirm"], abort=True, err=True)
    return found.profile()


# ── telling ───────────────────────────────────────────────────────────────────────────────────────


def tell_check(result: CheckResult) -> None:
    """A check for people: the verdict, a line a criterion, what would decide, documents, sources."""
    from assistant.eligibility.model import MARKS

    said = _SAID[result.language]
    click.echo(result.summary)
    for warning in result.warnings:
        click.echo(f"! {warning}")
    click.echo("")
    group = None
    for each in result.criteria:
        marks = "".join(f" [{citation.id}]" for citation in each.citations)
        aside = "" if each.counts else f" ({said['shown']})"
        mark = MARKS[each.state] if each.matters else "·"
        if each.group and each.group != group:
            click.echo(f"  {each.group}:")
        group = each.group
        click.echo(f"{mark} {each.rule}{aside}{marks}")
        click.echo(f"    {each.reason}")
        if each.decisive and each.check:
            click.echo(f"    {said['check']}: {each.check}")
        if each.warning:
            click.echo(f"    ! {each.warning}")
    _tell_missing(result)
    _tell_ways(result)
    for key, told in (("gives", result.gives), ("documents", result.documents), ("apply", result.apply)):
        _tell_list(said[key], told)
    if result.because:
        click.echo(f"\n{said['because']}:")
        for reason in result.because:
            click.echo(f"- {reason}")
    _tell_sources(result)
    click.echo(f"\n{result.notice}")


def _tell_ways(result: CheckResult) -> None:
    said = _SAID[result.language]
    if result.ways:
        click.echo(f"\n{said['ways']}:")
    for way in result.ways:
        changes = (
            f"{each.label}: {said['now']} {each.now}, {said['needs']} {each.needs}" for each in way.changes
        )
        click.echo(f"- {'; '.join(changes)}")


def _tell_missing(result: CheckResult) -> None:
    from assistant.eligibility.facts import facts

    said = _SAID[result.language]
    rules = {each.id: each.rule for each in result.criteria}
    for key, sets in (("missing", result.missing), ("compliance", result.to_comply)):
        if sets:
            click.echo(f"\n{said[key]}:")
        for each in sets[:SETS_TOLD]:
            parts = [f"{facts()[name].in_(result.language)}: {each.answers[name]}" for name in each.facts]
            parts += [f"{said['to_check']}: {rules[name]}" for name in each.to_check]
            click.echo(f"- {'; '.join(parts)} — {said[each.leads_to]}")
        if len(sets) > SETS_TOLD:
            click.echo(said["more"].format(n=len(sets) - SETS_TOLD))


def _tell_list(heading: str, told: list[Told]) -> None:
    from assistant.eligibility.model import MARKS

    if told:
        click.echo(f"\n{heading}:")
    for each in told:
        mark = f"{MARKS[each.state]} " if each.state else ""
        click.echo(f"- {mark}{each.text}" + "".join(f" [{citation.id}]" for citation in each.citations))


def _tell_sources(result: CheckResult) -> None:
    parts: list[CriterionResult | Told] = [*result.criteria, *result.gives, *result.documents, *result.apply]
    cited = {citation.id: citation for part in parts for citation in part.citations}
    if cited:
        click.echo(f"\n{_SAID[result.language]['sources']}:")
    for citation in (cited[number] for number in sorted(cited)):
        click.echo(f"[{citation.id}] {citation.label} — {citation.ref} ({citation.currency})")


def _tell_all(results: list[CheckResult]) -> None:
    from assistant.eligibility.model import MARKS, STATES

    said = _SAID[results[0].language] if results else {}
    for each in results:
        mark = MARKS[STATES[each.verdict]]
        left = f" {said['left'].format(n=each.answers_needed)}" if each.answers_needed else ""
        click.echo(f"{mark} {each.measure}: {each.summary}{left}")


def _tell_facts(lang: Lang) -> None:
    from assistant.eligibility.facts import fact_schema

    schema = fact_schema()
    for group, name in schema.groups.items():
        click.echo(f"{name.in_(lang)}:")
        for fact in schema.facts:
            if fact.group == group:
                options = f" ({', '.join(option.id for option in fact.options)})" if fact.options else ""
                click.echo(f"  {fact.id}: {fact.in_(lang)} [{fact.type}{options}]")
                click.echo(f"      {fact.help(lang)}")


def _tell_measures(lang: Lang) -> None:
    from assistant.eligibility.measures import measures

    for each in measures().values():
        click.echo(f"{each.id}: {each.title.in_(lang)}. {each.about.in_(lang)}")


def _validate(as_of: str | None, lang: Lang, print_json: bool) -> int:
    """Print what has to be read again; 1 where something changed, is missing or is contradicted."""
    found = open_assistant().review_measures(as_of=as_of, lang=lang)
    if print_json:
        print_models(found)
    for flag in [] if print_json else found:
        click.echo(
            f"{flag.measure}{f'/{flag.criterion}' if flag.criterion else ''} [{flag.trouble}] {flag.told}"
        )
    if not found and not print_json:
        click.echo(_SAID[lang]["clean"])
    return int(any(flag.trouble != "amended" for flag in found))


def _write(results: list[CheckResult], to: str, output: str | None) -> None:
    from assistant.cli.export import write_document
    from assistant.export import export_checks, file_name

    title = results[0].title if len(results) == 1 else results[0].company or "measures"
    write_document(export_checks(results, to), output, file_name(title, to))
