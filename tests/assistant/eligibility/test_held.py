"""A measure known from the press, once the act itself is held: an act of ours in the place of the real one.

A text that says the same makes the criterion known from the text; one that says otherwise leaves nobody
judged by it; words that change after the review are to be read again.
"""

from datetime import date

import pytest

from assistant.eligibility.evidence import hash_of, source_of, words_of
from assistant.eligibility.held_text import heard
from assistant.eligibility.measures import Criterion, Evidence, Measure, measures
from assistant.eligibility.review import flags, pieces
from assistant.library.drafts import RelationDraft
from assistant.model import Authority, Confidence
from tests.assistant.eligibility.held import Home, embedded
from tests.builders import WATER_LAW, edition_draft

TODAY, DAY = date(2026, 11, 29), "2026-11-29"
ACT = "ru-pp-1729-2022"
EDITION = "2026-02-01"  # later than every amendment that the catalogue knows of
DECREE = """ПРАВИТЕЛЬСТВО РОССИЙСКОЙ ФЕДЕРАЦИИ

ПОСТАНОВЛЕНИЕ

от 30 сентября 2022 г. № 1729

О списке садовых мастерских

1. Утвердить прилагаемое Положение.

УТВЕРЖДЕНО
постановлением Правительства
Российской Федерации
от 30 сентября 2022 г. № 1729

ПОЛОЖЕНИЕ
о списке садовых мастерских

1. Список ведёт министерство.

2. Ответ даётся за двадцать дней.

3. Мастерская вносится в список, если:

а) {share};

б) {state};

в) на её сайте размещена информация о работе.
"""
SHARE = "доходы от деятельности в области информационных технологий составляют {} процентов всех её доходов"
STATE = "участие государства в мастерской составляет менее 50 процентов"
WHOLE = {
    "okved_in_annex_1": True, "it_income_share": 65, "pay_not_below_average": True, "site_describes_it": True,
    "tax_secrecy_consent": True, "state_share": 0, "accredited": False,
}  # fmt: skip


def decree(share="более 30", state=STATE):
    return DECREE.format(share=SHARE.format(share), state=state)


def taken(home, edition=EDITION, authority=None, **said):
    """Take the act in as it was on the day ``edition``; None: as it was signed."""
    return home.take("1729.txt", decree(**said), authority, edition)


@pytest.fixture
def home(tmp_path):
    made = Home.new(tmp_path)
    yield made
    made.library.close()


def checked(home, lang="en", **facts):
    return home.assistant.check("it_accreditation", {**WHOLE, **facts}, as_of=DAY, lang=lang)


def criterion(result, name):
    return next(each for each in result.criteria if each.id == name)


def flagged(home):
    return [(each.criterion, each.trouble) for each in home.assistant.review_measures(as_of=DAY, lang="en")]


# ── the act's own text ────────────────────────────────────────────────────────────────────────────


def test_without_the_act_the_criterion_is_from_the_press_and_the_verdict_provisional(home):
    result = checked(home)
    share = criterion(result, "acc_it_share")
    assert (share.state, share.confidence, share.held) == ("met", "press", "not_held")
    assert share.check and {each.authority for each in share.citations} == {"digest"}
    assert any("30%" in reason for reason in result.because)
    assert result.provisional


def test_an_act_that_says_the_same_confirms_the_criterion(home):
    taken(home)
    result = checked(home)
    for name, place in (("acc_it_share", "att1/p3/а"), ("acc_state_share", "att1/p3/б")):
        found = criterion(result, name)
        assert (found.state, found.confidence, found.held) == ("met", "text", "confirmed"), name
        assert found.check is None
        first = found.citations[0]
        assert (first.ref, first.authority) == (f"{ACT}#{place}", "official")
        assert first.gloss is not None and first.gloss.by == "digest"
        row = next(row for row in home.view.of_act(ACT) if row.authority == "official")
        assert home.view.edition(row.id).text[first.start : first.end] == first.quote
        assert not any(found.rule in reason for reason in result.because), name
    assert result.provisional, "pay and consent are still from the press"
    assert flagged(home) == []


def test_a_rule_without_a_number_is_quoted_and_stays_as_it_was_known(home):
    taken(home)
    site = criterion(checked(home), "acc_site")
    assert (site.held, site.confidence, site.state) == ("located", "press", "met")
    assert site.citations[0].ref == f"{ACT}#att1/p3/в"
    assert "read it" in site.note


