"""Questions over their own passages: what speaks for an answer, and how figures are made of it."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

import assistant
from assistant import cli
from assistant.errors import InputError
from assistant.index.late import TokenCodes
from evals.benchmarks import nomiracl_codes
from evals.benchmarks.answerhood import (
    cosine_of_question,
    holds_kind,
    kind_of,
    matches_of_question,
    names_in,
    plain,
    rarity_of,
    read_passage,
    share,
    words_of_question,
)
from evals.benchmarks.calibration import Combination, half_of
from evals.benchmarks.nomiracl import (
    ALONE,
    COMBINATIONS,
    Measured,
    NomiraclCase,
    as_table,
    load_nomiracl,
    measure,
    score,
)
from tests.shared import SHARED

PUBLIC = SHARED / "evalsets" / "nomiracl_dev.jsonl"
ROSES = "Розы: Садовник Иван Петров посадил розы в 1912 году. Их поливают утром."
PASSAGES = [ROSES, "Яблони: Яблони растут у дома. Их двадцать.", "Сад: Сад закрыт зимой."]


def case(number=1, question="Когда посадили розы?", answerable=True, **changed):
    fields = {"id": f"question-{number}", "lang": "ru", "passages": PASSAGES}
    return NomiraclCase(question=question, answerable=answerable, **{**fields, **changed})


def invented(number, answerable, level):
    """A question with the same value of every feature."""
    names = {*ALONE, *(name for names in COMBINATIONS.values() for name in names)}
    return Measured(case(number, answerable=answerable), dict.fromkeys(names, level))


def test_stress_marks_are_no_letters():
    assert plain("Когда родился Колча́к?") == "Когда родился Колчак?"
    assert plain("ёлка й café") == "ёлка й café"
    assert case(question="Где ро́зы?", passages=["Ро́зы: тут."]).texts.passages == ("Розы: тут.",)


@pytest.mark.parametrize(
    ("question", "kind"),
    [
        ("Когда открывается сезон?", "when"),
        ("В каком году основан сад?", "when"),
        ("What year was it built?", "when"),
        ("Сколько роз в саду?", "count"),
        ("Какая площадь у парка?", "count"),
        ("How tall is the oak?", "count"),
        ("Как зовут садовника?", "who"),
        ("Who planted it?", "who"),
        ("В каких странах растут розы?", "where"),
        ("Как работает полив?", "how"),
        ("Почему розы красные?", "why"),
        ("Что такое роза?", "what"),
    ],
)
def test_what_is_asked_for_is_read_from_the_words_that_ask(question, kind):
    assert kind_of(question) == kind


def test_a_passage_has_a_title_and_windows_of_neighbouring_sentences():
    found = read_passage(ROSES)
    assert found.title == "Розы"
    assert [found.text[a:b] for a, b in found.windows] == [ROSES.partition(": ")[2], "Их поливают утром."]
    assert read_passage("без заглавия").title == ""


def test_rare_words_weigh_more_and_unseen_ones_most():
    rarity = rarity_of(["розы в саду", "яблони в саду", "дом"])
    weights = [rarity[word] for word in ("сад", "роз", "зонтик")]
    assert weights == sorted(weights)
    assert share({"сад", "роз"}, {"роз"}, rarity) > 0.5 > share({"сад", "роз"}, {"сад"}, rarity)
    assert share(set(), {"сад"}, rarity) == 1.0


@pytest.mark.parametrize(
    ("question", "window", "there"),
    [
        ("Когда посадили розы?", "Их посадили в 1912 году.", True),
        ("Когда посадили розы в 1912 году?", "Их посадили в 1912 году.", False),
        ("Сколько в саду роз?", "В саду 300 роз.", True),
        ("Сколько в саду роз?", "В саду двадцать роз.", True),
        ("Сколько в саду роз?", "В 1912 году розы вымерзли.", False),
        ("Кто посадил розы?", "Их посадил Петров.", True),
        ("Кто посадил розы?", "Их посадил садовник.", False),
        ("Кем был Петров?", "Садовник Петров жил тут.", False),
    ],
)
def test_the_kind_of_thing_asked_for_must_stand_there_and_not_in_the_question(question, window, there):
    assert holds_kind(kind_of(question), question, window) is there


def test_names_are_capitalised_words_that_begin_no_sentence():
    assert names_in("Садовник Петров жил тут. Он умер.") == {"петр"}


def test_words_tell_an_answered_question_from_one_that_is_only_near():
    passages = [read_passage(text) for text in PASSAGES]
    rarity = rarity_of(PASSAGES)
    near = words_of_question("Сколько стоит зонтик для розы 2019?", passages, rarity)
    found = words_of_question("Когда посадил розы садовник?", passages, rarity)
    assert found["cover"] == found["window_cover"] == found["union_cover"] == 1.0 > near["cover"]
    assert found["cover"] > found["mean_cover"] > 0
    assert found["question_in_title"] > 0 == found["of_a_day"]
    assert near["of_a_day"] == 1
    shuffled = words_of_question("Когда посадил розы садовник?", passages[::-1], rarity)
    assert shuffled == found


def codes_of(rows):
    vectors = np.array(rows, np.float32)
    return TokenCodes(np.rint(vectors * 127).astype(np.int8), np.full(len(rows), 1 / 127, np.float32))


def test_a_window_match_wants_the_questions_words_in_one_place():
    text = "Сад: Розы белые. Дом старый. Вход утром. Утром тихо."
    passage = read_passage(text)
    at = [text.index(word) for word in ("Сад", "Розы", "Дом", "Вход", "Утром")]
    spans = [[(start, start + 3) for start in at]]
    x, y, z, none = [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]
    near = matches_of_question(
        "Что тут?", np.array([x, y, z], np.float32), [codes_of([x, y, z, none, none])], [passage], spans
    )
    far = matches_of_question(
        "Что тут?", np.array([x, y, z], np.float32), [codes_of([x, y, none, none, z])], [passage], spans
    )
    assert near["match"] == far["match"] == pytest.approx(1.0)
    assert near["window_match"] == pytest.approx(1.0)
    assert far["window_match"] == pytest.approx(2 / 3)


@pytest.mark.parametrize(
    ("question", "of_a_day", "instruction"),
    [
        ("Сколько людей живёт там на март 2019?", 1, 0),
        ("Сколько стоит новый телефон?", 1, 0),
        ("Как самостоятельно установить розетку?", 0, 1),
        ("How do I tie a knot?", 0, 1),
        ("Как работает полив?", 0, 0),
        ("Who planted the roses?", 0, 0),
    ],
)
def test_what_no_standing_text_can_tell_is_heard_in_the_question(question, of_a_day, instruction):
    found = words_of_question(question, [read_passage(ROSES)], rarity_of(PASSAGES))
    assert (found["of_a_day"], found["instruction"]) == (of_a_day, instruction)


def test_a_match_counts_for_its_kind_only_where_the_kind_stands():
    text = "Сад: Розы посадили весной. Дубы посадили в 1912 году."
    passage = read_passage(text)
    passage = type(passage)(passage.title, text, ((5, text.index(" Дубы")), (text.index("Дубы"), len(text))))
    spans = [[(text.index(word), text.index(word) + 3) for word in ("Розы", "Дубы")]]
    rows, asked = [codes_of([[1, 0], [0.5, 0]])], np.array([[1, 0]], np.float32)
    found = matches_of_question("Когда посадили розы?", asked, rows, [passage], spans)
    assert (found["window_match"], found["kind_match"]) == pytest.approx((1.0, 0.5), abs=0.01)
    any_kind = matches_of_question("Что посадили?", asked, rows, [passage], spans)
    assert any_kind["kind_match"] == any_kind["window_match"]


def test_the_cosine_is_that_of_the_best_passage():
    passages = np.array([[0, 1], [0.6, 0.8]], np.float32)
    assert cosine_of_question(np.array([1, 0], np.float32), passages)["cosine"] == pytest.approx(0.6)


def test_the_half_of_a_case_is_the_same_everywhere_and_halves_are_about_even():
    assert [half_of(f"nm-{n}") for n in range(9)].index("calibration") == 4
    assert 400 < [half_of(str(n)) for n in range(1000)].count("report") < 600


def test_a_combination_says_of_a_case_it_learnt_from_what_it_says_without_it():
    generator = np.random.default_rng(0)
    rows = [{"use": float(generator.normal() + n % 2), "noise": float(generator.normal())} for n in range(80)]
    truth = [n % 2 == 1 for n in range(80)]
    found = Combination(rows, truth, ("use", "noise"))
    assert found.weights["use"] > abs(found.weights["noise"])
    assert np.corrcoef(found.held_out, found.scores(rows))[0, 1] > 0.9
    assert found.held_out != found.scores(rows)
    again = Combination(rows, truth, ("use", "noise"))
    assert again.held_out == found.held_out
    with pytest.raises(ValueError, match="two cases of each kind"):
        Combination(rows[:3], [True, True, False], ("use",))


def test_thresholds_of_one_half_are_tried_on_the_other():
    cases = [invented(n, n % 3 == 0, 0.9 if n % 3 == 0 else 0.1) for n in range(120)]
    reported = [each for each in cases if each.case.half == "report"]
    found = score(cases)["ru"]
    assert found["calibrated_on"] == 120 - len(reported)
    for name in (*ALONE, *COMBINATIONS):
        method = found["methods"][name]
        assert method["auroc"] == {"value": 1, "low": 1, "high": 1, "n": len(reported)}
        assert method["at_refused"]["unanswerable_answered"]["value"] == 0
        assert method["at_wrong"]["answerable_refused"]["value"] == 0
        assert method["both"]["auroc"]["n"] == 120
        assert (method["both"]["answered_at_refused"], method["both"]["refused_at_answered"]) == (0, 0)
        assert method["risk_coverage"][0] == [0, 1]
        assert method["risk_coverage"][-1] == [1, 0]


@pytest.fixture(scope="module")
def graded():
    """Cases whose features say little of them, and their figures."""
    cases = [invented(n, n % 3 == 0, n % 7 / 7) for n in range(120)]
    return cases, score(cases)


def test_figures_do_not_depend_on_the_order_of_the_file(graded):
    cases, found = graded
    assert score(cases[::-1]) == found


def test_a_score_that_says_nothing_answers_the_unanswerable():
    found = score([invented(n, n % 3 == 0, 0.5) for n in range(120)])["ru"]["methods"]["match"]
    assert found["auroc"]["value"] == 0.5
    assert found["at_refused"]["unanswerable_answered"]["value"] == 1
    assert found["at_wrong"]["answerable_refused"]["value"] == 1


def test_a_table_tells_both_working_points(graded):
    table = as_table(graded[1])
    assert table.startswith("ru: ")
    assert "set for refusals ≤ 12%: answerable refused" in table
    assert "set for wrong ≤ 30%: answerable refused" in table
    assert all(f"  {name} " in table for name in (*ALONE, *COMBINATIONS))


def test_vectors_are_made_once_and_found_again(reader, tmp_path, monkeypatch):
    cases = [case(n, f"Когда посадили розы {n}?") for n in range(6)]
    texts = [each.texts for each in cases]
    made = nomiracl_codes.coded(reader.indexes, texts, tmp_path)
    assert len(list(tmp_path.glob("*.npz"))) == 6

    def fail(*_arguments):
        raise AssertionError("encoded again")

    monkeypatch.setattr(nomiracl_codes, "_encode", fail)
    again = nomiracl_codes.coded(reader.indexes, texts[::-1], tmp_path)[::-1]
    for one, other in zip(made, again, strict=True):
        np.testing.assert_array_equal(one.tokens, other.tokens)
        np.testing.assert_array_equal(one.passages, other.passages)
        for left, right in zip(one.codes, other.codes, strict=True):
            np.testing.assert_array_equal(left.codes, right.codes)
            np.testing.assert_allclose(left.scales, right.scales)
    with pytest.raises(AssertionError, match="again"):
        nomiracl_codes.coded(reader.indexes, [case(9, "Другое?").texts], tmp_path)


def test_an_answered_question_is_matched_better_than_one_that_is_not(reader, tmp_path):
    answered, other = measure(
        reader.indexes,
        [case(1, "Когда садовник посадил розы?"), case(2, "Сколько стоит зонтик?", answerable=False)],
        tmp_path,
    )
    for name in ("cover", "match", "window_match", "cosine"):
        assert answered.features[name] > other.features[name], name
    learnt = {name for names in COMBINATIONS.values() for name in names}
    assert {*ALONE, *learnt} <= answered.features.keys()


def test_an_embedder_without_token_vectors_is_refused(garden, tmp_path):
    with pytest.raises(InputError, match="token vectors"):
        measure(garden.indexes, [case()], tmp_path)


@pytest.mark.parametrize("text", ['{"id": "1"}', "[1, 2", '{"id": "1", "lang": "ru", "passages": []}'])
def test_a_file_of_something_else_is_an_error_that_names_it(tmp_path, text):
    path = tmp_path / "other.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="no file of questions") as caught:
        load_nomiracl(path)
    assert str(path) in caught.value.ru


def test_the_command_prints_and_keeps_the_figures(reader, tmp_path, monkeypatch):
    monkeypatch.setattr(assistant, "default_assistant", lambda: reader)
    path = tmp_path / "cases.jsonl"
    asked = [("Когда посадили розы?", True), ("Сколько стоит зонтик?", False)]
    lines = [case(n, *asked[n % 2]).model_dump_json() for n in range(30)]
    path.write_text("\n".join(lines), encoding="utf-8")
    arguments = ["eval", "bench", "nomiracl", "--cases", str(path), "--out", str(tmp_path / "run")]
    done = CliRunner().invoke(cli.cli, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "AUROC" in done.stdout
    kept = json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))
    assert kept["ru"]["methods"]["evidence"]["auroc"]["value"] == 1
    printed = CliRunner().invoke(cli.cli, [*arguments, "--json"], catch_exceptions=False)
    assert json.loads(printed.stdout) == kept


@pytest.mark.skipif(not PUBLIC.is_file(), reason=f"the public set is not there: {PUBLIC}")
def test_the_public_set_is_read_and_both_halves_hold_both_kinds():
    cases = load_nomiracl(PUBLIC)
    for lang in ("ru", "en"):
        for half in ("calibration", "report"):
            kinds = [each.answerable for each in cases if (each.lang, each.half) == (lang, half)]
            assert min(kinds.count(True), kinds.count(False)) > 20
    assert {len(each.passages) for each in cases} == {10}
    assert all("\u0301" not in each.texts.question for each in cases)
