"""A question about bodies of AI policy -> the digest statements that answer it, and what is not known."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.answer.compose import Span, Statement
from assistant.answer.named_places import places_in, regions
from assistant.bodies import Asked, Body, asked, known_property
from assistant.library.view import LibraryView
from assistant.model import Authority, Lang
from assistant.query import Reading

_NAMES: dict[Lang, dict[str, str]] = {
    "ru": {
        "set_up": "когда и кем образован орган",
        "chair": "кто возглавляет",
        "functions": "чем занимается",
        "members": "кто входит в состав",
        "meets": "когда проходят заседания",
        "predecessor": "что было прежде",
        "part_of": "в чей состав входит",
        "supervised_by": "кто курирует",
    },
    "en": {
        "set_up": "when and by whom it was set up",
        "chair": "who chairs it",
        "functions": "what it does",
        "members": "who its members are",
        "meets": "when it meets",
        "predecessor": "what came before it",
        "part_of": "what it is part of",
        "supervised_by": "who supervises it",
    },
}
_UNKNOWN: dict[Lang, str] = {
    "ru": "{body}: в имеющихся текстах не сказано, {what}.",
    "en": "{body}: the texts in the library do not say {what}.",
}


@dataclass(slots=True)
class BodyFacts:
    """Statements in the order asked; ``unknown``: sentences on what is not known; ``missing``: acts."""

    statements: list[Statement] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def body_facts(reading: Reading, view: LibraryView) -> BodyFacts | None:
    """What the library's digests say of the bodies a question asks about; None where it asks of none."""
    wanted = asked(reading.question, reading.spoken)
    if wanted is None or reading.provisions:
        return None
    digests = {
        view.editions[key].act_id: key
        for key in view.in_scope(reading.filters)
        if view.editions[key].authority == Authority.DIGEST
    }
    facts = BodyFacts()
    for body in _of_region(wanted, reading.question):
        for name in _with_chair(body, wanted.properties):
            _tell(body, name, digests, reading, view, facts, silent=wanted.listing)
    return facts if facts.statements or facts.unknown else None


def _of_region(wanted: Asked, question: str) -> Sequence[Body]:
    """The bodies asked of; of listed ones those of the regions the question names, which may be none."""
    named = regions(places_in(question))
    if not wanted.listing or not named:
        return wanted.bodies
    return [body for body in wanted.bodies if named & places_in(f"{body.ru} ; {body.en}")]


def _with_chair(body: Body, properties: Sequence[str]) -> Sequence[str]:
    """Who chairs a body is one of those who make it up, where that is known."""
    if "members" in properties and "chair" not in properties and known_property(body, "chair"):
        return ("chair", *properties)
    return properties


def _tell(
    body: Body,
    name: str,
    digests: dict[str, int],
    reading: Reading,
    view: LibraryView,
    facts: BodyFacts,
    *,
    silent: bool,
) -> None:
    known = known_property(body, name)
    if known is None and silent:  # a list tells of each body something
        known = body.properties[0]
    spans = [_span(ref, digests, reading.lang, view) for ref in known.evidence] if known else []
    found = [span for span in spans if span is not None]
    told = {span for statement in facts.statements for span in statement.spans}
    for span in found:
        if span not in told:
            text = view.edition(span.edition).text[span.start : span.end]
            facts.statements.append(Statement(text=text, spans=[span]))
    if known is None:
        said = body.ru if reading.lang == "ru" else body.en
        facts.unknown.append(_UNKNOWN[reading.lang].format(body=said, what=_NAMES[reading.lang][name]))
        act = next((each.act for each in body.properties if each.act), None)
        if act and act not in facts.missing and not view.held_official(act):
            facts.missing.append(act)


def _span(ref: str, digests: dict[str, int], lang: Lang, view: LibraryView) -> Span | None:
    act, _, fact = ref.partition("#")
    if act not in digests:
        return None
    node = view.edition(digests[act]).provisions.get(f"{fact}/{lang}")
    return Span(digests[act], node.id, node.start, node.end) if node else None