def test_a_rule_that_the_text_does_not_have_is_said_not_to_be_found(home):
    taken(home)
    pay = criterion(checked(home), "acc_pay")
    assert (pay.held, pay.confidence, pay.state) == ("not_found", "press", "met")
    assert "not found" in pay.note and pay.check


@pytest.mark.parametrize("share", ["более 45", "не менее 30", "менее 30"])
def test_nobody_is_judged_by_a_criterion_that_the_text_states_otherwise(home, share):
    taken(home, share=share)
    result = checked(home)
    found = criterion(result, "acc_it_share")
    assert (found.state, found.held, found.confidence) == ("unknown", "differs", "press")
    assert SHARE.format(share) in found.reason
    assert result.verdict == "insufficient"
    assert any("acc_it_share" in each.to_check for each in result.missing)
    assert any("another threshold" in warning for warning in result.warnings)
    assert (checked(home, it_income_share=10)).verdict == "insufficient"
    assert "говорит иначе" in criterion(checked(home, lang="ru"), "acc_it_share").reason


def test_a_criterion_in_dispute_does_not_hold_up_what_others_decide(home):
    taken(home, share="более 45")
    assert checked(home, site_describes_it=False).verdict == "not_eligible"


def test_another_threshold_is_flagged_for_review(home):
    taken(home, share="более 45")
    (flag,) = home.assistant.review_measures(as_of=DAY, lang="en")
    assert (flag.measure, flag.criterion, flag.trouble) == ("it_accreditation", "acc_it_share", "differs")
    assert flag.ref == f"{ACT}#att1/p3/а" and "45" in flag.told


@pytest.mark.parametrize(
    "state",
    [
        "мастерская с долей участия государства 50 процентов и более в список не вносится",
        "мастерские, в которых доля участия государства не менее 50 процентов, не могут быть в списке",
        "доля участия государства любая, за исключением 50 процентов и более",
    ],
)
def test_what_bars_from_fifty_percent_on_is_the_same_as_less_than_fifty_required(home, state):
    taken(home, state=state)
    assert criterion(checked(home), "acc_state_share").held == "confirmed"


@pytest.mark.parametrize(
    "state",
    [
        "доля участия государства не менее 50 процентов",
        "доля участия государства составляет 50 процентов и более",
        "мастерская с долей участия государства менее 50 процентов в список не вносится",
    ],
)
def test_a_bound_is_turned_round_only_where_the_sentence_bars(home, state):
    """From 50 % on is wanted where less than 50 % should be, or less than 50 % keeps out."""
    taken(home, state=state)
    found = criterion(checked(home), "acc_state_share")
    assert (found.held, found.state) == ("differs", "unknown")


@pytest.mark.parametrize(
    ("lead", "state", "held"),
    [
        ("не вносится в список, если", "доля участия государства 50 процентов и более", "confirmed"),
        ("не вносится в список, если", "доля участия государства менее 50 процентов", "differs"),
        ("вносится в список, если", "доля участия государства менее 50 процентов", "confirmed"),
    ],
)
def test_what_opens_a_list_may_bar_what_its_items_name(home, lead, state, held):
    text = decree(state=state).replace("вносится в список, если", lead)
    home.take("1729.txt", text, None, EDITION)
    assert criterion(checked(home), "acc_state_share").held == held


def test_the_number_without_a_bound_is_shown_and_confirms_nothing(home):
    taken(home, share="30")
    found = criterion(checked(home), "acc_it_share")
    assert (found.held, found.confidence, found.state) == ("located", "press", "met")
    assert found.citations[0].ref == f"{ACT}#att1/p3/а" and found.check
    assert flagged(home) == []


# ── texts that are not those of the day ───────────────────────────────────────────────────────────


@pytest.mark.parametrize("share", ["более 30", "более 45"])
@pytest.mark.parametrize("edition", [None, "2024-08-27", "2027-01-01"], ids=["signed", "amended", "not yet"])
def test_a_text_not_in_force_on_the_day_is_shown_and_neither_confirms_nor_disputes(home, edition, share):
    taken(home, edition, share=share)
    result = checked(home)
    found = criterion(result, "acc_it_share")
    assert (found.held, found.confidence, found.state) == ("located", "press", "met")
    assert (found.citations[0].ref, found.citations[0].authority) == (f"{ACT}#att1/p3/а", "official")
    assert found.citations[0].currency == (
        "not_yet_in_force" if edition == "2027-01-01" else "amended_text_not_held"
    )
    assert (result.verdict, result.provisional) == ("eligible", True)
    assert flagged(home) == []


