"""Hashes in the measures' files are those of the words that the library holds."""

import shutil
from datetime import date

import pytest
import yaml

from assistant.eligibility.evidence import hash_of, source_of, words_of
from assistant.eligibility.measures import MEASURES, Evidence, load_measure
from assistant.eligibility.review import flags
from ingest.measure_hashes import renew, renewed
from tests.assistant.eligibility.held import Home, embedded
from tests.builders import WATER_LAW, edition_draft

TODAY = date(2026, 11, 29)
GARDEN = """# How roses are watered.
id: garden
criteria:
  - id: roses
    evidence:
      - ref: ru-fz-1-2020#st1/ch2/p2
        hash: "0123456789abcdef"
        edition: "1999-01-01"
      - ref: ru-pp-1729-2022#digest/4
      - ref: ru-fz-404-2020#st1
        hash: "fedcba9876543210"
        edition: "2020-01-01"
    check_ru: Сверьте.
requires: {all: [roses]}
"""


@pytest.fixture
def home(tmp_path):
    made = Home.new(tmp_path)
    made.library.put_edition(edition_draft())
    yield made
    made.library.close()


def words(home, ref):
    source = source_of(Evidence(ref=ref), home.view, TODAY, "ru")
    return words_of(source, home.view)


def test_hash_and_edition_are_noted_and_nothing_else_changes(home):
    before = yaml.safe_load(GARDEN)
    after = renewed(GARDEN, home.view, TODAY)
    law, fact, absent = yaml.safe_load(after)["criteria"][0].pop("evidence")
    assert law == {
        "ref": "ru-fz-1-2020#st1/ch2/p2", "hash": hash_of(words(home, "ru-fz-1-2020#st1/ch2/p2")), "edition": "2020-01-01",
    }  # fmt: skip
    assert fact == {
        "ref": "ru-pp-1729-2022#digest/4",
        "hash": hash_of(words(home, "ru-pp-1729-2022#digest/4")),
    }
    assert absent == before["criteria"][0]["evidence"][2], "what is not held keeps what it has"
    kept = [line for line in after.splitlines() if "hash:" not in line and "edition:" not in line]
    assert kept == [line for line in GARDEN.splitlines() if "hash:" not in line and "edition:" not in line]


def test_noting_twice_is_noting_once(home):
    once = renewed(GARDEN, home.view, TODAY)
    assert renewed(once, home.view, TODAY) == once


def test_a_new_edition_renews_what_it_changed(home):
    first = renewed(GARDEN, home.view, TODAY)
    home.library.put_edition(
        edition_draft(edition="2025-01-01", text=WATER_LAW.replace("300", "500"), path="new.txt")
    )
    second = renewed(first, home.view, TODAY)
    law = yaml.safe_load(second)["criteria"][0]["evidence"][0]
    assert law["edition"] == "2025-01-01" and "500" in words(home, law["ref"])
    assert law["hash"] != yaml.safe_load(first)["criteria"][0]["evidence"][0]["hash"]


def test_only_the_measures_named_are_rewritten_and_those_that_changed_are_told(home, tmp_path):
    folder = tmp_path / "measures"
    folder.mkdir()
    for name in ("vat_exemption", "fasie_start"):
        text = (MEASURES / f"{name}.yaml").read_text(encoding="utf-8")
        stale = "".join(line for line in text.splitlines(keepends=True) if "hash:" not in line)
        (folder / f"{name}.yaml").write_text(stale, encoding="utf-8")
    assert renew(folder, ["vat_exemption"], home.view, TODAY) == ["vat_exemption"]
    assert renew(folder, [], home.view, TODAY) == ["fasie_start"]
    assert renew(folder, [], home.view, TODAY) == []
    for name in ("vat_exemption", "fasie_start"):
        assert load_measure(folder / f"{name}.yaml") == load_measure(MEASURES / f"{name}.yaml")


def test_the_measures_that_ship_need_no_renewal(tmp_path):
    folder = tmp_path / "measures"
    shutil.copytree(MEASURES, folder)
    assert renew(folder, [], embedded().view, TODAY) == []


def test_a_renewed_measure_has_nothing_to_flag(home, tmp_path):
    folder = tmp_path / "measures"
    shutil.copytree(MEASURES, folder)
    path = folder / "vat_exemption.yaml"
    path.write_text(_stale(path), encoding="utf-8")
    assert {each.trouble for each in flags([load_measure(path)], home.view, TODAY, "en")} == {"changed"}
    renew(folder, ["vat_exemption"], home.view, TODAY)
    assert flags([load_measure(path)], Home(home.folder, home.library).view, TODAY, "en") == []


def _stale(path):
    """The file with other hashes."""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return "".join(
        line.split("hash:")[0] + 'hash: "0000000000000000"\n' if "hash:" in line else line for line in lines
    )
