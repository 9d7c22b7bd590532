"""corpus/measures/*.yaml -> measures: criteria with their tests, how they combine, what they rest on.

A criterion tests one fact. ``requires`` (of a duty: ``applies`` and ``complies``) combines criteria into a
tree of ``all``, ``any`` and ``not``. Thresholds carry the dates they hold on; evidence names provisions or
facts of our digests, with a hash of their words as they were when the measure was reviewed.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, model_validator

import corpus
from assistant.data_files import load_checked
from assistant.dates import is_partial_date
from assistant.eligibility.facts import NUMERIC, Id, Words, facts
from assistant.errors import InputError
from assistant.model import Confidence, Lang

MEASURES = Path(corpus.__file__).parent / "measures"


def _day(text: str) -> str:
    if not is_partial_date(text) or len(text) != 10:
        raise ValueError("must be a date, YYYY-MM-DD")
    return text


def _month_day(text: str) -> str:
    try:
        date.fromisoformat(f"2001-{text}")  # a year without 29 February: a deadline is one every year
    except ValueError:
        raise ValueError("must be a day of every year, MM-DD") from None
    return text


def _in_order(first: str | None, last: str | None) -> None:
    if first is not None and last is not None and first > last:
        raise ValueError(f"{first} is later than {last}")


Day = Annotated[str, AfterValidator(_day)]
MonthDay = Annotated[str, Field(pattern=r"^\d\d-\d\d$"), AfterValidator(_month_day)]
VALIDITY = "validity"  # what a verdict calls the days whose rules a measure holds; no criterion goes by it
Operator = Literal[">", ">=", "<", "<=", "between"]
Outside = Literal["unknown", "met", "not_met"]
Offer = Literal["status", "tax", "staff", "regime", "grant"]


class _Data(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Dated(_Data):
    """Something that holds from one day to another, both included; None: without an end."""

    from_: Day | None = Field(None, alias="from")
    to: Day | None = None

    @model_validator(mode="after")
    def _begins_before_it_ends(self) -> Self:
        _in_order(self.from_, self.to)
        return self

    def holds(self, day: str) -> bool:
        """Whether it holds on ``day``, an ISO date."""
        return (self.from_ is None or self.from_ <= day) and (self.to is None or day <= self.to)


class Threshold(Dated):
    """A number to compare with: ``value``, or ``min`` and ``max`` for ``between``."""

    value: Decimal | None = None
    min: Decimal | None = None
    max: Decimal | None = None

    @model_validator(mode="after")
    def _one_or_two(self) -> Self:
        if (self.value is None) == (self.min is None and self.max is None):
            raise ValueError("a threshold is a value, or min and max")
        if (self.min is None) != (self.max is None):
            raise ValueError("a threshold has both min and max; one end is a value with >= or <=")
        if self.min is not None and self.max is not None and self.min > self.max:
            raise ValueError("min is more than max")
        return self


class Test(_Data):
    """What must be true of one fact; exactly one of the ways to say it.

    ``is``: of a yes-or-no fact. ``in``: ids of a choice. ``op`` with ``thresholds``: of a number.
    younger_than: years from the date to the day asked about, fewer than these; not_older_than: these at
    most. ``before``: the date is earlier. yearly_by: ``MM-DD``, done in time for the last deadline that has
    passed; since_yearly: on a day after that.
    """

    fact: Id
    is_: bool | None = Field(None, alias="is")
    in_: tuple[Id, ...] = Field((), alias="in")
    op: Operator | None = None
    thresholds: tuple[Threshold, ...] = ()
    younger_than: int | None = Field(None, ge=0)
    not_older_than: int | None = Field(None, ge=0)
    before: Day | None = None
    after: Day | None = None
    yearly_by: MonthDay | None = None
    since_yearly: MonthDay | None = None

    @model_validator(mode="after")
    def _fits_its_fact(self) -> Self:
        held = facts().get(self.fact)
        if held is None:
            raise ValueError(f"corpus/profile.yaml has no fact {self.fact}")
        dates = ("younger_than", "not_older_than", "before", "after", "yearly_by", "since_yearly")
        ways = [name for name in ("is_", "op", *dates) if getattr(self, name) is not None]
        ways += ["in_"] if self.in_ else []
        if len(ways) != 1:
            raise ValueError("a test says what must be true in exactly one way")
        fits = {
            "is_": held.type == "bool",
            "in_": held.type == "choice",
            "op": held.type in NUMERIC - {"date"},
        }
        if not fits.get(ways[0], held.type == "date"):
            raise ValueError(f"a fact of type {held.type} cannot be tested so")
        if bool(self.thresholds) and self.op is None:
            raise ValueError("thresholds need op")
        if any((limit.value is None) != (self.op == "between") for limit in self.thresholds):
            raise ValueError("between takes min and max, the others value")
        for one, two in pairwise(sorted(self.thresholds, key=lambda limit: limit.from_ or "")):
            if one.to is None or two.from_ is None or two.from_ <= one.to:
                raise ValueError("two thresholds hold on one day")
        strange = set(self.in_) - {option.id for option in held.options}
        if strange:
            raise ValueError(f"{self.fact} has no option {', '.join(sorted(strange))}")
        return self

    def threshold(self, day: str) -> Threshold | None:
        """The threshold that holds on ``day``; None where we hold none."""
        return next((limit for limit in self.thresholds if limit.holds(day)), None)


class Evidence(_Data):
    """What a criterion rests on: ``act#provision``, or ``act#digest/n`` for a fact of our digest.

    edition: of the text it was read in. hash: of its words then (see :func:`assistant.eligibility.evidence.
    hash_of`); where the library holds other words, the measure has to be reviewed.
    """

    ref: str = Field(pattern=r"^[a-z0-9-]+#\S+$")
    hash: str | None = Field(None, pattern=r"^[0-9a-f]{16}$")
    edition: str | None = None

    @property
    def act(self) -> str:
        """The act's id."""
        return self.ref.partition("#")[0]

    @property
    def provision(self) -> str:
        """The provision's id."""
        return self.ref.partition("#")[2]


