"""Claims with evidence: what is quoted of it, what is measured, and how figures are made of that."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

import assistant
from assistant import cli
from assistant.answer.support import similarity
from assistant.answer.verify import Quoted
from assistant.errors import InputError
from evals.benchmarks.support import (
    ALONE,
    PARTS,
    Measured,
    SupportCase,
    as_table,
    calibrate,
    load_support,
    measure,
    parts_of,
    quotation,
    score,
    token_matches,
)
from tests.shared import SHARED

PUBLIC = SHARED / "evalsets" / "support_dev.jsonl"
EVIDENCE = [
    "(meta data) TITLE: О саде",
    "Меню. Вход для посетителей.",
    "Садовник поливает розы утром.",
    "Яблони растут у дома.",
    "В саду 300 роз и 20 яблонь.",
]


def case(number=1, claim="Садовник поливает розы утром.", supported=True, **changed):
    fields = {"id": f"case-{number}", "src": "own", "lang": "ru", "evidence": EVIDENCE}
    return SupportCase(claim=claim, supported=supported, **{**fields, **changed})


def as_line(each):
    return each.model_dump_json()


def invented(number, supported, level, lang="ru", src="own", product=None, entailment=None):
    """A case measured with the same value of every part."""
    made = case(number, f"Утверждение {number}.", supported, lang=lang, src=src)
    right = float(supported) if product is None else product
    return Measured(made, dict.fromkeys(PARTS, level), right, entailment)


def test_a_quotation_is_the_sentences_with_the_claims_words_and_the_pages_lines_stand_above_it():
    found = quotation(case())
    assert found.text == "Садовник поливает розы утром."
    assert found.context == "TITLE: О саде"
    assert found.cited is None


def test_a_claim_in_two_parts_is_quoted_from_both_places():
    found = quotation(case(claim="Садовник поливает 300 роз утром.")).text
    assert "Садовник поливает розы утром." in found
    assert "В саду 300 роз" in found
    assert "Меню" not in found


def test_evidence_without_a_word_of_the_claim_is_quoted_from_its_beginning():
    found = quotation(case(claim="Зонтики дорожают.")).text
    assert found.startswith("Меню.")


def test_a_pair_and_its_reversal_fall_into_one_half_whatever_their_ids():
    for number in range(20):
        one, other = f"Роза номер {number} красная.", f"Роза {number} белая, а не красная!"
        there = case(1, one, evidence=[other])
        back = case(2, other.lower(), False, evidence=[one])
        assert there.half == back.half
    halves = [case(1, f"Роза номер {number}.").half for number in range(200)]
    assert 70 < halves.count("report") < 130


def test_parts_say_what_the_claim_has_and_the_quotation_lacks():
    ground = Quoted("Садовник поливает розы утром.", context="О саде")
    same = parts_of("Садовник поливает розы утром.", ground, np.ones(4))
    assert same == {"faults": 0, "words": 0, "similarity": 1, "weakest": 1, "cover": 1, "echo": 1}
    other = parts_of("Садовник не поливает 900 роз ывапролд.", ground, np.array([1.0, 1.0, 1.0, 0.2]))
    assert other["faults"] <= -2
    assert other["words"] == -1
    assert other["similarity"] == pytest.approx(0.8)
    assert other["weakest"] == pytest.approx(0.2)
    assert 0 < other["cover"] < 1


def test_matches_are_those_of_the_products_own_similarity(reader):
    cases = [case(1), case(2, "Розы растут у дома утром."), case(3, "Совсем о другом речь.")]
    grounds = [quotation(each) for each in cases]
    found = token_matches(reader.indexes, cases, grounds)
    assert [float(each.mean()) for each in found] == pytest.approx(
        [
            similarity(each.claim, [ground], reader.indexes)
            for each, ground in zip(cases, grounds, strict=True)
        ]
    )


def test_an_embedder_without_token_vectors_is_refused(garden):
    with pytest.raises(InputError, match="token vectors"):
        measure(garden, [case()])


def test_the_products_verdict_withholds_what_it_would_withhold_in_an_answer(reader):
    claims = [
        "Садовник поливает розы утром.",
        "Садовник не поливает розы утром.",
        "Садовник поливает сто роз утром.",
    ]
    found = measure(reader, [case(number, claim) for number, claim in enumerate(claims)])
    assert [each.product for each in found] == [1.0, 0.0, 0.0]
    assert [each.parts["faults"] for each in found] == [0, -1, -1]
    assert {each.entailment for each in found} == {None}


def test_thresholds_come_from_the_cases_given_and_the_products_verdict_is_taken_as_it_is():
    learnt = [invented(n, supported=n % 2 == 0, level=0.8 if n % 2 == 0 else 0.2) for n in range(20)]
    judges, notes = calibrate(learnt)
    assert set(judges) == {"product", "combination", *ALONE}
    assert judges["similarity"].threshold == pytest.approx(0.5)
    assert (judges["product"].threshold, judges["faults"].threshold) == (0.5, 0.0)
    assert judges["combination"].scores([invented(90, True, 0.9)])[0] > 0.5
    assert judges["combination"].scores([invented(91, False, 0.1)])[0] < 0.5
    assert all(weight > 0 for weight in notes["weights"].values())


def test_figures_are_of_the_reporting_half_by_language_and_source():
    told = [
        invented(n, n % 2 == 0, 0.8 if n % 2 == 0 else 0.2, src="one" if n < 60 else "two", product=1.0)
        for n in range(120)
    ]
    reported = [each for each in told if each.case.half == "report"]
    right = [each for each in reported if each.case.supported]
    found = score(told)
    assert list(found) == ["ru"]
    assert found["ru"]["calibrated_on"] == 120 - len(reported)
    methods = found["ru"]["methods"]
    assert methods["similarity"]["balanced_accuracy"] == {"value": 1, "low": 1, "high": 1, "n": len(reported)}
    assert methods["product"]["balanced_accuracy"]["value"] == 0.5
    assert methods["product"]["unsupported_passed"]["value"] == 1
    assert methods["product"]["supported_withheld"]["value"] == 0
    assert "entailment" not in methods
    sizes = {name: each["cover"]["auroc"]["n"] for name, each in found["ru"]["sources"].items()}
    assert sizes == {name: sum(each.case.src == name for each in reported) for name in ("one", "two")}
    assert 0 < len(right) < len(reported)


def test_an_inference_model_is_judged_beside_the_rest_with_a_threshold_of_its_own():
    told = [invented(n, n % 2 == 0, 0.5, entailment=0.6 if n % 2 == 0 else 0.4) for n in range(60)]
    found = score(told)["ru"]
    assert found["calibrated"]["thresholds"]["entailment"] == pytest.approx(0.5)
    assert found["methods"]["entailment"]["balanced_accuracy"]["value"] == 1
    assert found["methods"]["cover"]["balanced_accuracy"]["value"] == 0.5


def test_a_language_with_cases_of_one_kind_has_no_figures():
    assert score([invented(n, True, 0.5) for n in range(20)]) == {}


def test_the_table_names_every_method_with_its_interval():
    told = [invented(n, n % 2 == 0, 0.8 if n % 2 == 0 else 0.2) for n in range(60)]
    table = as_table(score(told))
    assert table.startswith("ru: ")
    for name in ("product", "combination", *ALONE):
        assert f"\n  {name} " in table
    assert "balanced accuracy 1.000 [1.000–1.000]" in table


@pytest.mark.parametrize("text", ["", '{"id": "1"}', "[1, 2", '{"id": "1", "claim": 3}'])
def test_a_file_of_something_else_is_an_error_that_names_it(tmp_path, text):
    path = tmp_path / "other.jsonl"
    path.write_text(text, encoding="utf-8")
    if not text:
        assert load_support(path) == []
        return
    with pytest.raises(InputError, match="no file of claims") as caught:
        load_support(path)
    assert str(path) in caught.value.ru


def test_the_command_prints_and_keeps_the_figures(reader, tmp_path, monkeypatch):
    monkeypatch.setattr(assistant, "default_assistant", lambda: reader)
    path = tmp_path / "cases.jsonl"
    claims = [
        (f"Садовник поливает розы утром, их {n}.", n % 2 == 0, ["Садовник поливает розы утром.", f"Их {n}."])
        if n % 2 == 0
        else (f"Яблони {n} лет не растут у дома.", False, ["Яблони растут у дома."])
        for n in range(40)
    ]
    lines = [as_line(case(n, claim, right, evidence=lines)) for n, (claim, right, lines) in enumerate(claims)]
    path.write_text("\n".join(lines), encoding="utf-8")
    arguments = ["eval", "bench", "support", "--cases", str(path), "--out", str(tmp_path / "run")]
    done = CliRunner().invoke(cli.cli, arguments, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert "ru: " in done.stdout
    kept = json.loads((tmp_path / "run" / "summary.json").read_text(encoding="utf-8"))
    assert kept["ru"]["methods"]["product"]["supported_withheld"]["n"] > 0
    printed = CliRunner().invoke(cli.cli, [*arguments, "--json"], catch_exceptions=False)
    assert json.loads(printed.stdout) == kept


def test_the_command_without_a_file_says_what_it_needs(reader, monkeypatch):
    monkeypatch.setattr(assistant, "default_assistant", lambda: reader)
    done = CliRunner().invoke(cli.cli, ["eval", "bench", "support"])
    assert done.exit_code != 0
    assert "--cases" in str(done.output) + str(done.exception)


@pytest.mark.skipif(not PUBLIC.is_file(), reason=f"the public set is not there: {PUBLIC}")
def test_the_public_set_is_read_and_both_halves_hold_both_kinds():
    cases = load_support(PUBLIC)
    assert len(cases) > 1000
    for lang in ("ru", "en"):
        for half in ("calibration", "report"):
            kinds = [each.supported for each in cases if (each.lang, each.half) == (lang, half)]
            assert min(kinds.count(True), kinds.count(False)) > 40
    longest = max(cases, key=lambda each: len("".join(each.evidence)))
    assert 0 < len(quotation(longest).text) < 6_000
