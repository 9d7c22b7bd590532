"""A provision named before and a move («следующий пункт») -> the provision meant, in words.

Moves are made in the act's outline where its text is held, else by counting.
"""

from __future__ import annotations

import re

from assistant.conversation import words
from assistant.library.view import EditionView, LibraryView
from assistant.model import Authority, Provision
from assistant.references import candidate_paths, path_steps
from assistant.references_steps import RANK, Steps

_UNIT = {
    unit: re.compile(rf"(?<!\w)(?:{pattern})(?!\w)", re.IGNORECASE)
    for unit, (pattern, _, _) in words.UNITS.items()
}


def combined(base: Steps, move: Steps, act: str, view: LibraryView) -> Steps:
    """The provision that ``move`` means beside ``base``: a child, a sibling or one further out."""
    outer = tuple(step for step in base if RANK[step[0]] < RANK[move[0][0]])
    readings = [(*outer, *move), (*base[:-1], *move), (*base, *move)]
    same_shape = base[-1][1][:1].isdigit() == move[0][1][:1].isdigit() and base[-1][0] != move[0][0]
    if same_shape and not move[0][1][:1].isdigit():
        readings.insert(0, (*base[:-1], (base[-1][0], move[0][1]), *move[1:]))
    return next((steps for steps in readings if _found(steps, act, view)), readings[0])


def neighbour(base: Steps, unit: str | None, step: int, act: str, view: LibraryView) -> Steps | None:
    """The provision ``step`` places after ``base``, at the level of ``unit`` (None: its own level)."""
    level = _level(base, unit)
    if level is None:
        return None
    here = base[: level + 1]
    found = _found(here, act, view)
    value = _beside(*found, step) if found else _counted(here[-1][1], step)
    return (*here[:-1], (here[-1][0], value)) if value else None


def unit_named(text: str) -> str | None:
    """The unit a phrase names («следующий пункт»), None where it names none."""
    return next((unit for unit, pattern in _UNIT.items() if pattern.search(text)), None)


def steps_of(path: str) -> Steps:
    """The steps of a cited provision's id, without the first attachment a decree consists of."""
    steps = path_steps(path) or ()
    return steps[1:] if len(steps) > 1 and steps[0] == ("annex", "1") and path.startswith("att") else steps


def in_words(steps: Steps, lang: str, like: str = "") -> str:
    """A provision as written in a sentence, innermost first, in the case of the unit word in ``like``."""
    written = []
    for place, (unit, value) in enumerate(reversed(steps)):
        _, forms, english = words.UNITS.get(unit, ("", ("пункт",) * 6, "point"))
        if lang == "ru":
            case = 1 if place else _case(like)
            written.append(f"{forms[case]} {f'«{value}»' if value.isalpha() else value}")
        else:
            written.append(f"{english} {f'({value})' if value.isalpha() else value}")
    return (" " if lang == "ru" else " of ").join(written)


def _case(like: str) -> int:
    first = like.lower().replace("ё", "е").split()
    if not first:
        return 0
    for _, forms, _ in words.UNITS.values():
        if first[0] in forms:
            return forms.index(first[0])
    return 0


def _level(base: Steps, unit: str | None) -> int | None:
    if unit is None:
        return len(base) - 1
    same = {unit} | ({"point", "paragraph", "part"} if unit in ("point", "paragraph") else set())
    same |= {"item", "subpoint"} if unit in ("item", "subpoint") else set()
    return next((place for place in reversed(range(len(base))) if base[place][0] in same), None)


def _found(steps: Steps, act: str, view: LibraryView) -> tuple[EditionView, Provision] | None:
    row = view.acts.get(act)
    if row is None:
        return None
    plain = candidate_paths(steps, row.jurisdiction) + candidate_paths(steps, row.jurisdiction, attached=True)
    for held in sorted(view.of_act(act), key=lambda each: each.edition or "", reverse=True):
        if held.authority != Authority.OFFICIAL:
            continue
        edition = view.edition(held.id)
        node = next((edition.provisions[path] for path in plain if path in edition.provisions), None)
        if node is not None:
            return edition, node
    return None


def _beside(edition: EditionView, node: Provision, step: int) -> str | None:
    above = node.id.rpartition("/")[0]
    siblings = sorted(
        (
            each
            for each in edition.provisions.values()
            if each.id.rpartition("/")[0] == above and each.kind == node.kind
        ),
        key=lambda each: each.start,
    )
    place = siblings.index(node) + step
    if not 0 <= place < len(siblings):
        return None
    steps = path_steps(siblings[place].id)
    return steps[-1][1] if steps else None


def _counted(value: str, step: int) -> str | None:
    if value.isdigit():
        return str(int(value) + step) if int(value) + step > 0 else None
    letters = "абвгдежзиклмнопрстуфхцчшщэюя" if not value.isascii() else "abcdefghijklmnopqrstuvwxyz"
    place = letters.find(value) + step
    return letters[place] if len(value) == 1 and value in letters and 0 <= place < len(letters) else None