class Criterion(Dated):
    """One condition: ``ru``/``en`` state it as a rule, the test says what decides.

    counts: False for what is only shown beside the verdict (a draft, an unconfirmed rule). from/to and
    outside: on other days its state is not the test's but ``outside``. check: what to verify where before
    relying on it. seek: stems that a sentence of the act's own text has where it states this rule.
    list_held: False where the answer stands in a list that is not held; beside: a fact to show with it (the
    code to look up).
    """

    id: Id
    ru: str
    en: str
    test: Test
    outside: Outside = "unknown"
    counts: bool = True
    list_held: bool = True
    confidence: Confidence
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    seek: tuple[str, ...] = ()
    beside: Id | None = None
    check_ru: str | None = None
    check_en: str | None = None
    note_ru: str | None = None
    note_en: str | None = None
    source_id: str | None = None

    @model_validator(mode="after")
    def _says_what_to_check(self) -> Self:
        if (self.check_ru is None) != (self.check_en is None) or (self.note_ru is None) != (
            self.note_en is None
        ):
            raise ValueError("check and note are given in both languages")
        if self.confidence != Confidence.TEXT and self.check_ru is None:
            raise ValueError("a criterion not read in the text says what to check where")
        if self.id == VALIDITY:
            raise ValueError(f"no criterion is called {VALIDITY}: a verdict calls the measure's own days so")
        if self.beside is not None and self.beside not in facts():
            raise ValueError(f"corpus/profile.yaml has no fact {self.beside}")
        return self

    def stated(self, lang: Lang) -> str:
        """The rule in words."""
        return self.ru if lang == "ru" else self.en

    def check(self, lang: Lang) -> str | None:
        """What to verify, where."""
        return self.check_ru if lang == "ru" else self.check_en

    def note(self, lang: Lang) -> str | None:
        """What a reader should know of it."""
        return self.note_ru if lang == "ru" else self.note_en


class Group(_Data):
    """Criteria combined: exactly one of all, any and not. ``ru``/``en``: what the group is, for a reader."""

    all: tuple[Id | Group, ...] = ()
    any: tuple[Id | Group, ...] = ()
    not_: Id | Group | None = Field(None, alias="not")
    ru: str | None = None
    en: str | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if (bool(self.all), bool(self.any), self.not_ is not None).count(True) != 1:
            raise ValueError("a group is one of all, any and not")
        return self

    def leaves(self) -> Iterator[str]:
        """The ids of its criteria, in their order, each as often as it stands in it."""
        inside: tuple[str | Group, ...] = (
            *self.all,
            *self.any,
            *((self.not_,) if self.not_ is not None else ()),
        )
        for each in inside:
            if isinstance(each, str):
                yield each
            else:
                yield from each.leaves()


class Given(Dated, Words):
    """What the measure gives, or a rate: in words, when, and on what further condition (``when``)."""

    when: str | Group | None = None
    evidence: tuple[Evidence, ...] = Field(min_length=1)
    confidence: Confidence


class Step(Words):
    """A document to prepare, or where and when to apply; None where nothing we hold says it."""

    evidence: tuple[Evidence, ...] = ()


