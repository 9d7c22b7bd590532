"""What a measure's file, or the schema of facts, may not say."""

import pytest
import yaml
from pydantic import ValidationError

from assistant.eligibility.facts import FactSchema, fact, fact_schema, facts
from assistant.eligibility.measures import MEASURES, Measure, load_measure, measure, measures
from assistant.errors import InputError

EVIDENCE = [{"ref": "ru-pp-1-2031#digest/1"}]
WORDS = {"ru": "сад", "en": "garden"}
CRITERION = {
    "id": "roses", "ru": "Роз больше трёх", "en": "More than three roses", "confidence": "text", "evidence": EVIDENCE,
    "test": {"fact": "staff", "op": ">", "thresholds": [{"value": 3}]},
}  # fmt: skip
MEASURE = {
    "id": "garden", "kind": "support", "title": WORDS, "about": WORDS, "acts": ["ru-pp-1-2031"],
    "reviewed": "2031-11-29", "criteria": [CRITERION], "requires": {"all": ["roses"]},
}  # fmt: skip


def criterion(**fields):
    return MEASURE | {"criteria": [CRITERION | fields]}


def probed(**test):
    return criterion(test=test)


def limited(op, *thresholds):
    return probed(fact="staff", op=op, thresholds=list(thresholds))


def test_a_small_measure_is_one():
    made = Measure.model_validate(MEASURE)
    assert made.verdict_tree == made.requires
    assert made.criterion("roses").stated("ru") == "Роз больше трёх"
    assert [*made.verdict_tree.leaves()] == ["roses"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        # a test
        (probed(fact="roses", op=">", thresholds=[{"value": 3}]), "no fact roses"),
        (probed(fact="staff"), "exactly one way"),
        (probed(fact="accredited", **{"is": True, "in": ["company"]}), "exactly one way"),
        (probed(fact="registered_on", younger_than=3, before="2022-08-01"), "exactly one way"),
        (probed(fact="staff", **{"is": True}), "cannot be tested so"),
        (probed(fact="accredited", op=">", thresholds=[{"value": 3}]), "cannot be tested so"),
        (probed(fact="accredited", **{"in": ["yes"]}), "cannot be tested so"),
        (probed(fact="registered_on", op=">", thresholds=[{"value": 3}]), "cannot be tested so"),
        (probed(fact="staff", younger_than=3), "cannot be tested so"),
        (probed(fact="main_okved", **{"in": ["a62"]}), "cannot be tested so"),
        (probed(fact="org_form", **{"in": ["farm"]}), "no option farm"),
        (probed(fact="accredited", thresholds=[{"value": 3}], **{"is": True}), "thresholds need op"),
        (probed(fact="registered_on", before="2022-08"), "YYYY-MM-DD"),
        (probed(fact="registered_on", before="2022-02-30"), "YYYY-MM-DD"),
        (probed(fact="registered_on", yearly_by="1 June"), "String should match pattern"),
        (probed(fact="registered_on", yearly_by="13-45"), "a day of every year, MM-DD"),
        (probed(fact="registered_on", yearly_by="02-29"), "a day of every year, MM-DD"),
        (probed(fact="registered_on", since_yearly="04-31"), "a day of every year, MM-DD"),
        (probed(fact="registered_on", younger_than=-1), "greater than or equal to 0"),
        (probed(fact="staff", op="==", thresholds=[{"value": 3}]), "Input should be"),
        (limited(">", {}), "a value, or min and max"),
        (limited(">", {"value": 3, "min": 1}), "a value, or min and max"),
        (limited(">", {"min": 1, "max": 3}), "between takes min and max"),
        (limited("between", {"value": 3}), "between takes min and max"),
        (limited(">", {"value": "много"}), "valid decimal"),
        (limited("between", {"min": 1}), "both min and max"),
        (limited("between", {"max": 1}), "both min and max"),
        (limited("between", {"min": 3, "max": 1}), "min is more than max"),
        (limited(">", {"value": 3}, {"value": 4}), "two thresholds hold on one day"),
        (limited(">", {"value": 3, "to": "2031-06-01"}, {"value": 4, "from": "2031-06-01"}), "hold on one day"),
        (limited(">", {"value": 4, "from": "2031-06-01"}, {"value": 3}), "hold on one day"),
        (limited(">", {"value": 3, "from": "2031-01-01", "to": "2031-12-31"}, {"value": 4, "from": "2031-02-01",
                 "to": "2031-03-01"}), "hold on one day"),
        (limited(">", {"value": 3, "from": "2031-06-01", "to": "2031-05-31"}), "2031-06-01 is later than 2031-05-31"),
        (limited(">", {"value": 3, "from": "2031"}), "YYYY-MM-DD"),
        # a criterion
        (criterion(confidence="press"), "what to check where"),
        (criterion(check_ru="Сверьте."), "both languages"),
        (criterion(note_en="See."), "both languages"),
        (criterion(confidence="rumour"), "Input should be"),
        (criterion(evidence=[]), "at least 1 item"),
        (criterion(evidence=[{"ref": "roses"}]), "String should match pattern"),
        (criterion(evidence=[{"ref": "ru-pp-1-2031#p1", "hash": "XYZ"}]), "String should match pattern"),
        (criterion(outside="maybe"), "Input should be"),
        (criterion(mood="good"), "Extra inputs"),
        (criterion(id="Roses"), "String should match pattern"),
        (criterion(id="validity"), "no criterion is called validity"),
        (criterion(beside="roses"), "no fact roses"),
        (criterion(**{"from": "2031-06-01", "to": "2031-05-31"}), "is later than"),
        # a measure
        (MEASURE | {"requires": None}, "support has requires"),
        (MEASURE | {"kind": "duty"}, "support has requires"),
        (MEASURE | {"kind": "duty", "requires": None, "applies": {"all": ["roses"]}}, "both applies and complies"),
        (MEASURE | {"applies": {"all": ["roses"]}, "complies": {"all": ["roses"]}}, "support neither"),
        (MEASURE | {"criteria": [CRITERION, CRITERION]}, "two criteria have one id"),
        (MEASURE | {"criteria": []}, "at least 1 item"),
        (MEASURE | {"requires": {"all": ["tulips"]}}, "no criterion tulips"),
        (MEASURE | {"requires": {"all": []}}, "one of all, any and not"),
        (MEASURE | {"requires": {"all": ["roses"], "any": ["roses"]}}, "one of all, any and not"),
        (MEASURE | {"criteria": [CRITERION, CRITERION | {"id": "tulips"}]}, "no tree uses tulips"),
        (MEASURE | {"valid_from": "2031-01-01"}, "validity_evidence"),
        (MEASURE | {"valid_from": "2031-01-02", "valid_to": "2031-01-01", "validity_evidence": EVIDENCE}, "is later than"),
        (MEASURE | {"acts": []}, "at least 1 item"),
        (MEASURE | {"reviewed": "2031-11"}, "YYYY-MM-DD"),
        (MEASURE | {"open": "perhaps"}, "Input should be"),
        (MEASURE | {"gives": [WORDS | {"when": "tulips", "evidence": EVIDENCE, "confidence": "press"}]}, "no criterion"),
        (MEASURE | {"gives": [WORDS | {"evidence": [], "confidence": "press"}]}, "at least 1 item"),
    ],
)  # fmt: skip
def test_a_faulty_measure_is_refused(content, said):
    with pytest.raises(ValidationError) as error:
        Measure.model_validate(content)
    assert said in str(error.value)


