"""What a reader sees of a check: every criterion, how it is known, its quotation; and nothing that can do harm."""

from __future__ import annotations

import re
from weakref import WeakKeyDictionary

import pytest
from lxml import html

from assistant.eligibility.facts import facts
from assistant.eligibility.measures import measure, measures
from assistant.eligibility.profile import Profile
from assistant.eligibility.values import Value
from assistant.web.eligibility import actions, source, whatif
from assistant.web.eligibility.case import Case, Proposal
from assistant.web.eligibility.form_words import FORM
from assistant.web.eligibility.page import PARTS, Page
from assistant.web.eligibility.questions import question_html
from assistant.web.eligibility.result_words import RESULT
from tests.assistant.web.standin import HOSTILE, citation

DAY = "2026-11-29"
GOOD = {
    "okved_in_annex_1": True, "it_income_share": 40, "pay_not_below_average": True, "site_describes_it": True,
    "tax_secrecy_consent": True, "state_share": 0, "accredited": False,
}  # fmt: skip


def made(assistant, measure="it_accreditation", lang="ru", **said):
    case = Case(measure=measure, as_of=DAY, profile=Profile.of(said))
    return case, Page(assistant, case, lang).made()


def tree(text):
    return html.fromstring(f"<div>{text}</div>")


def words(text):
    return " ".join(tree(text).text_content().split())


@pytest.mark.parametrize("lang", ["ru", "en"])
@pytest.mark.parametrize("name", ["", *sorted(measures())])
def test_every_measure_has_every_part_whole_in_both_languages(assistant, name, lang):
    _, parts = made(assistant, name, lang)
    assert set(parts) == set(PARTS)
    for part, text in parts.items():
        found = tree(text)
        ids = found.xpath("//@id")
        assert len(ids) == len(set(ids)), part
        for node in found.xpath("//*[@lang]"):
            assert node.get("lang") == lang
    everything = "".join(parts.values())
    ids = re.findall(r'\bid="([^"]+)"', everything)
    assert len(ids) == len(set(ids)), "ids are the page's, not a part's"
    for target in re.findall(r'aria-(?:controls|labelledby|describedby)="([^"]+)"', everything):
        assert set(target.split()) <= set(ids)


def test_the_table_has_a_line_for_every_criterion_with_its_mark_and_its_source(assistant):
    _, parts = made(assistant, **GOOD)
    result = assistant.check("it_accreditation", Profile.of(GOOD), as_of=DAY, lang="ru")
    found = tree(parts["criteria"])
    rows = {row.get("data-criterion"): row for row in found.xpath("//tr[@data-criterion]")}
    assert set(rows) == {each.id for each in result.criteria}
    for each in result.criteria:
        row = rows[each.id]
        assert row.get("data-state") == each.state
        assert {"met": "✓", "not_met": "✗", "unknown": "?"}[each.state] in row.text_content()
        assert each.rule in row.text_content()
        for cited in each.citations:
            chip = row.xpath(f".//button[@data-source='el-src-{each.id}-{cited.id}']")
            opened = found.xpath(f"//div[@id='el-src-{each.id}-{cited.id}']")
            assert len(chip) == len(opened) == 1
            assert opened[0].get("hidden") is not None
            assert cited.quote in opened[0].text_content()
        if each.check:
            assert each.check in " ".join(row.text_content().split())


def test_a_provisional_verdict_says_so_on_its_face_with_what_to_check_where(assistant):
    _, parts = made(assistant, **GOOD)
    face = tree(parts["verdict"])
    assert "Отвечает условиям предварительно" in words(parts["verdict"])
    reasons = face.xpath("//ul[@class='el-because']/li")
    result = assistant.check("it_accreditation", Profile.of(GOOD), as_of=DAY, lang="ru")
    assert len(reasons) == len(result.because) > 0
    for each in result.criteria:
        if each.decisive and each.check:
            assert any(each.check in reason.text_content() for reason in reasons)


def test_thirty_per_cent_is_not_enough_and_a_hundredth_more_is(assistant):
    for share, verdict in (("30", "not_eligible"), ("30,01", "eligible")):
        said = {**GOOD, "it_income_share": share, "registered_on": "2015-01-01"}
        _, parts = made(assistant, **said)
        assert f'data-verdict="{verdict}"' in parts["verdict"]


def test_not_eligible_says_what_would_change_it(assistant):
    _, parts = made(assistant, **{**GOOD, "it_income_share": 27, "registered_on": "2015-01-01"})
    assert "Доля ИТ-доходов (перечень Минцифры): сейчас 27 %, нужно более 30 %" in words(parts["criteria"])


def test_insufficient_says_what_would_decide_the_smallest_first(assistant):
    _, parts = made(assistant, okved_in_annex_1=True)
    sets = tree(parts["criteria"]).xpath("//p[@class='el-then'][2]/following-sibling::ul[1]/li")
    sizes = [len(each.xpath(".//li")) for each in sets]
    assert sizes and sizes == sorted(sizes)
    assert sizes[0] == 1


