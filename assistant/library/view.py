"""What questions read of the library, kept in memory for one generation of it.

Acts, editions and their standing are loaded at once (a few hundred rows); texts and outlines when first
asked for.
"""

from __future__ import annotations

import re
import threading
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import islice

from assistant.errors import NotHeldError
from assistant.library.currency import Amendment, Standing, edition_currency, provision_date
from assistant.library.outline import outline_of, those_above
from assistant.library.schema import ActRow, EditionRow, RelationRow
from assistant.library.store import ChunkPlace, Library, taken_out
from assistant.library.versions import Held, HeldEdition
from assistant.model import Authority, Currency, Provision, RelationKind, page_at

_PROVISIONS_KEPT = 100_000  # of the editions that stay in memory: more than common libraries hold
_PLACES_KEPT = 50_000  # chunks whose places stay in memory, some 15 MB: a question asks of hundreds
_CURRENCIES_KEPT = 20_000
_CURRENCIES_OF_OWNER = 2_000  # there is a view for each user
LOOKS = 5  # how often the library is read anew where it changes under the reading
_STEP = re.compile(r"(?P<unit>[a-zа-я]*)(?P<number>\d+(?:\.\d+)*)")
_RANGE = re.compile(r"(?P<unit>[a-zа-я]*)(?P<first>\d+(?:\.\d+)*)–(?P<last>\d+(?:\.\d+)*)")


@dataclass(frozen=True, slots=True)
class Filters:
    """What a request narrows the library to; None lets everything pass.

    ``as_of_given``: the request itself names the date, it is not just today's.
    """

    as_of: date
    as_of_given: bool = False
    kind: str | None = None
    jurisdiction: str | None = None
    issuer: str | None = None
    act: str | None = None
    authority: str | None = None
    text_lang: str | None = None


@dataclass(frozen=True, slots=True)
class EditionView:
    """An edition's text and outline."""

    row: EditionRow
    text: str
    provisions: Mapping[str, Provision]
    children: Mapping[str, list[Provision]]
    page_starts: list[tuple[int, int]]

    def page(self, offset: int) -> int | None:
        """The page on which a character stands."""
        return page_at(self.page_starts, offset)

    def find(self, path: str) -> Provision | None:
        """The provision of this id, or the stub of several repealed ones that covers it (``p21–22``)."""
        node = self.provisions.get(path)
        if node is not None:
            return node
        parent, _, last = path.rpartition("/")
        wanted = _STEP.fullmatch(last)
        if wanted is None:
            return None
        siblings = self.children.get(parent, []) if parent else self.provisions.values()
        return next((each for each in siblings if _covers(each.id.rpartition("/")[2], wanted)), None)

    def lineage(self, node: Provision) -> Iterator[Provision]:
        """A provision and those it stands in, the nearest first."""
        at: Provision | None = node
        while at is not None:
            yield at
            at = self.provisions.get(at.parent) if at.parent else None

    def own_text(self, node: Provision) -> str:
        """A provision's own text: number, heading and lead-in."""
        return self.text[node.start : node.own_end]


OWN = "own-"  # what the ids of acts begin with that are one owner's or one group's alone
_OWN_PREFIX = re.compile(rf"{OWN}[0-9a-f]+-")


def shared_id(act: str) -> str:
    """An act's id as people may read it, without the mark of whose file it is."""
    return _OWN_PREFIX.sub("", act, count=1) if act.startswith(OWN) else act


def may_see(act: str, own: tuple[str, ...]) -> bool:
    """Whether an act is shared, or its id begins with one of ``own``."""
    return not act.startswith(OWN) or act.startswith(own)


def _seen(act: str, own: tuple[str, ...] | None) -> bool:
    return own is None or may_see(act, own)


