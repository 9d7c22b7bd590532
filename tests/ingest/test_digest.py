import unicodedata

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from assistant.errors import InputError
from ingest.digest import Digest, DigestFact, digest_edition, fact_url, load_digest, load_digests

FACT = {
    "id": 1,
    "provision": "п. 1 Положения",
    "provision_en": "point 1 of the Statute",
    "refs": ["att1/p1"],
    "ru": "Розы поливают утром.",
    "en": "Roses are watered in the morning.",
    "confidence": "press",
    "source": ["сообщение садовника", "https://example.org/roses (утро)"],
    "source_id": "roses#1",
}
DIGEST = {
    "act": "ru-fz-901-2031",
    "title_ru": "О розах",
    "title_en": "On Roses",
    "reviewed": "2031-11",
    "facts": [FACT],
}


def save(folder, content, name="ru-fz-901-2031.yaml"):
    path = folder / name
    path.write_text(yaml.safe_dump(content, allow_unicode=True), encoding="utf-8")
    return path


def test_the_text_holds_both_titles_and_both_statements():
    text, provisions = digest_edition(Digest.model_validate(DIGEST))
    assert text == "О розах\nOn Roses\nРозы поливают утром.\nRoses are watered in the morning.\n"
    fact, russian, english = provisions
    assert text[fact.start : fact.end] == "Розы поливают утром.\nRoses are watered in the morning."
    assert (russian.id, english.id) == ("digest/1/ru", "digest/1/en")
    assert {russian.parent, english.parent} == {"digest/1"}


def test_labels_say_whose_words_they_are_and_what_is_restated():
    _, (fact, russian, english) = digest_edition(Digest.model_validate(DIGEST))
    assert fact.label == "факт 1 (п. 1 Положения)"
    assert russian.label == "наше изложение: п. 1 Положения"
    assert english.label == "our summary: point 1 of the Statute"
    assert {node.kind for node in (russian, english)} == {"statement"}
    assert {node.confidence for node in (fact, russian, english)} == {"press"}


def test_a_statement_without_an_english_label_uses_the_printed_one():
    bare = FACT | {"provision_en": None}
    _, provisions = digest_edition(Digest.model_validate(DIGEST | {"facts": [bare]}))
    assert provisions[2].label == "our summary: п. 1 Положения"


def test_the_official_page_backs_what_was_seen_and_the_source_what_was_reported():
    digest = Digest.model_validate(DIGEST)
    reported = digest.facts[0]
    seen = reported.model_copy(update={"confidence": "text"})
    assert fact_url(reported, "http://kremlin.ru/1") == "https://example.org/roses"
    assert fact_url(seen, "http://kremlin.ru/1") == "http://kremlin.ru/1"
    unlinked = reported.model_copy(update={"source": ["сообщение садовника"]})
    assert fact_url(unlinked, None) is None
    assert fact_url(unlinked, "http://kremlin.ru/1") == "http://kremlin.ru/1"


_LINE = st.text(st.characters(codec="utf-8", categories=("L", "N", "P")), min_size=1, max_size=60)


@given(st.lists(st.tuples(_LINE, _LINE), min_size=1, max_size=8, unique=True))
def test_offsets_always_give_back_the_statements(pairs):
    facts = [
        FACT
        | {"id": number, "ru": unicodedata.normalize("NFC", f"{number} {ru}"), "en": f"{number} en {number}"}
        for number, (ru, _) in enumerate(pairs, start=1)
    ]
    text, provisions = digest_edition(Digest.model_validate(DIGEST | {"facts": facts}))
    for fact, whole in zip(facts, provisions[::3], strict=True):
        assert text[whole.start : whole.end] == f"{fact['ru']}\n{fact['en']}"
    for fact, russian, english in zip(facts, provisions[1::3], provisions[2::3], strict=True):
        assert text[russian.start : russian.end] == fact["ru"]
        assert text[english.start : english.end] == fact["en"]


@pytest.mark.parametrize(
    ("content", "field"),
    [
        (DIGEST | {"facts": [FACT | {"confidence": "rumour"}]}, "facts.0.confidence"),
        (DIGEST | {"facts": [FACT | {"refs": ["пункт 1"]}]}, "facts.0.refs.0"),
        (DIGEST | {"facts": [FACT | {"ru": "две\nстроки"}]}, "facts.0.ru"),
        (DIGEST | {"facts": [FACT | {"en": " spaces "}]}, "facts.0.en"),
        (DIGEST | {"facts": [FACT | {"ru": "и\u0306"}]}, "facts.0.ru"),
        (DIGEST | {"facts": [FACT | {"source": []}]}, "facts.0.source"),
        (DIGEST | {"facts": [FACT | {"mood": "good"}]}, "facts.0.mood"),
        (DIGEST | {"facts": []}, "facts"),
        (DIGEST | {"reviewed": "ноябрь"}, "reviewed"),
        (DIGEST | {"act": "Закон о розах"}, "act"),
        (DIGEST | {"facts": [FACT, FACT | {"ru": "Иначе."}]}, "the same fact id"),
        (DIGEST | {"facts": [FACT, FACT | {"id": 2, "en": "Else."}]}, "the same Russian statement"),
    ],
)
def test_a_faulty_digest_is_refused_with_the_file_and_the_field(tmp_path, content, field):
    path = save(tmp_path, content)
    with pytest.raises(InputError) as error:
        load_digest(path)
    assert field in error.value.en and str(path) in error.value.en and str(path) in error.value.ru


@pytest.mark.parametrize(
    "ref",
    ["att1/p27/в", "st10.2-2/ch1/p3", "p1/а", "art5/1/f", "annex3/1/a", "sec4.2/a/i", "st149/p2/26", "rec47"],
)
def test_references_are_written_as_provisions_are(ref):
    assert Digest.model_validate(DIGEST | {"facts": [FACT | {"refs": [ref]}]}).facts[0].refs == [ref]


def test_a_file_is_named_after_its_act(tmp_path):
    with pytest.raises(InputError, match=r"Name the file ru-fz-901-2031\.yaml"):
        load_digest(save(tmp_path, DIGEST, "roses.yaml"))


def test_a_folder_is_read_in_the_order_of_acts(tmp_path):
    save(tmp_path, DIGEST)
    save(tmp_path, DIGEST | {"act": "eu-reg-1-2031"}, "eu-reg-1-2031.yaml")
    assert [digest.act for digest in load_digests(tmp_path)] == ["eu-reg-1-2031", "ru-fz-901-2031"]


def test_a_folder_that_is_not_there_is_a_typed_error(tmp_path):
    with pytest.raises(InputError, match="not a folder"):
        load_digests(tmp_path / "none")


@pytest.mark.parametrize(("begins", "ends"), [("2031", "2032"), ("2031-03-01", None), (None, "2031-03")])
def test_a_fact_may_hold_for_a_time(begins, ends):
    fact = DigestFact.model_validate(FACT | {"in_force_from": begins, "in_force_to": ends})
    assert (fact.in_force_from, fact.in_force_to) == (begins, ends)


@pytest.mark.parametrize(
    ("begins", "ends"), [("2032", "2031"), ("2031", "2031-01-01"), ("2031-13", None), (None, "весной")]
)
def test_a_period_that_ends_before_it_begins_or_is_no_date_is_refused(tmp_path, begins, ends):
    fact = FACT | {"in_force_from": begins, "in_force_to": ends}
    with pytest.raises(InputError, match="in_force"):
        load_digest(save(tmp_path, DIGEST | {"facts": [fact]}))