def test_nothing_is_presented_as_advice(assistant):
    for lang, notice in (("ru", "Это не юридическая консультация"), ("en", "This is not legal advice")):
        for name in ("", "it_accreditation", "duty_recommender"):
            assert notice in made(assistant, name, lang)[1]["verdict"]


def test_a_duty_says_whether_it_applies_and_whether_it_is_fulfilled(assistant):
    said = {
        "recommends_by_preferences": True,
        "state_system_operator": False,
        "users_told_of_recommendations": False,
    }
    _, parts = made(assistant, "duty_recommender", "en", **said)
    assert "The duty applies; its requirements are not met" in words(parts["verdict"])
    assert "Whether the duty is fulfilled" in words(parts["criteria"])


def test_the_mark_of_a_duty_says_whether_it_is_fulfilled_or_that_it_does_not_concern(assistant):
    applies = {"recommends_by_preferences": True, "state_system_operator": False}
    for said, mark in (
        ({**applies, "users_told_of_recommendations": False}, "✗"),
        (applies, "?"),
        ({"recommends_by_preferences": False}, "–"),
    ):
        line = tree(made(assistant, "duty_recommender", **said)[1]["verdict"]).xpath(
            "//p[@class='el-verdict-line']"
        )[0]
        assert line.text_content().startswith(mark)
        row = tree(made(assistant, "", **said)[1]["criteria"]).xpath(
            "//tr[@data-measure='duty_recommender']"
        )[0]
        assert row.text_content().startswith(mark)


def test_what_no_answer_decides_is_not_called_answered(assistant):
    said = {"grant_requested": 1_000_000, "customer_share": 60}
    _, parts = made(assistant, "skolkovo_pilot", **said)
    assert 'data-verdict="insufficient"' in parts["verdict"]
    assert "сверьте сами названное в таблице" in words(parts["form"])
    assert "ответов достаточно" in words(made(assistant, **GOOD)[1]["form"])


def test_changed_sources_are_flagged_wherever_the_measure_stands(assistant, monkeypatch):
    assert "⚑" not in "".join(made(assistant)[1].values())
    monkeypatch.setattr("assistant.eligibility.review.hash_of", lambda words: "0" * 16)
    monkeypatch.setattr("assistant.eligibility.review._SEEN", WeakKeyDictionary())
    _, parts = made(assistant)
    assert "⚑ Аккредитация ИТ-компании" in words(parts["bar"])
    assert "⚑ источник изменился" in words(parts["verdict"])
    assert "Прочтите их заново" in words(parts["verdict"])
    assert tree(parts["criteria"]).xpath("//tr[@data-criterion='acc_it_share']//*[contains(., '⚑')]")
    _, parts = made(assistant, "")
    assert tree(parts["criteria"]).xpath("//tr[@data-measure='it_accreditation']//*[contains(., '⚑')]")


def test_all_measures_stand_in_the_order_of_the_check_each_to_be_opened(assistant):
    _, parts = made(assistant, "", **GOOD)
    rows = tree(parts["criteria"]).xpath("//tr[@data-measure]")
    results = assistant.check_all(Profile.of(GOOD), as_of=DAY)
    assert [row.get("data-measure") for row in rows] == [each.measure for each in results]
    assert [row.get("data-verdict") for row in rows] == [each.verdict for each in results]
    for row in rows:
        assert row.xpath(".//button[@data-does='choose']")[0].get("data-measure") == row.get("data-measure")


def test_documents_are_a_list_to_tick_off_with_their_sources(assistant):
    _, parts = made(assistant)
    boxes = tree(parts["beside"]).xpath("//ul[@class='el-ticks']/li[.//input[@type='checkbox']]")
    assert len(boxes) == len(measure("it_accreditation").documents)
    assert all(each.xpath(".//button[@data-source]") for each in boxes)


# ── questions and what is known ───────────────────────────────────────────────────────────────


def test_every_kind_of_question_has_its_name_its_help_and_a_way_not_to_know(assistant):
    for name, fact in facts().items():
        case = Case(measure="it_accreditation", asked=[name], unknown=set(), as_of=DAY)
        found = tree(question_html(fact, case, "en", "q"))
        assert fact.en in found.text_content()
        assert fact.help_en in found.text_content()
        controls = found.xpath("//input[@data-answer]")
        assert controls
        assert {each.get("data-answer") for each in controls} == {name}
        assert found.xpath("//input[@value='unknown'] | //button[@data-does='unknown']")
        if fact.type not in ("bool", "choice"):
            assert found.xpath(f"//label[@for='{controls[0].get('id')}']")
            assert controls[0].get("aria-describedby")