def _given_by(library: Library, private: Callable[[str], bool]) -> frozenset[int]:
    """Keys of the editions all of whose files are private."""
    theirs: dict[int, bool] = {}
    for row in library.renditions():
        theirs[row.edition_id] = theirs.get(row.edition_id, True) and private(row.path)
    return frozenset(key for key, alone in theirs.items() if alone)


class _Texts:
    """The editions loaded last, and where chunks stand, which views of one generation share.

    ``before``: those of the generation before. A text stays what it is as long as its edition does; where
    chunks stand is read anew, for nothing tells whether a key is still the same chunk's.
    """

    def __init__(self, before: _Texts | None = None) -> None:
        self.lock = threading.RLock()
        self.loaded: OrderedDict[int, EditionView] = OrderedDict()
        self.places: dict[int, ChunkPlace] = {}
        self._provisions = 0  # of those loaded
        if before is not None:
            with before.lock:
                self.loaded.update(before.loaded)
                self._provisions = before._provisions

    def put(self, edition: int, view: EditionView) -> None:
        """Keep an edition, and let go of those used longest ago where there are too many."""
        self.loaded[edition] = view
        self._provisions += len(view.provisions)
        while len(self.loaded) > 1 and self._provisions > _PROVISIONS_KEPT:
            _, gone = self.loaded.popitem(last=False)
            self._provisions -= len(gone.provisions)


class _Rows:
    """What a library holds at one generation, whoever looks: views of it keep the same rows."""

    def __init__(self, library: Library) -> None:
        self.generation = library.generation
        self.version = library.version
        self.editions = library.editions()
        self.relations = library.relations()
        self.acts = library.acts()

    @cached_property
    def amendments(self) -> dict[str, list[tuple[int | None, Amendment]]]:
        """Act id -> the key of the edition that says so, None for the catalogue, and the amendment."""
        found: dict[str, list[tuple[int | None, Amendment]]] = {}
        for row in self.relations:
            if row.kind == RelationKind.AMENDS:
                found.setdefault(row.target, []).append((row.edition_id, _amendment(row)))
        return found


