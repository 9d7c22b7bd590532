"""A question that asks what changed in one act -> the provisions that did, or why that cannot be told.

A provision that stands as it stood is never quoted for an answer. Where neither editions nor marks nor a held
amending act tell, a digest that speaks of a change does; else the answer says which amending acts are known
of, and that their changes are not held.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence

from assistant.answer.abstain import abstention
from assistant.answer.changes_found import (
    Changed,
    Found,
    amendments_known,
    changes_of,
    texts_of,
    window,
)
from assistant.answer.compose import Span, Statement, answered, compose
from assistant.answer.notes import add_note
from assistant.index.words import stems
from assistant.library.schema import RelationRow
from assistant.library.view import LibraryView
from assistant.model import Answer, Authority, Lang
from assistant.naming import act_reference, day_in_words
from assistant.query import Reading
from assistant.ranked import Ranked

SHOWN = 10  # provisions quoted; more are counted
NAMED = 5  # amending acts named
# Stems of words that ask what changed, or name an act in general, and are no topic.
_NO_TOPIC = frozenset(
    stems(
        "измениться изменить изменил изменилось изменились изменение изменения изменений поменялось поменяли "
        "поменять новый новая новое нового новой редакция редакции редакций внести внесены внесли внесено "
        "раньше "
        "прежний было закон закона законе указ указе акт акта акте постановление приказ стратегия положение "
        "положения норма нормы документ год году года последний последняя часть части поправка поправки "
        "произошло произошли текст тексте федеральный "
        "change changed changes amended amendment amendments new newest latest last version edition wording "
        "law "
        "act decree resolution order strategy document regulation year text provisions differ different from "
        "between previous old earlier since part introduced made federal"
    )
)
_TELLS = re.compile(
    r"(?<!\w)(?:измени|измен[её]н|внес[её]н|внесл|внёс|редакци|дополн|утратил|продл|повы[сш]|сни[жз]|"
    r"amend|chang|replac|introduc|extend|raised|lowered|repeal)",
    re.IGNORECASE,
)
_SAID: dict[Lang, dict[str, str]] = {
    "ru": {
        "diff": "Редакции от {before} и от {after} различаются; изменённых положений: {n}.",
        "marks": "Изменения внёс {acts}; в тексте от {after} так помечено положений: {n}.",
        "marks_several": "Изменения внесли {acts}; в тексте от {after} так помечено положений: {n}.",
        "topic": "Ниже те из них, в которых говорится о том, что названо в вопросе: {n}.",
        "no_topic": "Среди изменённых положений ({n}) нет таких, в которых говорится о том, что названо в "
        "вопросе.",
        "more": "Показаны первые {shown} из {n}. Все различия редакций — на вкладке «Библиотека» или по "
        "команде «ai-policy diff {act}».",
        "by_act": "Изменения внёс {acts}; приведены его положения, всего их {n}.",
        "more_shown": "Показаны первые {shown} из {n}.",
        "old": "Слова прежней редакции стоят под её датой.",
        "known": "Известные изменяющие акты: {acts}.",
        "cannot": "Что изменилось в акте «{title}»{when}, по имеющимся текстам сказать нельзя: {why}.",
        "one": "официальный текст есть в одной редакции, от {after}, и его пометы об этом не говорят",
        "none": "официального текста в библиотеке нет",
        "add": "Добавьте прежнюю или новую редакцию, чтобы сравнить.",
        "when": " за это время ({first}–{last})",
        "later": "Кроме того, акт изменён после этой редакции: {acts}; текста с этими изменениями в "
        "библиотеке нет.",
    },
    "en": {
        "diff": "The editions of {before} and {after} differ; provisions changed: {n}.",
        "marks": "The changes were made by {acts}; provisions so marked in the text of {after}: {n}.",
        "marks_several": "The changes were made by {acts}; provisions so marked in the text of {after}: {n}.",
        "topic": "Below are those that speak of what the question names: {n}.",
        "no_topic": "None of the provisions changed ({n}) speaks of what the question names.",
        "more": "The first {shown} of {n} are shown. All differences between editions are in the Library tab "
        "and in 'ai-policy diff {act}'.",
        "by_act": "The changes were made by {acts}; its provisions are quoted, {n} in all.",
        "more_shown": "The first {shown} of {n} are shown.",
        "old": "Earlier wording stands under its edition's date.",
        "known": "Amending acts known of: {acts}.",
        "cannot": "What changed in “{title}”{when} cannot be told from the texts held: {why}.",
        "one": "the official text is held in one edition, of {after}, and its marks do not say",
        "none": "its official text is not in the library",
        "add": "Add the earlier or the later edition to compare.",
        "when": " in that time ({first} to {last})",
        "later": "It was also amended after this edition: {acts}; the text with these changes is not held.",
    },
}  # fmt: skip


def what_changed(reading: Reading, ranked: Sequence[Ranked], view: LibraryView) -> Answer | None:
    """The answer to what changed in the one act a question names; None where it asks something else."""
    if not reading.compares or len(reading.acts) != 1 or reading.provisions:
        return None
    act = reading.acts[0]
    found = changes_of(act, reading, view)
    if found is not None:
        return _told(act, found, reading, ranked, view)
    statements = _of_digests(act, ranked, view)
    if statements:
        return answered(compose(statements, view, reading), reading, view, "extractive")
    return _cannot_tell(act, reading, ranked, view)


def _told(act: str, found: Found, reading: Reading, ranked: Sequence[Ranked], view: LibraryView) -> Answer:
    said, lang = _SAID[reading.lang], reading.lang
    topic = _topic(act, reading, view)
    changes = [each for each in found.changes if _speaks_of(each, topic, view)] if topic else found.changes
    opening = [_summary(act, found, view, lang)]
    if not changes:
        opening.append(said["no_topic"].format(n=len(found.changes)))
        nearest = [entry for entry in ranked if entry.edition == found.text.id]
        return abstention(reading, nearest, view, " ".join(opening))
    if len(changes) < len(found.changes):
        opening.append(said["topic"].format(n=len(changes)))
    if any(each.before is not None for each in changes[:SHOWN]):
        opening.append(said["old"])
    made = answered(compose(_statements(changes[:SHOWN], view), view, reading), reading, view, "extractive")
    made.notes.append(" ".join(opening))
    made.answer = f"{' '.join(opening)}\n\n{made.answer}"
    if len(changes) > SHOWN:
        more = "more" if found.before is not None else "more_shown"
        add_note(made, said[more].format(shown=SHOWN, n=len(changes), act=act))
    later = amendments_known(act, reading, view, after=found.text.edition or "")
    if later and found.text.act_id == act:
        add_note(made, said["later"].format(acts="; ".join(_names(later, view, lang)[-NAMED:])))
    return made


def _summary(act: str, found: Found, view: LibraryView, lang: Lang) -> str:
    """One sentence on what was compared, or who made the changes."""
    acts = _names(found.amendments, view, lang)
    after = day_in_words(found.text.edition or "", lang)
    if found.before is not None:
        before = day_in_words(found.before.edition or "", lang)
        return _SAID[lang]["diff"].format(before=before, after=after, n=len(found.changes))
    form = "by_act" if found.text.act_id != act else "marks" if len(acts) == 1 else "marks_several"
    return _SAID[lang][form].format(acts="; ".join(acts), after=after, n=len(found.changes))


def _statements(changes: Sequence[Changed], view: LibraryView) -> list[Statement]:
    """Later wording before earlier; what an amending act lists stands under the words that open the list."""
    statements: list[Statement] = []
    opened: Span | None = None
    for each in changes:
        if each.opens is not None and each.opens != opened:
            statements.append(_statement(each.opens, view))
            opened = each.opens
        listed = each.opens is not None
        statements += [_statement(span, view, item=listed) for span in (each.after, each.before) if span]
    return statements


def _statement(span: Span, view: LibraryView, *, item: bool = False) -> Statement:
    text = view.edition(span.edition).text[span.start : span.end]
    return Statement(" ".join(text.split()), [span], item=item)


def _of_digests(act: str, ranked: Sequence[Ranked], view: LibraryView) -> list[Statement]:
    """Our own statements on the act that tell of a change, best first."""
    found = []
    for entry in ranked:
        edition = view.edition(entry.edition)
        node = edition.provisions[entry.provision]
        told = _TELLS.search(edition.text, node.start, node.end)
        if edition.row.act_id == act and edition.row.authority == Authority.DIGEST and told:
            found.append(_statement(Span(edition.row.id, node.id, node.start, node.end), view))
    return found[:NAMED]


def _names(rows: Sequence[RelationRow], view: LibraryView, lang: Lang) -> list[str]:
    """The amending acts, earliest first, each once."""
    sources: dict[str, RelationRow] = {}
    for row in sorted(rows, key=lambda row: row.date or ""):
        sources.setdefault(row.source, row)
    return [
        act_reference(row.source, view.acts.get(row.source), lang, number=row.number, date=row.date)
        for row in sources.values()
    ]


def _topic(act: str, reading: Reading, view: LibraryView) -> set[str]:
    """Stems of the question that neither ask what changed nor name the act."""
    row = view.acts[act]
    names = [row.title_ru, row.title_en, row.number, row.issuer, row.issuer_en, act, *row.aliases]
    names += [each.title for each in view.of_act(act)]
    of_act = {stem for name in names if name for stem in stems(str(name))}
    return {
        term
        for term in reading.own_terms
        if term not in _NO_TOPIC and term not in of_act and len(term) > 2 and not term.isdigit()
    }


def _speaks_of(change: Changed, topic: Collection[str], view: LibraryView) -> bool:
    for span in (change.after, change.before):
        if span is None:
            continue
        edition = view.edition(span.edition)
        words = stems(edition.text[span.start : span.end])
        for node in edition.lineage(edition.provisions[span.provision]):
            words += stems(node.heading or "")
        if not set(topic).isdisjoint(words):
            return True
    return False


def _cannot_tell(act: str, reading: Reading, ranked: Sequence[Ranked], view: LibraryView) -> Answer:
    said, lang = _SAID[reading.lang], reading.lang
    texts = texts_of(act, reading, view)
    why = said["one"].format(after=day_in_words(texts[-1].edition or "", lang)) if texts else said["none"]
    first, last = (day_in_words(day.isoformat(), lang) for day in window(reading))
    when = "" if reading.years is None else said["when"].format(first=first, last=last)
    reason = said["cannot"].format(title=view.title(act, lang), when=when, why=why)
    known = _names(amendments_known(act, reading, view), view, lang)
    if known:
        reason += " " + said["known"].format(acts="; ".join(known[-NAMED:]))
    return abstention(reading, ranked, view, f"{reason} {said['add']}")
