"""What an answer cites, or a person types -> the provisions a case must cite, with hashes of their words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from assistant.eligibility.evidence import hash_of
from assistant.errors import InputError
from assistant.library.view import LibraryView
from assistant.model import Authority, Citation, stands_in
from assistant.query import read_provision, resolve_act
from evals.case import Target
from evals.tables_columns import value_of
from evals.validate_texts import Texts

SIBLINGS = 3  # as many parts of one provision that are cited stand for the provision


def merged_targets(cited: Sequence[Citation], view: LibraryView) -> list[Target]:
    """A target for every cited provision; parts of one that is cited, or several of its parts, are that one.

    Of a digest's statement the target is the fact, in whichever language.
    """
    places = list(dict.fromkeys((each.act, each.edition, str(each.authority), _fact(each)) for each in cited))
    parents = [(act, edition, kind, path.rpartition("/")[0]) for act, edition, kind, path in places]
    whole = {each for each in parents if each[2] != Authority.DIGEST and parents.count(each) >= SIBLINGS}
    whole = {each for each in whole if each[3] and _hash(each, view)}
    merged = [parent if parent in whole else place for place, parent in zip(places, parents, strict=True)]
    kept = [
        each
        for each in dict.fromkeys(merged)
        if not any(each != top and each[:3] == top[:3] and stands_in(each[3], top[3]) for top in merged)
    ]
    return [
        Target(
            act=place[0],
            provision=place[3],
            edition=None if place[2] == Authority.DIGEST else place[1],
            hash=_hash(place, view),
        )
        for place in kept
    ]


def _fact(citation: Citation) -> str:
    """The provision cited; of a digest's statement the fact, which both languages share."""
    if citation.authority == Authority.DIGEST and citation.provision.endswith(("/ru", "/en")):
        return citation.provision.rpartition("/")[0]
    return citation.provision


def _hash(place: tuple[str, str | None, str, str], view: LibraryView) -> str | None:
    act, edition, authority, path = place
    for row in view.editions_like(act, edition, authority):
        node = view.edition(row.id).find(path)
        if node is not None:
            return hash_of(view.edition(row.id).text[node.start : node.end])
    return None


def need_of(typed: str, view: LibraryView, day: date | None) -> tuple[Target, ...]:
    """A need as typed, alternatives separated by ``|``. Raises InputError or NotHeldError."""
    texts = Texts(view, frozenset())
    return tuple(_hashed(_target(each.strip(), view), texts, day) for each in typed.split("|"))


def _target(typed: str, view: LibraryView) -> Target:
    """``act#provision``, also with the act's popular name and the provision as lawyers write it."""
    try:
        return Target.read(typed)
    except ValueError:
        name, sign, provision = typed.partition("#")
    if not sign or not provision.strip():
        value_of("must_cite", typed)  # says how it is written
    act = resolve_act(name, view)
    paths = read_provision(provision, view.acts[act].jurisdiction)
    for row in view.of_act(act):
        found = next((node.id for path in paths if (node := view.edition(row.id).find(path))), None)
        if found is not None:
            return Target(act=act, provision=found)
    raise InputError(
        f"{act} has no provision '{provision}'. 'ai-policy show {act}' prints what it has.",
        f"В {act} нет положения «{provision}». Что в нём есть, покажет «ai-policy show {act}».",
    )


def _hashed(target: Target, texts: Texts, day: date | None) -> Target:
    """The target with the hash of its words, where they are held."""
    place = texts.place(target, texts.meant(target, texts.rows(target), day))
    if target.hash is not None or place is None:
        return target
    return target.model_copy(update={"hash": texts.hashes(place)[0]})