class Measure(_Data):
    """A support measure or a duty.

    offers: what kind of support it is; main: the criteria that an overview of support names.
    aliases: other names; words: forms by which a question speaks of it without naming it («аккредитоваться»),
    as in :mod:`assistant.answer.verify.lexicon`. valid_from/valid_to: the days whose rules these are;
    ``before``/``after``: what a verdict is on other days. open: whether it can be applied for now, as far as
    is known. reviewed: when a person last read it through.
    """

    id: Id
    kind: Literal["support", "duty"]
    offers: Offer | None = None
    main: tuple[Id, ...] = ()
    title: Words
    about: Words
    aliases: tuple[str, ...] = ()
    words: tuple[str, ...] = ()
    acts: tuple[str, ...] = Field(min_length=1)
    valid_from: Day | None = None
    valid_to: Day | None = None
    before: Literal["unknown", "not_met"] = "unknown"
    after: Literal["unknown", "not_met"] = "not_met"
    validity_evidence: tuple[Evidence, ...] = ()
    validity_confidence: Confidence = Confidence.PRESS
    open: Literal["yes", "no", "unconfirmed"] = "yes"
    open_note: Words | None = None
    note: Words | None = None
    reviewed: Day
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    requires: Group | None = None
    applies: Group | None = None
    complies: Group | None = None
    gives: tuple[Given, ...] = ()
    documents: tuple[Step, ...] = ()
    apply: tuple[Step, ...] = ()

    @model_validator(mode="after")
    def _whole(self) -> Self:
        _in_order(self.valid_from, self.valid_to)
        if (self.requires is not None) != (self.kind == "support"):
            raise ValueError("support has requires, a duty applies and complies")
        if self.offers is not None and self.kind == "duty":
            raise ValueError("a duty offers nothing")
        if (self.applies is not None and self.complies is not None) != (self.kind == "duty"):
            raise ValueError("a duty has both applies and complies, support neither")
        ids = [criterion.id for criterion in self.criteria]
        if len(set(ids)) != len(ids):
            raise ValueError("two criteria have one id")
        strange = set(self.main) - set(ids)
        if strange:
            raise ValueError(f"main: there is no criterion {', '.join(sorted(strange))}")
        used = {leaf for tree in self.trees() for leaf in tree.leaves()}
        used |= {leaf for given in self.gives for leaf in _leaves(given.when)}
        strange = used - set(ids)
        if strange:
            raise ValueError(f"there is no criterion {', '.join(sorted(strange))}")
        idle = [each.id for each in self.criteria if each.counts and each.id not in used]
        if idle:
            raise ValueError(f"no tree uses {', '.join(idle)}; give it a place or counts: false")
        if (self.valid_from or self.valid_to) and not self.validity_evidence:
            raise ValueError("dates of validity need validity_evidence")
        return self

    def trees(self) -> list[Group]:
        """The trees that decide: ``requires``, or ``applies`` and ``complies``."""
        return [tree for tree in (self.requires, self.applies, self.complies) if tree is not None]

    @property
    def verdict_tree(self) -> Group:
        """The tree the verdict is about: whether one may have it, or whether the duty applies."""
        tree = self.requires or self.applies
        assert tree is not None
        return tree

    def criterion(self, id: str) -> Criterion:  # noqa: A002
        """The criterion of this id. Raises KeyError."""
        return {each.id: each for each in self.criteria}[id]


def _leaves(tree: str | Group | None) -> list[str]:
    if tree is None:
        return []
    return [tree] if isinstance(tree, str) else list(tree.leaves())


def load_measure(path: Path) -> Measure:
    """Read one measure; the file is named after it. Raises InputError naming the file and the field."""
    found = load_checked(path, TypeAdapter(Measure), "measure", "мера")
    if found.id != path.stem:
        raise InputError(
            f"{path} holds the measure {found.id}. Name the file {found.id}.yaml.",
            f"{path} содержит меру {found.id}. Назовите файл {found.id}.yaml.",
        )
    return found


@lru_cache(maxsize=4)
def measures(folder: Path = MEASURES) -> dict[str, Measure]:
    """The measures of a folder by id, in the order of their names. Raises InputError."""
    return {path.stem: load_measure(path) for path in sorted(folder.glob("*.yaml"))}


def measure(name: str) -> Measure:
    """The measure of this id or other name. Raises InputError listing those there are."""
    held = measures()
    wanted = " ".join(name.lower().split())
    for each in held.values():
        names = {
            each.id,
            each.title.ru.lower(),
            each.title.en.lower(),
            *(alias.lower() for alias in each.aliases),
        }
        if wanted in names or wanted.replace("-", "_") == each.id:
            return each
    known = ", ".join(held)
    raise InputError(
        f"There is no measure '{name}'. Choose one of: {known}.",
        f"Меры «{name}» нет. Выберите одну из: {known}.",
    )
