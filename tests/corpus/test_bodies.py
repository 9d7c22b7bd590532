"""The embedded bodies say nothing that their evidence does not."""

import pytest

from assistant.bodies import load_bodies
from ingest.bodies import check_bodies, facts_by_ref
from ingest.digest import load_digests
from ingest.embedded import CORPUS, embedded_catalogue

BODIES = load_bodies(CORPUS / "bodies.yaml")
DIGESTS = load_digests(CORPUS / "digests")
MONTHS = [
    "января",
    "февраля",
    "марта",
    "апреля",
    "мая",
    "июня",
    "июля",
    "августа",
    "сентября",
    "октября",
    "ноября",
    "декабря",
]
PROPERTIES = [(body, known) for body in BODIES for known in body.properties]


def said(known, lang):
    facts = [facts_by_ref(DIGESTS)[ref] for ref in known.evidence]
    notes = [fact.note if lang == "ru" else fact.note_en for fact in facts]
    return " ".join([*(getattr(fact, lang) for fact in facts), *filter(None, notes)])


def test_every_reference_resolves():
    check_bodies(BODIES, DIGESTS, embedded_catalogue())


@pytest.mark.parametrize(
    ("body", "known"), PROPERTIES, ids=lambda each: getattr(each, "id", None) or each.name
)
def test_people_and_dates_of_a_property_stand_in_its_evidence(body, known):
    assert all(name in said(known, "ru") for name in known.people)
    assert all(name in said(known, "en") for name in known.people_en)
    assert len(known.people) == len(known.people_en)
    if known.date:
        year, *rest = known.date.split("-")
        spoken = " ".join([str(int(rest[1])), MONTHS[int(rest[0]) - 1], year]) if len(rest) == 2 else year
        assert spoken in said(known, "ru")
