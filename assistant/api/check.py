"""Checks over HTTP: one measure or all of them for a company's facts, and what may be asked and told."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field, create_model

from assistant.api.describe import problems
from assistant.api.errors import UnknownMeasureError, UnusableFactError
from assistant.api.shared import actor_of
from assistant.audit import noting
from assistant.eligibility.facts import Fact, FactType, fact_schema, facts
from assistant.eligibility.measures import Measure, measure, measures
from assistant.eligibility.model import CheckResult
from assistant.eligibility.profile import Profile
from assistant.eligibility.saying import unit_words
from assistant.errors import InputError
from assistant.model import Lang

if TYPE_CHECKING:
    from assistant.api.shared import Shared

MOST_FACTS = 200  # in one profile; there are fewer than a hundred
NAME_CHARS, VALUE_CHARS = 200, 1000
LARGEST = 10**15
EXAMPLE: dict[str, Any] = {
    "name": "ООО «Роза»",
    "accredited": True,
    "it_income_share_tax": "не менее 75 %",
    "federation_share": 0,
    "reorganised_since_july_2022": False,
}
_ANSWERS: dict[FactType, tuple[str, str]] = {
    "bool": ("yes or no", "yes"),
    "percent": ("a percentage, «не менее 30» and '60-70' too", "65"),
    "money": ("roubles, «1,2 млн» too", "1200000"),
    "number": ("a number, 'more than 10' too", "12"),
    "date": ("YYYY-MM-DD, YYYY-MM or YYYY", "2022-07-01"),
    "choice": ("one of", ""),
    "okved": ("a code", "62.01"),
    "region": ("the name of a region", "Калининградская область"),
}

Name = Annotated[
    str, Path(description="Its id, title or another name; see /measures.", examples=["profit_tax_5"])
]
Spoken = Annotated[
    Lang | None, Query(description="Language of the words; default: the one Accept-Language prefers.")
]


class Between(BaseModel):
    """What is known of a number: not below ``min``, not above ``max``."""

    model_config = ConfigDict(extra="forbid")

    min: float | None = Field(None, ge=-LARGEST, le=LARGEST)
    max: float | None = Field(None, ge=-LARGEST, le=LARGEST)


FactName = Annotated[str, Field(min_length=1, max_length=NAME_CHARS)]
Said = (
    bool
    | Annotated[int, Field(ge=-LARGEST, le=LARGEST)]
    | Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
    | Annotated[str, Field(max_length=VALUE_CHARS)]
    | Between
    | None
)


class CheckRequest(BaseModel):
    """A company's facts, and the day whose rules are asked about."""

    model_config = ConfigDict(extra="forbid")

    profile: dict[FactName, Said] = Field(
        default_factory=dict,
        max_length=MOST_FACTS,
        description="Facts by id, or by their names in either language (see /facts); what is left out or "
        "null is not known. 'name': the company's name; 'as_of': the day the facts describe.",
        examples=[EXAMPLE],
    )
    as_of: str | None = Field(
        None,
        description="Rules of this date, YYYY-MM-DD; default: the profile's day, else today.",
        json_schema_extra={"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
    )
    lang: Lang | None = Field(
        None, description="Language of the words; default: the one Accept-Language prefers."
    )


class CheckParameters(BaseModel):
    """The same in an address."""

    model_config = ConfigDict(extra="forbid")

    as_of: str | None = Field(
        None,
        description="Rules of this date, YYYY-MM-DD; default: today.",
        json_schema_extra={"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}]},
    )
    lang: Lang | None = Field(
        None, description="Language of the words; default: the one Accept-Language prefers."
    )
    name: str | None = Field(None, max_length=NAME_CHARS, description="The company's name.")


def _with_facts(base: type[CheckParameters]) -> type[CheckParameters]:
    """The parameters with one for each fact there is."""
    fields: dict[str, Any] = {}
    for fact in facts().values():
        wanted, example = _ANSWERS[fact.type]
        if fact.options:
            example = fact.options[0].id
            wanted = f"{wanted} {', '.join(option.id for option in fact.options)}"
        told = f"{fact.en}. {fact.help_en} Give {wanted}."
        said = Field(None, max_length=VALUE_CHARS, description=told, examples=[example])
        fields[fact.id] = (str | None, said)
    return create_model("CheckQuery", __base__=base, **fields)


if TYPE_CHECKING:
    CheckQuery = CheckParameters
else:
    CheckQuery = _with_facts(CheckParameters)  # the framework reads the parameters from the class


class FactOption(BaseModel):
    """One answer of a choice."""

    id: str
    label: str


class FactGroup(BaseModel):
    """Facts that belong together in a form."""

    id: str
    label: str


class FactAbout(BaseModel):
    """One fact that a company can be asked for."""

    id: str
    group: str
    type: FactType
    label: str
    help: str = Field(description="What is meant, and where it is found.")
    unit: str | None = Field(description="What it is counted in.")
    options: list[FactOption] = Field(description="The answers of a choice.")
    lasting: bool = Field(description="Nobody changes it in order to qualify.")
    only_if: str | None = Field(description="A yes-or-no fact without which this one has no answer.")


class FactsAbout(BaseModel):
    """All facts, in the order of the form, and the groups they stand in."""

    groups: list[FactGroup]
    facts: list[FactAbout]


class MeasureAbout(BaseModel):
    """A support measure or a duty that can be checked."""

    id: str
    kind: Literal["support", "duty"]
    title: str
    about: str
    other_names: list[str]
    acts: list[str] = Field(description="Ids of the acts it rests on.")
    valid_from: str | None
    valid_to: str | None
    open: Literal["yes", "no", "unconfirmed"] = Field(description="Whether one can apply now.")
    reviewed: str = Field(description="When a person last read it through.")
    facts: list[FactAbout] = Field(description="The facts it asks for, in the order of its criteria.")


def router(shared: Shared, prefix: str) -> APIRouter:
    """The routes that check, and those that say what can be checked."""
    routes = APIRouter(prefix=prefix, tags=["eligibility"])
    look_up = shared.lookups.run
    checking = problems(400, 413, 422, 503)
    of_one = problems(400, 404, 413, 422, 503)

    @routes.get("/check/{measure}", responses=of_one)
    async def check_by_address(
        measure: Name, wanted: Annotated[CheckQuery, Query()], request: Request
    ) -> CheckResult:
        """Whether a company can have a measure or has a duty; the facts stand in the address."""
        said = wanted.model_dump(exclude_none=True, exclude={"as_of", "lang"})
        lang, who = wanted.lang or shared.language(request), actor_of(request)
        return await look_up(lambda: _checked(shared, measure, _profile(said, ""), wanted.as_of, lang, who))

    @routes.post("/check/{measure}", responses=of_one)
    async def check(measure: Name, wanted: CheckRequest, request: Request) -> CheckResult:
        """Whether a company can have a measure or has a duty, criterion by criterion, with the sources."""
        said = wanted.model_dump(exclude_none=True)["profile"]
        lang, who = wanted.lang or shared.language(request), actor_of(request)
        return await look_up(
            lambda: _checked(shared, measure, _profile(said, "profile."), wanted.as_of, lang, who)
        )

    @routes.post("/check", responses=checking)
    async def check_all(wanted: CheckRequest, request: Request) -> list[CheckResult]:
        """Every measure for one company, those that fit first, duties last."""
        said = wanted.model_dump(exclude_none=True)["profile"]
        lang, who = wanted.lang or shared.language(request), actor_of(request)
        return await look_up(
            lambda: _all_checked(shared, _profile(said, "profile."), wanted.as_of, lang, who)
        )

    @routes.get("/measures", responses=problems(400, 503))
    async def known_measures(request: Request, lang: Spoken = None) -> list[MeasureAbout]:
        """The measures and duties that can be checked, with the facts each asks for."""
        spoken = lang or shared.language(request)
        return [_measure_about(each, spoken) for each in measures().values()]

    @routes.get("/facts", responses=problems(400, 503))
    async def known_facts(request: Request, lang: Spoken = None) -> FactsAbout:
        """The facts a profile can hold: type, unit, words, help, options."""
        spoken = lang or shared.language(request)
        schema = fact_schema()
        return FactsAbout(
            groups=[FactGroup(id=id_, label=words.in_(spoken)) for id_, words in schema.groups.items()],
            facts=[_fact_about(each, spoken) for each in schema.facts],
        )

    return routes


# ── checking ──────────────────────────────────────────────────────────────────────────────────────


def _checked(
    shared: Shared, name: str, profile: Profile, as_of: str | None, lang: Lang, who: str
) -> CheckResult:
    """Raises UnknownMeasureError, InputError."""
    try:
        held = measure(name)
    except InputError as error:
        raise UnknownMeasureError(error.en, error.ru) from None
    result = shared.assistant.check(held.id, profile, as_of=as_of, lang=lang)
    _counted(shared, [result], profile, who)
    return result


def _all_checked(
    shared: Shared, profile: Profile, as_of: str | None, lang: Lang, who: str
) -> list[CheckResult]:
    results = shared.assistant.check_all(profile, as_of=as_of, lang=lang)
    _counted(shared, results, profile, who)
    return results


def _counted(shared: Shared, results: Sequence[CheckResult], profile: Profile, who: str) -> None:
    shared.metrics.checked(results)
    noting.checked(shared.assistant.settings, who, results, len(profile.values))


def _profile(said: Mapping[str, Any], above: str) -> Profile:
    """The profile of a request; ``above``: where in it the facts stand.

    Raises UnusableFactError naming every fact that cannot be used.
    """
    wrong: list[tuple[str, InputError]] = []
    for name, value in said.items():
        try:
            Profile.of({name: value})
        except InputError as error:
            wrong.append((f"{above}{name}", error))
    if not wrong:
        try:
            return Profile.of(said)
        except InputError as error:  # one fact under two names
            wrong.append((above.rstrip(".") or "request", error))
    raise UnusableFactError(wrong)


# ── what can be checked ───────────────────────────────────────────────────────────────────────────


def _measure_about(held: Measure, lang: Lang) -> MeasureAbout:
    return MeasureAbout(
        id=held.id,
        kind=held.kind,
        title=held.title.in_(lang),
        about=held.about.in_(lang),
        other_names=list(held.aliases),
        acts=list(held.acts),
        valid_from=held.valid_from,
        valid_to=held.valid_to,
        open=held.open,
        reviewed=held.reviewed,
        facts=[_fact_about(facts()[name], lang) for name in _asked(held)],
    )


def _asked(held: Measure) -> Sequence[str]:
    """The facts of its criteria, each once; before a fact what is shown with it and what it depends on."""
    found: dict[str, None] = {}
    for criterion in held.criteria:
        own = facts()[criterion.test.fact]
        found |= dict.fromkeys(name for name in (criterion.beside, own.only_if, own.id) if name)
    return [*found]


def _fact_about(fact: Fact, lang: Lang) -> FactAbout:
    return FactAbout(
        id=fact.id,
        group=fact.group,
        type=fact.type,
        label=fact.in_(lang),
        help=fact.help(lang),
        unit=unit_words(fact, lang) or None,
        options=[FactOption(id=option.id, label=option.in_(lang)) for option in fact.options],
        lasting=fact.lasting,
        only_if=fact.only_if,
    )