@pytest.mark.parametrize(("share", "held"), [("более 30", "confirmed"), ("более 45", "differs")])
def test_the_same_text_confirms_or_disputes_while_it_is_in_force(home, share, held):
    taken(home, None, share=share)
    result = home.assistant.check("it_accreditation", WHOLE, as_of="2022-12-15", lang="en")
    assert criterion(result, "acc_it_share").held == held


def test_the_edition_of_the_day_is_heard_beside_earlier_ones(home):
    taken(home, None, share="более 45")
    home.take("1729-2026.txt", decree(), None, EDITION)
    assert criterion(checked(home), "acc_it_share").held == "confirmed"
    earlier = home.assistant.check("it_accreditation", WHOLE, as_of="2022-12-15", lang="en")
    assert criterion(earlier, "acc_it_share").held == "differs"


def test_a_text_that_somebody_uploaded_raises_no_confidence(home):
    taken(home, authority=Authority.USER)
    found = criterion(checked(home), "acc_it_share")
    assert (found.held, found.confidence, found.state) == ("confirmed", "press", "met")
    assert "uploaded" in found.note and found.check


def test_what_was_read_in_the_text_is_not_sought_again(home):
    held = measures()["software_register"].criterion("reg_foreign_pay")
    assert held.confidence == Confidence.TEXT
    assert heard(held, home.view, TODAY).check == "not_sought"


# ── words that change ─────────────────────────────────────────────────────────────────────────────


def test_the_measures_rest_on_the_words_of_the_embedded_corpus():
    assert flags(measures().values(), embedded().view, TODAY, "en") == []


def gardens(home, *evidence, confidence="text"):
    """A measure that rests on what is given."""
    words = {"ru": "сад", "en": "garden"}
    rule = {
        "id": "roses", **words, "confidence": confidence, "evidence": list(evidence),
        "check_ru": "Сверьте.", "check_en": "Check.", "test": {"fact": "staff", "op": ">", "thresholds": [{"value": 3}]},
    }  # fmt: skip
    return Measure.model_validate(
        {"id": "gardens", "kind": "support", "title": words, "about": words, "acts": ["ru-fz-1-2020"],
         "reviewed": DAY, "criteria": [rule], "requires": {"all": ["roses"]}}
    )  # fmt: skip


def noted(home, ref):
    """Evidence with the hash of its words as they are now."""
    source = source_of(Evidence(ref=ref), home.view, TODAY, "ru")
    return {"ref": ref, "hash": hash_of(words_of(source, home.view))}


def troubles(home, measure):
    return [(each.ref, each.trouble) for each in flags([measure], home.view, TODAY, "en")]


LAW = "ru-fz-1-2020#st1/ch2/p2"


def test_a_new_edition_with_other_words_is_flagged(home):
    home.library.put_edition(edition_draft())
    measure = gardens(home, noted(home, LAW))
    assert troubles(home, measure) == []
    home.library.put_edition(
        edition_draft(edition="2025-01-01", text=WATER_LAW.replace("300", "500"), path="new.txt")
    )
    (flag,) = flags([measure], home.view, TODAY, "en")
    assert (flag.ref, flag.trouble, flag.edition) == (LAW, "changed", "2025-01-01")
    assert flag.hash != measure.criteria[0].evidence[0].hash
    assert DAY in flag.told
    earlier = flags([measure], home.view, date(2024, 12, 31), "en")
    assert earlier == [], "on an earlier day the earlier words are those of the day"


def test_a_new_edition_with_the_same_words_of_the_provision_is_not_flagged(home):
    home.library.put_edition(edition_draft())
    measure = gardens(home, noted(home, LAW))
    other = WATER_LAW.replace("комиссия по садам", "совет по садам")
    home.library.put_edition(edition_draft(edition="2025-01-01", text=other, path="new.txt"))
    assert troubles(home, measure) == []
    assert source_of(Evidence(ref=LAW), home.view, TODAY, "ru").row.edition == "2025-01-01"