def test_an_answer_that_cannot_be_used_is_told_beside_its_question(assistant):
    case = Case(measure="it_accreditation", as_of=DAY)
    Page(assistant, case, "ru").made()
    case.asked = ["it_income_share"]
    actions.act(case, assistant, {"does": "answer", "fact": "it_income_share", "value": "<b>много</b>"})
    found = tree(Page(assistant, case, "ru").made()["form"])
    box = found.xpath("//input[@data-answer='it_income_share']")[0]
    assert (box.get("value"), box.get("aria-invalid")) == ("<b>много</b>", "true")
    told = found.xpath("//p[@role='alert']")[0]
    assert told.get("id") in box.get("aria-describedby")
    assert (
        told.text_content() == "«<b>много</b>» не подходит. Нужно число процентов от 0 до 100, например 27,5."
    )


def test_the_language_of_everything_follows_the_reader(assistant):
    said = {**GOOD, "it_income_share": 27, "registered_on": "2015-01-01"}
    for name in ("", "it_accreditation"):
        _, parts = made(assistant, name, "en", **said)
        own = "".join(words(parts[part]) for part in ("bar", "verdict", "form", "known", "sliders"))
        assert not re.search("[а-яё]", own, re.IGNORECASE)


def test_both_languages_have_the_same_words_with_the_same_blanks():
    blanks = re.compile(r"\{(\w+)\}")
    for table in (FORM, RESULT):
        assert table["ru"].keys() == table["en"].keys()
        for key, told in table["ru"].items():
            assert set(blanks.findall(told)) == set(blanks.findall(table["en"][key])), key
    assert not FORM["ru"].keys() & RESULT["ru"].keys()


# ── what if ───────────────────────────────────────────────────────────────────────────────────


def test_sliders_go_over_what_the_measure_asks_in_numbers(assistant):
    _, parts = made(assistant, it_income_share=27)
    rails = {each.get("data-try"): each for each in tree(parts["sliders"]).xpath("//input[@type='range']")}
    assert rails["it_income_share"].get("max") == "100"
    assert rails["it_income_share"].get("value") == "27"
    money = rails["income_since_creation"]
    assert int(money.get("max")) >= 2_000_000
    assert all(facts()[name].type in whatif.SLIDING for name in rails)


@pytest.mark.parametrize("name", sorted(measures()))
def test_every_slider_reaches_both_sides_of_its_thresholds(name):
    held = measure(name)
    for criterion in held.criteria:
        fact = facts()[criterion.test.fact]
        if fact.type in whatif.SLIDING:
            scale = whatif.scale_of(fact, held, None)
            assert scale.step > 0
            assert all(
                0 <= each < scale.top or (fact.type == "percent" and each <= 100) for each in scale.thresholds
            )


def test_a_trial_shows_the_other_verdict_and_what_changes_and_leaves_the_profile(assistant):
    case, _ = made(assistant, **{**GOOD, "registered_on": "2015-01-01"})
    actions.act(case, assistant, {"does": "try", "fact": "it_income_share", "value": "30"})
    parts = Page(assistant, case, "ru").would()
    assert 'data-verdict="not_eligible"' in parts["would"]
    assert "Было бы: ✗" in words(parts["would"])
    assert "Доходы от ИТ-деятельности превышают 30 %" in words(parts["would"])
    assert case.profile.values["it_income_share"].text == "40"
    actions.act(case, assistant, {"does": "keep"})
    assert case.profile.values["it_income_share"].text == "30"


# ── nothing foreign becomes markup ────────────────────────────────────────────────────────────


def test_what_comes_from_outside_stays_text(assistant):
    bad = f"{HOSTILE}<img src=x onerror=alert(1)>\"'"
    value = Value(facts()["region"], bad, frozenset((bad,)))
    proposal = Proposal("text", Profile({"region": value}, name=bad), {"region": bad}, ((bad, (bad, bad)),))
    case = Case(
        measure="it_accreditation", as_of=DAY, profile=Profile({"region": value}, name=bad), proposal=proposal
    )
    case.asked, case.wrong = ["it_income_share"], {"it_income_share": bad}
    for text in Page(assistant, case, "ru").made().values():
        found = tree(text)
        assert not found.xpath("//img | //script | //iframe | //*[@onerror]")


def test_a_source_links_only_to_safe_addresses_and_escapes_what_it_quotes():
    bad = citation(
        1, "<script>alert(1)</script>", url="javascript:alert(1)", label="<b>п. 1</b>", note="<i>x</i>"
    )
    text = source.chips([bad], "k", "ru") + source.quotations([bad], "k", "ru")
    assert (
        "<script" not in text and "<b>п. 1" not in text and "<i>x" not in text and "javascript:" not in text
    )
    good = citation(2, "слова")
    links = tree(source.quotations([good], "k", "ru")).xpath("//a")
    assert links[0].get("href") == good.url
    assert "noopener" in links[0].get("rel")
    assert links[-1].get("href").startswith("?tab=library&act=")
