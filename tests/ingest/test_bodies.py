"""A list of bodies with an error is refused, and the message says where."""

import pytest

from assistant.bodies import load_bodies
from assistant.errors import InputError
from ingest.bodies import check_bodies
from ingest.embedded import embedded_catalogue

BODY = (
    "bodies:\n- {id: roses, kind: commission, ru: Розы, en: Roses, jurisdiction: ru,\n"
    "   properties: [{name: chair, evidence: [%s]}]}\n"
)


def test_a_property_without_evidence_is_refused(tmp_path):
    (tmp_path / "bodies.yaml").write_text(BODY % "", encoding="utf-8")
    with pytest.raises(InputError, match="evidence"):
        load_bodies(tmp_path / "bodies.yaml")


def test_evidence_that_no_digest_holds_is_named(tmp_path):
    (tmp_path / "bodies.yaml").write_text(BODY % "'ru-ukaz-116-2026#digest/99'", encoding="utf-8")
    with pytest.raises(InputError, match="roses, chair: there is no ru-ukaz-116-2026#digest/99"):
        check_bodies(load_bodies(tmp_path / "bodies.yaml"), [], embedded_catalogue())
