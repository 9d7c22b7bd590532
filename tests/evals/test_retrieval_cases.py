import hashlib
import json

import pytest

from assistant.errors import InputError
from evals.retrieval_cases import Place, RetrievalCase, hash_of, load_cases, of_split, place_of, resolve
from tests.evals.sample import (
    DECREE,
    NEW,
    NEW_LAW,
    OLD,
    ORCHARD,
    ORCHARD_DAY,
    QUOTES,
    WATER,
    case,
    new_law,
    sample_cases,
)


def entry(name="q1", **fields):
    place = {"act": WATER, "edition": NEW, "provision": "st1/ch1", "start": 0, "end": 5, "sha256": "0" * 64}
    return {"id": name, "lang": "ru", "question": "Когда поливать?", "needs": [[place]], **fields}


@pytest.fixture
def write(tmp_path):
    def write_lines(*entries):
        path = tmp_path / "cases.jsonl"
        lines = (each if isinstance(each, str) else json.dumps(each, ensure_ascii=False) for each in entries)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write_lines


# ── the file ──────────────────────────────────────────────────────────────────────────────────────


def test_cases_are_read_in_order_and_blank_lines_passed_over(write):
    found = load_cases(write(entry("b", tags=["terse"]), "", entry("a", as_of="2021-02-03")))
    assert [each.id for each in found] == ["b", "a"]
    assert found[0].tags == ("terse",)
    assert found[0].as_of is None
    assert found[1].as_of == "2021-02-03"
    assert found[1].needs[0][0].provision == "st1/ch1"


def test_a_line_that_is_no_case_is_named_with_its_file(write):
    path = write(entry("a"), entry("b", lang="de"))
    with pytest.raises(InputError) as caught:
        load_cases(path)
    assert f"{path}, line 2" in caught.value.en
    assert f"{path}, строка 2" in caught.value.ru


def test_a_line_that_is_no_json_is_named(write):
    with pytest.raises(InputError, match="line 3"):
        load_cases(write(entry("a"), entry("b"), "{not json"))


def test_a_case_cannot_hold_a_quotation(write):
    quoting = entry("a")
    quoting["needs"][0][0]["quote"] = "Вечерний полив не допускается."
    with pytest.raises(InputError, match="line 1"):
        load_cases(write(quoting))
    with pytest.raises(InputError, match="line 1"):
        load_cases(write(entry("a", answer="Вечерний полив не допускается.")))


def test_a_case_needs_something(write):
    with pytest.raises(InputError, match="line 1"):
        load_cases(write(entry("a", needs=[])))


def test_an_id_that_occurs_twice_is_named(write):
    with pytest.raises(InputError, match="water-7 occurs twice") as caught:
        load_cases(write(entry("water-7"), entry("water-8"), entry("water-7")))
    assert "water-7 повторяется" in caught.value.ru


def test_a_case_survives_being_written_and_read(write, view):
    written = sample_cases(view)
    assert load_cases(write(*(each.model_dump_json() for each in written))) == written


# ── the text it leads to ──────────────────────────────────────────────────────────────────────────


def test_a_place_leads_to_the_words_it_was_made_of(view):
    place = place_of(view, WATER, NEW, "st1/ch1", QUOTES["st1/ch1"])
    assert place.sha256 == hashlib.sha256(QUOTES["st1/ch1"].encode()).hexdigest()
    asked = RetrievalCase(id="q", lang="ru", question="Вечером?", needs=((place,),))
    (found,) = resolve([asked], view)
    ((passage,),) = found.needs
    assert (passage.act, passage.edition) == (WATER, NEW)
    assert NEW_LAW[passage.start : passage.end] == QUOTES["st1/ch1"]


def test_each_edition_has_its_own_words(view):
    then = case(view, "Сколько?", (WATER, OLD, "st1/ch2/p2", "300 литров"))
    now = case(view, "Сколько?", (WATER, NEW, "st1/ch2/p2", "500 литров"))
    (first,), (second,) = (each.needs[0] for each in resolve([then, now], view))
    assert (first.start, first.end) == (second.start, second.end)
    assert (first.edition, second.edition) == (OLD, NEW)


def test_words_that_do_not_stand_in_the_provision_make_no_place(view):
    with pytest.raises(InputError, match="does not stand in"):
        place_of(view, WATER, NEW, "st1/ch1", "Надзор ведёт комиссия")  # it stands in st2/ch1
    with pytest.raises(InputError, match="edition 2020-01-01"):
        place_of(view, WATER, OLD, "st1/ch2/p2", "500 литров")
    with pytest.raises(InputError, match="does not stand in"):
        place_of(view, WATER, "1999-01-01", "st1/ch1", QUOTES["st1/ch1"])


