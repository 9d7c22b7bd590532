import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

import corpus
from ingest.catalogue import load_catalogue
from ingest.digest import digest_edition, load_digests
from tests.shared import SHARED

FOLDER = Path(corpus.__file__).parent
CATALOGUE = load_catalogue(FOLDER / "catalogue.yaml")
DIGESTS = load_digests(FOLDER / "digests")
FACTS = [(digest, fact) for digest in DIGESTS for fact in digest.facts]
IDS = [f"{digest.act}#{fact.id}" for digest, fact in FACTS]

_THOUSANDS = re.compile(r"(?<!\d)[1-9]\d{0,2}(?:[ \u00a0,]\d{3})+(?!\d)")


def numbers(text):
    """The numbers of a statement, however thousands and decimals are written in its language."""
    text = _THOUSANDS.sub(lambda match: re.sub(r"\D", "", match.group()), text)
    text = re.sub(r"(\d),(\d)", r"\1.\2", text)
    return Counter(re.findall(r"\d+(?:\.\d+)*", text))


def test_thousands_and_decimals_compare_across_languages():
    assert numbers("2 979 000 руб. и 7,6 %") == numbers("RUB 2,979,000 and 7.6%")
    assert numbers("0,073 экзафлопса") == numbers("0.073 exaflops") != numbers("73 exaflops")
    assert numbers("с 8 мая по 1 июня 2024 г.") == numbers("8 May to 1 June 2024")


def test_every_digest_is_of_a_catalogued_act_and_shares_its_official_address():
    for digest in DIGESTS:
        act = CATALOGUE.get(digest.act)
        assert act, digest.act
        assert digest.official_url == act.official_url, digest.act


def test_facts_are_numbered_from_one():
    for digest in DIGESTS:
        assert [fact.id for fact in digest.facts] == list(range(1, len(digest.facts) + 1)), digest.act


@pytest.mark.parametrize(("digest", "fact"), FACTS, ids=IDS)
def test_both_languages_state_the_same_numbers(digest, fact):
    assert numbers(fact.ru) == numbers(fact.en)


@pytest.mark.parametrize(("digest", "fact"), FACTS, ids=IDS)
def test_a_statement_is_a_full_sentence_in_its_language(digest, fact):
    assert fact.ru.endswith(".") and fact.en.endswith(".")
    assert len(re.findall("[а-яё]", fact.ru)) > len(re.findall("[a-z]", fact.ru))
    assert not re.search("[а-яё]", fact.en)
    assert len(fact.ru.split()) >= 6 and len(fact.en.split()) >= 6
    assert " - " not in fact.ru


def test_no_statement_is_made_twice():
    for lang in ("ru", "en"):
        twice = [
            text for text, count in Counter(getattr(fact, lang) for _, fact in FACTS).items() if count > 1
        ]
        assert twice == []


def test_a_fact_known_from_the_text_names_the_act_it_was_read_in():
    catalogued = {act.id for act in CATALOGUE.acts}
    for digest, fact in FACTS:
        for entry in fact.source:
            for named in re.findall(r"акта ([a-z]+-[a-z0-9-]+)", entry):
                assert named in catalogued, (digest.act, fact.id)


def test_sources_name_no_machine_and_no_search_of_ours():
    for path in [*FOLDER.glob("*.yaml"), *FOLDER.glob("digests/*.yaml")]:
        content = path.read_text(encoding="utf-8")
        assert not re.search(r"shared/|find_string|read_file|search\(|/work/|/tmp/", content), path.name


def test_facts_about_drafts_say_so():
    drafts = [fact for _, fact in FACTS if fact.draft]
    assert len(drafts) >= 9
    for fact in drafts:
        assert re.search(r"проект|предлагал|намечалось", f"{fact.ru} {fact.provision}", re.IGNORECASE)


def test_every_edition_text_gives_back_its_statements():
    for digest in DIGESTS:
        text, provisions = digest_edition(digest)
        by_id = {node.id: node for node in provisions}
        for fact in digest.facts:
            for lang in ("ru", "en"):
                node = by_id[f"digest/{fact.id}/{lang}"]
                assert text[node.start : node.end] == getattr(fact, lang)


@pytest.mark.skipif(not (SHARED / "facts").is_dir(), reason=f"no source facts in {SHARED}")
def test_all_source_facts_arrived_once():
    skipped = {"eligibility", "index"}
    source = Counter()
    confidence = {}
    for path in (SHARED / "facts").glob("*.yaml"):
        if path.stem not in skipped:
            for fact in yaml.safe_load(path.read_text(encoding="utf-8"))["facts"]:
                source[fact["fact_id"]] += 1
                confidence[fact["fact_id"]] = fact["confidence"]
    assert sum(source.values()) == 296
    assert Counter(fact.source_id for _, fact in FACTS if fact.source_id) == source
    spelled = {
        "text": "seen_in_text",
        "excerpt": "seen_in_excerpt",
        "press": "press",
        "general": "general_knowledge",
    }
    assert {fact.source_id: spelled[fact.confidence] for _, fact in FACTS if fact.source_id} == confidence
