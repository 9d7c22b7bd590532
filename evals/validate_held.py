"""A row of cases against the library: acts, provisions, hashes, quotations -> what is not so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import get_close_matches
from pathlib import Path

from assistant.errors import InputError
from assistant.model import Authority
from evals.case import Target
from evals.tables import CASES, Problem, Row
from evals.validate_texts import DIGEST, Place, Texts


def shipped(row: Row) -> bool:
    """Whether a row is in the folder that comes with the program, where no act may be quoted."""
    return CASES.resolve() in row.file.resolve().parents


class NotHeld:
    """Texts that are not held -> one notice a file and text, with how many cases wait for it."""

    def __init__(self) -> None:
        self._found: dict[tuple[Path, str, str | None], tuple[Row, set[int]]] = {}

    def add(self, row: Row, target: Target) -> None:
        """A case that names a text which is not held."""
        digest = target.provision.startswith(DIGEST)
        key = (row.file, f"{target.act}#digest" if digest else target.act, target.edition)
        self._found.setdefault(key, (row, set()))[1].add(row.number)

    def told(self) -> Iterator[Problem]:
        """The notices."""
        for (_, name, edition), (row, numbers) in self._found.items():
            n = len(numbers)
            if name.endswith("#digest"):
                what_en, what_ru = "the embedded corpus is", "встроенного корпуса"
                how = "ai-policy ingest"
            else:
                what_en = f"the text of {name}{f' of {edition}' if edition else ''} is"
                what_ru = f"текста {name}{f' в редакции {edition}' if edition else ''}"
                how = "ai-policy ingest FILE"
            said = InputError(
                f"{what_en} not in the library, so its provisions were not checked (cases: {n}). To check "
                f"them, ingest it: '{how}'.",
                f"{what_ru} в библиотеке нет, поэтому его положения не проверены (случаев: {n}). Чтобы "
                f"проверить, загрузите его: «{how}».",
            )
            yield row.problem("must_cite", "not_held", said, level="notice")


def unknown_acts(row: Row, known: frozenset[str], texts: Texts | None) -> Iterator[Problem]:
    """Acts that neither the library nor the catalogue knows."""
    for need in row.fields.get("must_cite", ()):
        for target in need:
            if target.act in known:
                continue
            if texts is not None:
                near = texts.near_act(target.act)
            else:
                near = next(iter(get_close_matches(target.act, known, 1)), None)
            said = InputError(
                f"neither the library nor the catalogue has an act '{target.act}'. "
                f"{f'Did you mean {near}? ' if near else ''}'ai-policy acts --catalogue' lists them.",
                f"акта «{target.act}» нет ни в библиотеке, ни в каталоге. "
                f"{f'Возможно, {near}. ' if near else ''}Список: «ai-policy acts --catalogue».",
            )
            yield row.problem("must_cite", "unknown_act", said)


def targets(
    row: Row, texts: Texts, known: frozenset[str], missing: NotHeld, problems: list[Problem]
) -> Iterator[Place | None]:
    """Where the targets of a row stand; None for one that was not found."""
    for need in row.fields.get("must_cite", ()):
        for target in need:
            place = None
            if target.act in known:
                rows = texts.rows(target)
                meant = texts.meant(target, rows, row.fields.get("as_of"))
                place = texts.place(target, meant)
                if not meant:
                    missing.add(row, target)
                elif place is None:
                    problems.append(_no_provision(row, target, texts))
                else:
                    problems += _words(row, target, place, texts)
            yield place


def _no_provision(row: Row, target: Target, texts: Texts) -> Problem:
    rows = texts.rows(target)
    meant = texts.meant(target, rows, row.fields.get("as_of"))
    days = ", ".join(dict.fromkeys(each.edition or "?" for each in meant))
    others = [each for each in rows if each not in meant and texts.place(target, [each])]
    if others:
        day = others[0].edition
        how_en = f"The edition of {day} has it: write {target.ref}@{day}, or correct the date of the case."
        how_ru = f"Оно есть в редакции {day}: напишите {target.ref}@{day} или исправьте дату случая."
    elif near := texts.near_provision(target, meant):
        how_en, how_ru = f"Did you mean {target.act}#{near}?", f"Возможно, {target.act}#{near}."
    else:
        how_en = f"'ai-policy show {target.act}' prints what it has."
        how_ru = f"Что в нём есть, покажет «ai-policy show {target.act}»."
    said = InputError(
        f"{target.act} (edition {days}) has no provision '{target.provision}'. {how_en}",
        f"в {target.act} (редакция {days}) нет положения «{target.provision}». {how_ru}",
    )
    return row.problem("must_cite", "no_provision", said)


def _words(row: Row, target: Target, place: Place, texts: Texts) -> Iterator[Problem]:
    """The characters a target names and the hash of its words."""
    if target.end is not None and place.end > place.node.end:
        length = place.node.end - place.node.start
        said = InputError(
            f"{target.ref} has {length} characters, not {target.end}. Correct the characters in brackets.",
            f"в {target.ref} {length} знаков, а не {target.end}. Исправьте знаки в квадратных скобках.",
        )
        yield row.problem("must_cite", "span", said)
        return
    if target.hash is None:
        if shipped(row) and not place.digest:
            now = target.model_copy(update={"hash": texts.hashes(place)[0]})
            said = InputError(
                f"no hash of the words of {target.ref} is noted. Write {now}.",
                f"для {target.ref} не записана сумма текста. Напишите {now}.",
            )
            yield row.problem("must_cite", "no_hash", said, level="warning")
        return
    hashes = texts.hashes(place)
    if target.hash not in hashes:
        now = target.model_copy(update={"hash": hashes[0]})
        said = InputError(
            f"the words of {target.ref} (edition {place.row.edition}) are not those the case was written "
            f"for. Read the provision again; if the case still holds, write {now}.",
            f"текст {target.ref} (редакция {place.row.edition}) не тот, для которого написан случай. "
            f"Перечитайте положение; если случай верен, напишите {now}.",
        )
        yield row.problem("must_cite", "stale", said)


def quotation(row: Row, places: Sequence[Place | None], texts: Texts) -> Iterator[Problem]:
    """Whether the quotation stands where the case says, and may be quoted."""
    quote = row.fields.get("quote")
    if quote is None:
        return
    found = [place for place in places if place is not None]
    inside = [place for place in found if texts.quoted_in(quote, place)]
    ours = any(place.digest for place in inside) if places else texts.in_digests(quote)
    if not ours and shipped(row) and (found or texts.in_acts(quote)):
        said = InputError(
            "a shipped case quotes an act's text; only the embedded corpus may be quoted. Empty the cell: "
            "the hash in 'must cite' stands for the words.",
            "поставляемый случай цитирует текст акта, а цитировать можно только встроенный корпус. Очистите "
            "ячейку: слова заменяет сумма в «должен сослаться».",
        )
        yield row.problem("quote", "quotes_act", said)
    elif places and not inside and None not in places:
        near = texts.nearest(quote, found)
        said = InputError(
            "the quotation does not stand word for word in the provisions cited. "
            + (f"The nearest words: '{near}'. " if near else "")
            + "Copy the words from the text.",
            "цитаты нет дословно в указанных положениях. "
            + (f"Ближе всего: «{near}». " if near else "")
            + "Скопируйте слова из текста.",
        )
        yield row.problem("quote", "not_verbatim", said)
    elif not places and not ours and _has_digests(texts) and not texts.in_acts(quote):
        said = InputError(
            "the quotation stands in no text of the library. Copy the words from the text, and name the "
            "provision in 'must cite'.",
            "цитаты нет ни в одном тексте библиотеки. Скопируйте слова из текста и укажите положение в "
            "«должен сослаться».",
        )
        yield row.problem("quote", "not_verbatim", said)


def _has_digests(texts: Texts) -> bool:
    return any(row.authority == Authority.DIGEST for row in texts.view.editions.values())