def test_a_case_whose_words_changed_is_refused_by_name(garden):
    asked = case(garden.view, "Сколько?", (WATER, NEW, "st1/ch2/p2", QUOTES["st1/ch2/p2"]), name="water-12")
    assert resolve([asked], garden.view)
    changed = new_law()
    changed.text = changed.text.replace("500", "700")
    garden.library.put_edition(changed)
    with pytest.raises(InputError) as caught:
        resolve([asked], garden.view)
    for said in (caught.value.en, caught.value.ru):
        assert "water-12" in said
        assert f"{WATER}#st1/ch2/p2" in said
    assert "Review the case" in caught.value.en
    assert "700" not in caught.value.en


def test_a_case_about_a_text_that_is_not_held_is_refused_by_name(view):
    known = place_of(view, WATER, NEW, "st1/ch1", QUOTES["st1/ch1"])
    for fields in (
        {"edition": "2022-01-01"},
        {"provision": "st9"},
        {"act": "ru-fz-404-2020"},
        {"edition": None},
    ):
        asked = RetrievalCase(
            id="water-3", lang="ru", question="?", needs=((known.model_copy(update=fields),),)
        )
        with pytest.raises(InputError, match="water-3 needs .* does not hold"):
            resolve([asked], view)


def test_a_digest_is_no_text_of_its_act(view):
    with pytest.raises(InputError, match="does not stand in"):
        place_of(view, DECREE, "2026-01", "digest/1/ru", "Цветник открыт")


def test_a_span_moved_by_one_character_is_refused(view):
    place = place_of(view, WATER, NEW, "st1/ch1", QUOTES["st1/ch1"])
    moved = place.model_copy(update={"start": place.start - 1, "end": place.end - 1})
    with pytest.raises(InputError, match="are not those it was written for"):
        resolve([RetrievalCase(id="q", lang="ru", question="?", needs=((moved,),))], view)


def test_alternatives_stay_together_and_needs_apart(view):
    evening = place_of(view, WATER, NEW, "st1/ch1", QUOTES["st1/ch1"])
    before = place_of(view, WATER, OLD, "st1/ch1", QUOTES["st1/ch1"])
    watch = place_of(view, WATER, NEW, "st2/ch1", QUOTES["st2/ch1"])
    asked = RetrievalCase(id="q", lang="ru", question="?", needs=((evening, before), (watch,)))
    (found,) = resolve([asked], view)
    assert [[passage.edition for passage in need] for need in found.needs] == [[NEW, OLD], [NEW]]


@pytest.mark.parametrize(
    ("lang", "provisions", "pair", "cross"),
    [
        ("ru", ["st1/ch1"], "ru-ru", False),
        ("en", ["s1"], "en-en", False),
        ("ru", ["s1"], "ru-en", True),
        ("en", ["st1/ch1"], "en-ru", True),
        ("ru", ["st1/ch1", "s1"], "ru-en", True),
        ("en", ["s1", "st1/ch1"], "en-ru", True),
    ],
)
def test_the_pair_is_the_language_of_the_question_and_the_one_it_must_cross_to(
    view, lang, provisions, pair, cross
):
    needs = [
        (ORCHARD, ORCHARD_DAY, pid, QUOTES[pid]) if pid in ("s1", "s2") else (WATER, NEW, pid, QUOTES[pid])
        for pid in provisions
    ]
    (found,) = resolve([case(view, "?", *needs, lang=lang)], view)
    assert (found.pair, found.cross_lingual) == (pair, cross)


# ── dev and test ──────────────────────────────────────────────────────────────────────────────────


def of_provision(provision, *, act=WATER, question="Когда?", name="q", start=0, edition=NEW, more=()):
    place = Place(
        act=act, edition=edition, provision=provision, start=start, end=start + 5, sha256=hash_of("слово")
    )
    return RetrievalCase(id=name, lang="ru", question=question, needs=((place,), *more))


def test_the_split_is_a_hash_of_the_act_and_provision():
    for number in range(20):
        expected = hashlib.sha256(f"{WATER}#p{number}".encode()).digest()[0] % 2
        assert of_provision(f"p{number}").split == ("dev" if expected else "test")


def test_questions_whose_first_need_is_one_provision_fall_on_one_side():
    for number in range(20):
        pid = f"p{number}"
        sides = {
            of_provision(pid).split,
            of_provision(pid, name="other", question="Совсем другое?").split,
            of_provision(pid, start=40).split,
            of_provision(pid, edition=OLD).split,
            of_provision(pid, more=of_provision("p99").needs).split,
        }
        assert len(sides) == 1


def test_about_half_of_the_provisions_fall_on_each_side():
    dev = sum(of_provision(f"p{number}").split == "dev" for number in range(400))
    assert 150 < dev < 250


def test_the_halves_are_apart_and_make_the_whole(view):
    cases = resolve(sample_cases(view), view)
    dev, test = of_split(cases, "dev"), of_split(cases, "test")
    assert {each.case.split for each in dev} <= {"dev"}
    assert {each.case.split for each in test} <= {"test"}
    assert len(dev) + len(test) == len(cases)
    assert of_split(cases, "all") == cases
