"""The measures that come with the program: against the list of criteria they were written from, and the digests."""

import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
import yaml

import corpus
from assistant.eligibility.facts import fact_schema, facts
from assistant.eligibility.measures import MEASURES, Group, load_measure, measure, measures
from ingest.digest import load_digests
from tests.corpus.test_digest_figures import HELD, held
from tests.corpus.test_digests import numbers
from tests.shared import SHARED, needs_acts

SOURCE = SHARED / "facts" / "eligibility.yaml"
CONFIDENCE = {
    "seen_in_text": "text",
    "seen_in_excerpt": "excerpt",
    "press": "press",
    "general_knowledge": "general",
}
RANK = ["general", "press", "excerpt", "text"]
SHOWN_ONLY = {"main_okved", "region"}  # facts that say which company it is; no measure tests them
# An excerpt on account of its exception, fact 14; the rule itself is fact 13, from the press.
BETTER_THAN_ITS_FACT = {("it_accreditation", "acc_state_share")}
# A yes-or-no question of the list that the profile asks as a choice of legal forms.
BY_CHOICE = {"elr_person", "mo_person", "rc_type"}

DIGESTS = load_digests(Path(corpus.__file__).parent / "digests")
FACT = {f"{digest.act}#digest/{fact.id}": fact for digest in DIGESTS for fact in digest.facts}
OF_SOURCE = {fact.source_id: ref for ref, fact in FACT.items() if fact.source_id}


def source_rows():
    if not SOURCE.is_file():
        return []
    content = yaml.safe_load(SOURCE.read_text(encoding="utf-8"))
    return [(entry, row) for entry in content["measures"] for row in entry["criteria"]]


ROWS = source_rows()
needs_source = pytest.mark.skipif(not ROWS, reason=f"the list of criteria is not there: {SOURCE}")
each_row = pytest.mark.parametrize(("entry", "row"), ROWS, ids=[row["id"] for _, row in ROWS])
each_measure = pytest.mark.parametrize("name", list(measures()))


def written(entry, row):
    """The criterion made of a row of the list."""
    found = [each for each in measures()[entry["id"]].criteria if each.source_id == row["id"]]
    assert len(found) == 1, f"{row['id']} stands {len(found)} times"
    return found[0]


def evidence(held_measure):
    """Every piece of evidence of a measure, with what it is for."""
    for each in held_measure.criteria:
        yield from ((each.id, piece) for piece in each.evidence)
    yield from (("validity", piece) for piece in held_measure.validity_evidence)
    for part in ("gives", "documents", "apply"):
        for each in getattr(held_measure, part):
            yield from ((part, piece) for piece in each.evidence)


def groups(tree):
    if isinstance(tree, Group):
        yield tree
        for inside in (*tree.all, *tree.any, tree.not_):
            yield from groups(inside)


def worded(held_measure):
    """Every pair of wordings a reader may see, Russian first."""
    for words in (held_measure.title, held_measure.about, held_measure.open_note, held_measure.note):
        if words is not None:
            yield words.ru, words.en
    for each in (*held_measure.gives, *held_measure.documents, *held_measure.apply):
        yield each.ru, each.en
    for each in held_measure.criteria:
        yield from ((each.ru, each.en), (each.check_ru, each.check_en), (each.note_ru, each.note_en))
    for tree in held_measure.trees():
        yield from ((each.ru, each.en) for each in groups(tree))


# ── against the list ─────────────────────────────────────────────────────────────────────────────


@needs_source
def test_every_measure_of_the_list_is_there_and_no_other():
    assert set(measures()) == {entry["id"] for entry, _ in ROWS}


@needs_source
@each_row
def test_a_criterion_is_known_as_well_as_the_list_says(entry, row):
    assert written(entry, row).confidence == CONFIDENCE[row["confidence"]]


@needs_source
@each_row
def test_a_criterion_has_the_threshold_of_the_list(entry, row):
    criterion = written(entry, row)
    test, limit = criterion.test, row["threshold"]
    if row["operator"] in ("in", "==") or limit is None:
        assert bool(test.in_) if row["id"] in BY_CHOICE else test.is_ == (limit is not False)
    elif row["operator"] == "age_years_lt":
        assert test.younger_than == limit
    elif row["unit"] == "years" and test.not_older_than is not None:
        assert (row["operator"], test.not_older_than) == ("<=", limit)
    elif row["type"] == "date":
        due = {"acc_confirm_deadline": f"{test.yearly_by} each year"}
        assert due.get(row["id"], measures()[entry["id"]].valid_to) == limit
    else:
        assert test.op == row["operator"]
        (threshold,) = test.thresholds
        stated = [each for each in (threshold.value, threshold.min, threshold.max) if each is not None]
        assert stated == [Decimal(each) for each in (limit if isinstance(limit, list) else [limit])]