class LibraryView:
    """A read-only picture of a library at one generation.

    ``own``: whose own files are in it, by what the ids of their acts begin with; none for nobody's, None for
    everybody's. ``beside``: a view of the same generation to share rows and texts with. ``before``: one of an
    earlier generation, whose texts are taken over. ``private``: whether the file of a path is nobody's
    who looks; what only such files gave is not in the view. ``relations``: all between acts, but for what
    texts say that are not in the view.
    """

    def __init__(
        self,
        library: Library,
        own: tuple[str, ...] | None = None,
        *,
        beside: LibraryView | None = None,
        before: LibraryView | None = None,
        private: Callable[[str], bool] | None = None,
    ) -> None:
        self.library = library
        self._own, self._private = own, private
        self._look(beside._rows if beside is not None else _Rows(library))
        for _ in range(LOOKS):
            if library.generation == self.generation:
                break
            self._look(_Rows(library))
        self._texts: _Texts = beside._texts if beside else _Texts(before._texts if before else None)
        self._currencies: dict[tuple[int, str | None, date, date], Currency] = {}

    def _look(self, read: _Rows) -> None:
        """See of what was read; another process may change the library between two of the queries."""
        library, own = self.library, self._own
        self._rows = read
        self.generation, self.version = read.generation, read.version
        rows = [row for row in read.editions if _seen(row.act_id, own)]
        hidden = _given_by(library, self._private) if self._private else frozenset()
        relations, acts = read.relations, read.acts
        self.editions: dict[int, EditionRow] = {row.id: row for row in rows if row.id not in hidden}
        silent = {row.act_id for row in rows} - {row.act_id for row in self.editions.values()}
        self.acts: dict[str, ActRow] = {
            row.id: row for row in acts if _seen(row.id, own) and (row.in_catalogue or row.id not in silent)
        }
        self.relations: list[RelationRow] = [
            row for row in relations if row.edition_id is None or row.edition_id in self.editions
        ]

    def part_of(self, held: Held) -> Held:
        """What of a version may be told to whoever sees this view."""
        editions = {key: each for key, each in held.editions.items() if self._may_tell(each)}
        silent = {key[0] for key in held.editions} - {key[0] for key in editions}
        acts = {
            act: state
            for act, state in held.acts.items()
            if _seen(act, self._own) and (act in self.acts or act not in silent)
        }
        return Held(editions, acts)

    def _may_tell(self, held: HeldEdition) -> bool:
        if not _seen(held.act, self._own):
            return False
        if self._private is None or held.path is None or not self._private(held.path):
            return True
        rows = self.editions_like(held.act, held.edition, held.authority)
        return any(row.attachment == held.attachment for row in rows)

    @cached_property
    def standings(self) -> dict[tuple[str, str, int], Standing]:
        """(act id, authority, attachment) -> what is known of the act and of the editions held of it."""
        held: dict[tuple[str, str, int], list[str]] = {}
        for edition in self.editions.values():
            family = (edition.act_id, edition.authority, edition.attachment)
            held.setdefault(family, []).append(edition.edition or "")
        found: dict[tuple[str, str, int], Standing] = {}
        for family, editions in held.items():
            act = self.acts[family[0]]
            found[family] = Standing(
                status=act.status,
                in_force_from=act.in_force_from,
                in_force_to=act.in_force_to or self._repealed_from(act.id),
                amendments_checked=act.amendments_checked,
                amendments=tuple(
                    each
                    for edition, each in self._rows.amendments.get(act.id, ())
                    if edition is None or edition in self.editions
                ),
                held=tuple(sorted(filter(None, editions))),
            )
        return found

    def currency(self, edition_id: int, as_of: date, provision: Provision | None = None) -> Currency:
        """Standing of an edition, or of one of its provisions, at ``as_of``.

        Kept, for a question asks it of the same hundreds of provisions as the one before.
        """
        key = (edition_id, provision.id if provision else None, as_of, date.today())
        known = self._currencies.get(key)
        if known is None:
            if len(self._currencies) >= (_CURRENCIES_OF_OWNER if self._own else _CURRENCIES_KEPT):
                self._currencies.clear()
            known = self._currencies[key] = self._currency(edition_id, as_of, provision)
        return known

    def _currency(self, edition_id: int, as_of: date, provision: Provision | None) -> Currency:
        row = self.editions[edition_id]
        standing = self.standing(edition_id)
        inside = provision.id if provision is not None and row.authority != Authority.DIGEST else None
        currency = edition_currency(standing, row.edition, row.valid_from, row.authority, as_of, inside)
        if provision is None or currency in (Currency.REPEALED, Currency.NOT_YET_IN_FORCE):
            return currency
        if provision.repealed:
            return Currency.REPEALED
        begins = self.begins(edition_id, provision)
        if begins and begins > as_of.isoformat()[: len(begins)]:
            return Currency.NOT_YET_IN_FORCE
        if provision.valid_to and provision.valid_to <= as_of.isoformat()[: len(provision.valid_to)]:
            return Currency.SUPERSEDED
        return currency

    def begins(self, edition_id: int, provision: Provision) -> str | None:
        """The partial date from which a provision applies, where it has one of its own."""
        return provision.valid_from or self._provision_date(self.editions[edition_id], provision.id)

    def standing(self, edition_id: int) -> Standing:
        """What is known of an edition's act and of the other editions held of it."""
        row = self.editions[edition_id]
        return self.standings[row.act_id, row.authority, row.attachment]

    @cached_property
    def repeals(self) -> dict[str, RelationRow]:
        """Act id -> the relation by which the text of another held act repeals it as a whole."""
        return {
            row.target: row
            for row in self.relations
            if row.kind == RelationKind.REPEALS
            and row.edition_id in self.editions
            and self.editions[row.edition_id].act_id == row.source
        }

    def _repealed_from(self, act_id: str) -> str | None:
        """When the text of another held act ends this one: the day that act begins, else its date."""
        row = self.repeals.get(act_id)
        source = self.acts.get(row.source) if row else None
        return (source.in_force_from or source.date) if source else None

    def _provision_date(self, row: EditionRow, provision: str) -> str | None:
        """The date of the nearest dated provision at or above ``provision``, from the catalogue."""
        dated = {
            entry["provision"]: entry["in_force_from"] for entry in self.acts[row.act_id].provision_dates
        }
        return provision_date(dated, provision)

    def edition(self, edition_id: int) -> EditionView:
        """An edition with text and outline; the last ones stay in memory."""
        with self._texts.lock:
            return self._edition(edition_id)

    def _edition(self, edition_id: int) -> EditionView:
        row, found = self.editions[edition_id], self._texts.loaded.get(edition_id)
        if found is not None and found.row is not row:  # of another generation
            found = replace(found, row=row) if _made_of(found.row) == _made_of(row) else None
            if found is not None:
                self._texts.loaded[edition_id] = found
        if found is None:
            outline = outline_of(self.library, edition_id)
            found = EditionView(
                row=row,
                text=self.library.text(edition_id),
                provisions=outline,
                children=outline.children,
                page_starts=self.library.page_starts(edition_id),
            )
            self._texts.put(edition_id, found)
        self._texts.loaded.move_to_end(edition_id)
        return found

    def nodes(self, keys: Collection[tuple[int, str]]) -> dict[tuple[int, str], Provision]:
        """Provisions by (edition key, id), with all that they stand in.

        Reading a few takes less than an edition does. Raises LibraryChangedError where one has been taken
        out.
        """
        found: dict[tuple[int, str], Provision] = {}
        rest = set(keys)
        with self._texts.lock:
            for edition, pid in keys:
                loaded = self._texts.loaded.get(edition)
                if loaded is not None and loaded.row is self.editions[edition] and pid in loaded.provisions:
                    above = loaded.lineage(loaded.provisions[pid])
                    found |= {(edition, node.id): node for node in above}
                    rest.discard((edition, pid))
        found |= those_above(self.library, rest)
        if not rest <= found.keys():
            raise taken_out()
        return found

    def chunks(self, ids: Collection[int]) -> dict[int, ChunkPlace]:
        """Chunks by key; those of editions this view does not know yet, or no longer, are left out."""
        held = self._texts.places
        places = {key: place for key in ids if (place := held.get(key)) is not None}
        new = [key for key in ids if key not in places]
        if new:
            found = self.library.chunk_places(new)
            places |= found
            with self._texts.lock:
                held.update(found)
                for key in list(islice(held, max(0, len(held) - _PLACES_KEPT))):  # those read first
                    del held[key]
        return {key: place for key, place in places.items() if place.edition in self.editions}

    def title(self, act_id: str, lang: str) -> str:
        """An act's title in ``lang``, else in the other language, else its id."""
        act = self.acts[act_id]
        first, second = (act.title_ru, act.title_en) if lang == "ru" else (act.title_en, act.title_ru)
        return first or second or shared_id(act.id)

    def edition_title(self, row: EditionRow, lang: str) -> str:
        """The title to cite: an attachment's own (the Strategy), else the act's in ``lang``."""
        return (row.title if row.attachment else None) or self.title(row.act_id, lang)

    def in_scope(self, filters: Filters, *, earlier: bool = False) -> set[int]:
        """Keys of the editions a request may use: the one in force at the date, of each family.

        A family is (act, authority, attachment). Where every held edition begins later than the date, the
        earliest stays in, and its currency says that it is not yet in force. ``earlier``: also those that
        were in force before it.
        """
        families: dict[tuple[str, str, int], EditionRow] = {}
        day = filters.as_of.isoformat()
        rows = self.editions.values() if filters.act is None else self.of_act(filters.act)
        passing = [row for row in rows if self._passes(row, filters)]
        for row in passing:
            key = (row.act_id, row.authority, row.attachment)
            best = families.get(key)
            if best is None or _nearer(row, best, day):
                families[key] = row
        chosen = {row.id for row in families.values()}
        if earlier:
            chosen |= {row.id for row in passing if row.valid_to and row.valid_to <= day}
        return chosen

    def _passes(self, row: EditionRow, filters: Filters) -> bool:
        act = self.acts[row.act_id]
        wanted = (
            (filters.kind, act.kind),
            (filters.jurisdiction, act.jurisdiction),
            (filters.act, act.id),
            (filters.authority, row.authority),
        )
        if any(want is not None and want != have for want, have in wanted):
            return False
        if filters.issuer:
            names = f"{act.issuer or ''} {act.issuer_en or ''}".lower()
            return filters.issuer.lower() in names
        return True

    def held_official(self, act_id: str) -> bool:
        """Whether the library holds an official text of the act."""
        return any(row.authority == Authority.OFFICIAL for row in self.of_act(act_id))

    def of_act(self, act_id: str) -> list[EditionRow]:
        """All held editions of an act."""
        return self._by_act.get(act_id, [])

    def editions_like(self, act_id: str, edition: str | None, authority: str) -> list[EditionRow]:
        """Held texts of an act with this date and authority: what a hit or a citation may mean."""
        wanted = (edition, authority)
        return [row for row in self.of_act(act_id) if (row.edition, row.authority) == wanted]

    @cached_property
    def _by_act(self) -> dict[str, list[EditionRow]]:
        found: dict[str, list[EditionRow]] = {}
        for row in self.editions.values():
            found.setdefault(row.act_id, []).append(row)
        return found

    def resolve_act(self, text: str) -> str:
        """An act id as the library spells it. Raises NotHeldError for one nobody knows."""
        wanted = text.strip().lower()
        for act in self.acts.values():
            if wanted == act.id or wanted in (alias.lower() for alias in act.aliases):
                return act.id
        near = [act.id for act in self.acts.values() if wanted and wanted in act.id][:3]
        hint_en = f" Did you mean: {', '.join(near)}?" if near else ""
        hint_ru = f" Возможно: {', '.join(near)}?" if near else ""
        raise NotHeldError(
            f"There is no act '{text}' in the library.{hint_en} 'ai-policy acts' lists what is held, "
            "'ai-policy acts --catalogue' what is known.",
            f"В библиотеке нет акта «{text}».{hint_ru} «ai-policy acts» показывает имеющиеся, "
            "«ai-policy acts --catalogue» — все известные.",
        )