def test_thresholds_may_follow_one_another_and_leave_days_between():
    made = Measure.model_validate(
        limited(
            "between",
            {"min": 5, "max": 5, "from": "2032-01-01"},
            {"min": 1, "max": 3, "to": "2031-05-31"},
            {"min": 2, "max": 4, "from": "2031-06-01", "to": "2031-11-30"},
        )
    )
    days = ("2031-05-31", "2031-06-01", "2031-12-01", "2032-01-01")
    held = [made.criteria[0].test.threshold(day) for day in days]
    assert [limit and limit.min for limit in held] == [1, 2, None, 5]


def test_what_is_only_shown_needs_no_place_in_a_tree():
    draft = CRITERION | {"id": "tulips", "counts": False}
    made = Measure.model_validate(MEASURE | {"criteria": [CRITERION, draft]})
    assert not made.criterion("tulips").counts


def test_a_rule_and_a_threshold_hold_on_their_days_ends_included():
    made = Measure.model_validate(
        MEASURE | {"criteria": [CRITERION | {"from": "2031-01-01", "to": "2031-12-31", "test": {
            "fact": "staff", "op": ">", "thresholds": [{"value": 3, "from": "2031-06-01"}]}}]}
    )  # fmt: skip
    held = made.criterion("roses")
    days = ("2030-12-31", "2031-01-01", "2031-05-31", "2031-06-01", "2031-12-31", "2032-01-01")
    assert [held.holds(day) for day in days] == [False, True, True, True, True, False]
    assert [held.test.threshold(day) is not None for day in days] == [False, False, False, True, True, True]