@needs_source
@each_row
def test_what_the_list_calls_a_draft_or_stale_does_not_count(entry, row):
    unsure = re.search("DRAFT|STALE|unverified_extension", row["threshold_verification"])
    if unsure:
        assert not written(entry, row).counts
    if row["threshold_verification"] in ("unverified_list", "unverified_current_threshold"):
        assert not written(entry, row).list_held
    if row["mandatory"] and not unsure:
        assert written(entry, row).counts


@needs_source
@each_row
def test_a_measure_rests_on_the_facts_that_the_list_names(entry, row):
    named = {OF_SOURCE[each] for each in row["evidence"]}
    assert named <= {piece.ref for _, piece in evidence(measures()[entry["id"]])}


# ── against the digests and the acts ─────────────────────────────────────────────────────────────


@each_measure
def test_a_measure_loads_and_is_found_by_its_names(name):
    loaded = load_measure(MEASURES / f"{name}.yaml")
    for asked in (loaded.id, loaded.title.ru, loaded.title.en, *loaded.aliases):
        assert measure(asked).id == name, asked


@each_measure
def test_every_digest_fact_named_is_there_and_of_an_act_of_the_measure(name):
    for part, piece in evidence(measures()[name]):
        assert piece.act in measures()[name].acts, (part, piece.ref)
        if piece.provision.startswith("digest/"):
            assert piece.ref in FACT, (part, piece.ref)


@each_measure
def test_a_draft_decides_nothing(name):
    for each in measures()[name].criteria:
        if each.counts:
            assert not any(FACT[piece.ref].draft for piece in each.evidence if piece.ref in FACT), each.id


@each_measure
def test_nothing_is_called_better_known_than_the_facts_it_rests_on(name):
    for each in (*measures()[name].criteria, *measures()[name].gives):
        known = [FACT[piece.ref].confidence for piece in each.evidence if piece.ref in FACT]
        if known and (name, getattr(each, "id", None)) not in BETTER_THAN_ITS_FACT:
            assert RANK.index(each.confidence) <= max(map(RANK.index, known)), each


@each_measure
def test_what_was_read_in_the_text_names_the_provision_before_our_summary(name):
    for each in measures()[name].criteria:
        if each.confidence == "text":
            assert not each.evidence[0].provision.startswith("digest/"), each.id
            assert any(piece.ref in FACT for piece in each.evidence), each.id


@needs_acts
@pytest.mark.acts
def test_every_provision_named_stands_in_its_act():
    named = {
        (piece.act, piece.provision)
        for each in measures().values()
        for _, piece in evidence(each)
        if not piece.provision.startswith("digest/")
    }
    assert {act for act, _ in named} <= set(HELD)
    assert {(act, place) for act, place in named if place not in held(act)[1]} == set()
    assert len(named) > 25


# ── words and facts ──────────────────────────────────────────────────────────────────────────────


@each_measure
def test_both_languages_are_filled_and_state_the_same_numbers(name):
    for ru, en in worded(measures()[name]):
        assert (ru is None) == (en is None), (ru, en)
        if ru is None or en is None:
            continue
        assert re.search("[а-яё]", ru.lower()), ru
        assert re.search("[a-z]", en) and not re.search("[а-яё]", en.lower()), en
        assert numbers(ru) == numbers(en), (ru, en)


def test_a_name_leads_to_one_measure_only():
    names = Counter(
        asked.lower()
        for each in measures().values()
        for asked in {
            each.id,
            each.title.ru.lower(),
            each.title.en.lower(),
            *(other.lower() for other in each.aliases),
        }
    )
    assert [asked for asked, count in names.items() if count > 1] == []


def test_every_fact_asked_for_decides_something():
    tested = {each.test.fact for held_measure in measures().values() for each in held_measure.criteria}
    tested |= {parent for each in tested if (parent := facts()[each].only_if)}
    assert set(facts()) - tested == SHOWN_ONLY
    assert {each.group for each in fact_schema().facts} == set(fact_schema().groups)


@each_measure
def test_days_of_validity_follow_each_other(name):
    loaded = measures()[name]
    if loaded.valid_from and loaded.valid_to:
        assert loaded.valid_from < loaded.valid_to
    assert loaded.open == "yes" or loaded.open_note is not None
    for each in loaded.criteria:
        for limit in each.test.thresholds:
            assert not (limit.from_ and limit.to) or limit.from_ <= limit.to, each.id