def _made_of(row: EditionRow) -> tuple[str, str, str, str]:
    """What decides an edition's text and outline; a restored library may give a key to another edition."""
    return row.act_id, row.text_sha256, row.grammar, row.pipeline


def _amendment(row: RelationRow) -> Amendment:
    announced = row.edition_id is not None and row.origin == "text" and row.in_force_from is not None
    return Amendment(
        row.source,
        row.date,
        row.in_force_from,
        number=row.number,
        provision=row.provision if announced else None,
        announced=announced,
    )


def _number(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _covers(step: str, wanted: re.Match[str]) -> bool:
    """Whether a range step (``p21–22``, ``ch1.1–1.5``) holds the number of a single one (``p21``)."""
    found = _RANGE.fullmatch(step)
    if found is None or found["unit"] != wanted["unit"]:
        return False
    return _number(found["first"]) <= _number(wanted["number"]) <= _number(found["last"])


def _nearer(row: EditionRow, best: EditionRow, day: str) -> bool:
    """Whether ``row`` fits the day better: begun and later, or, where none has begun, earlier."""
    mine, others = row.valid_from or "", best.valid_from or ""
    begun, best_begun = mine <= day, others <= day
    if begun != best_begun:
        return begun
    later = (mine, row.edition or "") > (others, best.edition or "")
    return later if begun else not later