def test_a_provision_that_is_gone_and_an_act_not_held_are_missing(home):
    home.library.put_edition(edition_draft())
    measure = gardens(home, {"ref": "ru-fz-1-2020#st9"}, {"ref": "ru-fz-404-2020#digest/1"})
    assert troubles(home, measure) == [
        ("ru-fz-1-2020#st9", "missing"),
        ("ru-fz-404-2020#digest/1", "missing"),
    ]


def test_an_act_not_held_whose_fact_our_digest_tells_is_nothing_to_flag(home):
    fact = noted(home, f"{ACT}#digest/4")
    assert troubles(home, gardens(home, {"ref": f"{ACT}#att1/p4"}, fact)) == []


def test_words_nobody_noted_are_flagged_with_their_hash(home):
    home.library.put_edition(edition_draft())
    (flag,) = flags([gardens(home, {"ref": LAW})], home.view, TODAY, "ru")
    assert flag.trouble == "unhashed" and flag.hash in flag.told and "hash" in flag.told


def test_a_fact_of_a_digest_whose_words_change_is_flagged(home):
    fact = noted(home, f"{ACT}#digest/4")
    measure = gardens(home, fact | {"hash": "0123456789abcdef"}, confidence="press")
    (flag,) = flags([measure], home.view, TODAY, "en")
    assert (flag.trouble, flag.hash) == ("changed", fact["hash"])


def test_a_later_amendment_whose_text_is_not_held_is_told_and_is_no_change(home):
    home.library.put_edition(edition_draft())
    measure = gardens(home, noted(home, LAW))
    home.library.put_catalogue(
        [], [RelationDraft("ru-fz-2-2024", "amends", "ru-fz-1-2020", date="2024-05-01", in_force_from="2024-05-01")], "x"
    )  # fmt: skip
    (flag,) = flags([measure], home.view, TODAY, "en")
    assert flag.trouble == "amended" and flag.ref in flag.told


def test_measures_of_one_name_are_each_judged_by_their_own_evidence(home):
    held = measures()["it_accreditation"]
    stale = held.model_copy(update={"criteria": tuple(_stale(each) for each in held.criteria)})
    view = home.view
    assert flags([held], view, TODAY, "en") == []
    assert {each.trouble for each in flags([stale], view, TODAY, "en")} == {"changed"}
    assert flags([held], view, TODAY, "en") == []


def _stale(rule):
    """The criterion as if it had been reviewed with other words."""
    return rule.model_copy(
        update={"evidence": tuple(each.model_copy(update={"hash": "0" * 16}) for each in rule.evidence)}
    )


def test_what_changed_is_told_beside_the_criterion_that_rests_on_it(home, monkeypatch):
    held = measures()["it_accreditation"]
    stale = _stale(held.criterion("acc_site"))
    changed = held.model_copy(
        update={"criteria": tuple(stale if each.id == "acc_site" else each for each in held.criteria)}
    )
    monkeypatch.setitem(measures(), "it_accreditation", changed)
    result = checked(home)
    assert f"{ACT}#digest/8" in criterion(result, "acc_site").warning
    assert criterion(result, "acc_pay").warning is None
    assert any("have changed" in warning for warning in result.warnings)


# ── hashes ────────────────────────────────────────────────────────────────────────────────────────


def test_a_hash_changes_with_the_words_and_not_with_how_they_are_set():
    plain = hash_of("Доля «ИТ»  доходов — не менее 30 %, её считают")
    assert plain == hash_of('Доля "ИТ" доходов - не менее\n30 %, ее считают')
    assert plain != hash_of("Доля «ИТ» доходов — не менее 50 %, её считают")
    assert plain != hash_of("Доля «ИТ» доходов — менее 30 %, её считают")
    assert len(plain) == 16


def test_every_piece_of_evidence_is_reviewed():
    for each in measures().values():
        found = [piece for _, piece in pieces(each)]
        of_criteria = [piece for criterion_ in each.criteria for piece in criterion_.evidence]
        assert set(map(id, of_criteria)) <= set(map(id, found))
        assert all(piece.hash for piece in found), each.id


def test_a_criterion_can_be_sought_only_with_words():
    held = measures()["it_accreditation"].criterion("acc_before_august_2022")
    assert isinstance(held, Criterion) and not held.seek
