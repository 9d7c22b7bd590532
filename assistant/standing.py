"""Why a text is not simply current: the amendment missing, what repealed or replaced it, from when."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from assistant.library.currency import Amendment, amendments_since, later_edition
from assistant.library.schema import EditionRow, RelationRow
from assistant.library.view import LibraryView
from assistant.model import Currency, Lang, Provision, RelationKind, stands_in
from assistant.naming import act_reference, day_in_words

NAMED = 3  # amendments named; more are counted

_WORDS: dict[Lang, dict[str, str]] = {
    "ru": {
        "amended": "в акт позднее внесены изменения ({acts}); новой редакции в библиотеке нет",
        "amended_unnamed": "в акт позднее внесены изменения, новой редакции в библиотеке нет",
        "superseded": "действует более поздняя редакция — от {day}",
        "repealed": "утратило силу",
        "repealed_from": "утратило силу с {day}",
        "by": "{what}: {act}",
        "completed": "срок действия истёк",
        "not_yet": "на эту дату не действует",
        "applies_from": "применяется с {day}",
        "applied_to": "действовало до {day}",
        "applied": "действовало с {since} до {day}",
        "later_edition": "это редакция от {day}; действовавшего на указанную дату текста в библиотеке нет",
        "unknown": "актуальность редакции не проверена",
        "in_force": "действует с {day}",
        "more": "и ещё {n}",
    },
    "en": {
        "amended": "amended later ({acts}); the amended text is not in the library",
        "amended_unnamed": "amended later; the amended text is not in the library",
        "superseded": "superseded by the edition of {day}",
        "repealed": "repealed",
        "repealed_from": "repealed from {day}",
        "by": "{what} by {act}",
        "completed": "its term has ended",
        "not_yet": "not in force on this date",
        "applies_from": "applies from {day}",
        "applied_to": "applied until {day}",
        "applied": "applied from {since} until {day}",
        "later_edition": "this edition is of {day}; the text in force on the date asked about is not held",
        "unknown": "whether this edition is current has not been checked",
        "in_force": "in force from {day}",
        "more": "and {n} more",
    },
}


def why(view: LibraryView, edition_id: int, day: date, node: Provision | None, lang: Lang) -> str | None:
    """What a reader should know of the standing of a text or provision at ``day``; None where current."""
    row = view.editions[edition_id]
    words = _WORDS[lang]
    currency = view.currency(edition_id, day, node)
    if currency == Currency.CURRENT:
        return None
    if currency == Currency.SUPERSEDED:
        return _superseded(view, row, day, node, lang)
    if currency == Currency.REPEALED:
        return _repealed(view, row, day, node, lang)
    if currency == Currency.NOT_YET_IN_FORCE:
        begins = (view.begins(edition_id, node) if node else None) or view.acts[row.act_id].in_force_from
        if begins and begins > day.isoformat()[: len(begins)]:
            return words["applies_from"].format(day=day_in_words(begins, lang))
        if row.valid_from and row.valid_from > day.isoformat()[: len(row.valid_from)]:
            return words["later_edition"].format(day=day_in_words(row.valid_from, lang))
        return words["not_yet"]
    if currency == Currency.AMENDED_TEXT_NOT_HELD:
        inside = node.id if node else None
        changes = amendments_since(view.standing(edition_id), row.edition, day, inside)
        return amended(view, changes, lang)
    return words["unknown"]


def _superseded(view: LibraryView, row: EditionRow, day: date, node: Provision | None, lang: Lang) -> str:
    later = later_edition(view.standing(row.id), row.edition, day)
    over = period(view, row.id, node, lang) if node is not None and later is None else None
    return over or _WORDS[lang]["superseded"].format(day=day_in_words(later or "?", lang))


def period(view: LibraryView, edition_id: int, node: Provision, lang: Lang) -> str | None:
    """From and until when a provision applies, as it is said of one that does not; None where not limited."""
    words, since, until = _WORDS[lang], view.begins(edition_id, node), node.valid_to
    begins = day_in_words(since, lang) if since else None
    if until is None:
        return words["applies_from"].format(day=begins) if begins else None
    form = "applied" if begins else "applied_to"
    return words[form].format(since=begins, day=day_in_words(until, lang))


def amended(view: LibraryView, changes: Iterable[Amendment], lang: Lang) -> str:
    """That the acts named have changed a text that is held without their changes."""
    words = _WORDS[lang]
    named = [_change(view, change, lang) for change in changes if change.act in view.acts or change.number]
    if not named:
        return words["amended_unnamed"]
    shown = named[-NAMED:]
    if len(named) > NAMED:
        shown.append(words["more"].format(n=len(named) - NAMED))
    return words["amended"].format(acts="; ".join(shown))


def _change(view: LibraryView, change: Amendment, lang: Lang) -> str:
    name = act_reference(change.act, view.acts.get(change.act), lang, number=change.number, date=change.date)
    if change.in_force_from and change.in_force_from != change.date:
        begins = _WORDS[lang]["in_force"].format(day=day_in_words(change.in_force_from, lang))
        return f"{name}, {begins}"
    return name


def _repealed(view: LibraryView, row: EditionRow, day: date, node: Provision | None, lang: Lang) -> str:
    act = view.acts[row.act_id]
    words = _WORDS[lang]
    said = _repealing(view, row, node)
    whole = said is None or said.provision is None
    if act.status == "completed" and not act.repealed_by and said is None:
        return words["completed"]
    since = (said.in_force_from if said else None) or (act.in_force_to if whole else None)
    what = words["repealed_from"].format(day=day_in_words(since, lang)) if since else words["repealed"]
    by = said.source if said else act.repealed_by
    if by is None:
        return what
    number, made = (said.number, said.date) if said else (None, None)
    return words["by"].format(
        what=what, act=act_reference(by, view.acts.get(by), lang, number=number, date=made)
    )


def _repealing(view: LibraryView, row: EditionRow, node: Provision | None) -> RelationRow | None:
    """The relation that says who repealed the provision, or the act as a whole."""
    found = [
        each for each in view.relations if each.kind == RelationKind.REPEALS and each.target == row.act_id
    ]
    if node is not None:
        for each in found:
            if each.provision and each.edition_id == row.id and stands_in(node.id, each.provision):
                return each
    return next((each for each in found if each.edition_id is None), view.repeals.get(row.act_id))