def test_a_file_is_named_after_its_measure_and_errors_name_file_and_field(tmp_path):
    path = tmp_path / "garden.yaml"
    path.write_text(yaml.safe_dump(MEASURE, allow_unicode=True), encoding="utf-8")
    assert load_measure(path).id == "garden"
    moved = path.rename(tmp_path / "park.yaml")
    with pytest.raises(InputError, match=r"Name the file garden\.yaml"):
        load_measure(moved)
    moved.write_text(yaml.safe_dump(criterion(confidence="rumour"), allow_unicode=True), encoding="utf-8")
    with pytest.raises(InputError) as error:
        load_measure(moved)
    for said in (error.value.en, error.value.ru):
        assert "park.yaml" in said and "criteria.0.confidence" in said
    moved.write_text("id: [\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"park\.yaml"):
        load_measure(moved)


def test_a_measure_is_found_by_id_title_and_other_names():
    for name in ("it_accreditation", "IT-Accreditation", "Аккредитация ИТ-компании", "  ит-аккредитация "):
        assert measure(name).id == "it_accreditation", name


@pytest.mark.parametrize("name", ["", "розы", "it"])
def test_an_unknown_measure_is_told_with_those_there_are(name):
    with pytest.raises(InputError) as error:
        measure(name)
    assert all(held in error.value.en and held in error.value.ru for held in measures())


def test_measures_of_a_folder_come_in_order_and_only_of_yaml_files():
    assert list(measures()) == sorted(path.stem for path in MEASURES.glob("*.yaml"))
    for each in measures().values():
        assert each.reviewed >= "2026-01-01"


# ── the schema of facts ───────────────────────────────────────────────────────────────────────────

GROUPS = {"garden": WORDS}
FACT = {
    "id": "roses",
    "group": "garden",
    "type": "number",
    "help_ru": "Сколько.",
    "help_en": "How many.",
    **WORDS,
}
YES_NO = FACT | {"id": "fence", "type": "bool"}


@pytest.mark.parametrize(
    ("held", "said"),
    [
        ([FACT, FACT], "stands twice"),
        ([FACT | {"group": "park"}], "no group park"),
        ([FACT | {"type": "colour"}], "Input should be"),
        ([FACT | {"type": "choice"}], "needs them"),
        ([FACT | {"options": [WORDS | {"id": "many"}]}], "belong to a choice"),
        ([FACT | {"only_if": "fence"}], "no yes-or-no fact"),
        ([FACT, FACT | {"id": "tulips", "only_if": "roses"}], "no yes-or-no fact"),
        (
            [YES_NO, YES_NO | {"id": "gate", "only_if": "fence"}, FACT | {"only_if": "gate"}],
            "no yes-or-no fact",
        ),
        ([FACT | {"at_most": "flowers"}], "no fact of the same type"),
        ([YES_NO, FACT | {"at_most": "fence"}], "no fact of the same type"),
        ([FACT | {"id": "Роза"}], "String should match pattern"),
        ([FACT | {"smell": "sweet"}], "Extra inputs"),
    ],
)
def test_a_faulty_schema_of_facts_is_refused(held, said):
    with pytest.raises(ValidationError) as error:
        FactSchema.model_validate({"groups": GROUPS, "facts": held})
    assert said in str(error.value)


def test_facts_hang_on_yes_or_no_facts_and_are_bounded_by_their_like():
    made = FactSchema.model_validate({"groups": GROUPS, "facts": [YES_NO, FACT | {"only_if": "fence"}]})
    assert made.facts[1].only_if == "fence"
    assert all(each.group in fact_schema().groups for each in facts().values())


def test_a_fact_says_what_is_meant_in_both_languages():
    assert fact("staff").in_("ru") == "Число работников" and fact("staff").help("en").startswith("How many")
    assert fact("org_form").option("company").in_("en").startswith("company")
    with pytest.raises(KeyError):
        fact("org_form").option("farm")


def test_an_unknown_fact_is_told_where_the_list_is():
    with pytest.raises(InputError) as error:
        fact("roses")
    assert "--facts" in error.value.en and "roses" in error.value.ru
