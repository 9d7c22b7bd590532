"""Whether to answer is decided on evidence; an abstention says what was searched and what is missing."""

import math
from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assistant.answer import abstain, threshold
from assistant.answer.compose import Span
from assistant.answer.evidence import FEATURES, cover, features
from assistant.answer.grounds import LEAD_IN_CHARS, quoted
from assistant.answer.threshold import FILE, LEAST_CHUNKS, Threshold, threshold_of
from assistant.data_files import load_checked
from assistant.errors import PolicyError
from assistant.library import Library
from assistant.library.drafts import ActDraft
from assistant.library.view import Filters, LibraryView
from assistant.model import Authority
from assistant.query import read_question
from assistant.ranked import Ranked, TokenMatch
from tests.assistant.answer.conftest import LAW, RULE, facts, key, order_draft, ranked, rule_draft
from tests.builders import StemEmbedder, edition_draft

PONDS = "ru-ukaz-7-2022"
DAY = date(2026, 6, 1)


@pytest.fixture(scope="module")
def held(tmp_path_factory):
    """A law, a regulation with a digest, and a decree that only the catalogue knows."""
    library = Library(f"sqlite:///{tmp_path_factory.mktemp('evidence') / 'library.sqlite'}")
    known = ActDraft(id=PONDS, kind="decree", title_ru="О прудах", title_en="On ponds", number="7",
                     date="2022-02-03", jurisdiction="ru", official_url="https://ponds.example/7",
                     aliases=["указ о прудах"], in_catalogue=True)  # fmt: skip
    library.put_catalogue([known], [], "catalogue")
    for made in (edition_draft(LAW, "2024-03-01"), order_draft(), rule_draft()):
        library.put_edition(made)
    library.put_edition(
        facts(RULE, (1, "Штраф до 500 тыс. евро.", "Up to EUR 500,000.", ["art1/1"], "press"))
    )
    yield LibraryView(library)
    library.close()


def read(held, question, lang=None):
    return read_question(question, held, Filters(as_of=DAY), lang=lang)


def rarity(reading):
    return dict.fromkeys(reading.terms, 1.0)


def found(held, *places, cosine=0.8, match=None):
    made = ranked(held, *places)
    for entry in made:
        entry.cosine, entry.match = cosine, match
    return made


def weighed(held, question, *places, **entry):
    reading = read(held, question)
    return features(reading, found(held, *places, **entry), held, rarity(reading))


BEST = ((LAW, "st1/ch1"), (LAW, "st1/ch2"), (RULE, "art1/1"), (LAW, "st2/ch1"))


# ── features ──────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("places", [(), BEST[:1], BEST])
def test_every_feature_has_a_value_and_no_other(held, places):
    assert set(weighed(held, "Сколько литров воды?", *places)) == set(FEATURES)


def test_where_nothing_was_found_nothing_speaks_for_an_answer(held):
    assert set(weighed(held, "Сколько литров воды?").values()) == {0.0}


WORDS = st.sampled_from(
    ["сколько", "когда", "кто", "how many", "who", "when", "розы", "roses", "садовник", "300", "7 %", "2031", "ст. 5",
     "Указ 490", "№", "Москва", "в Татарстане", "France", "будет ли", "will", "ИИ", "ЕС", "不可", "α", "«", "–", "😀",
     "\u202e", "ё", "1e309", "1/0", "00000000000000000000", "не", "-", "?", "%s", "  ", "\t\n"]
)  # fmt: skip
ODD = st.one_of(
    st.lists(WORDS, max_size=12).map(" ".join), st.text(max_size=60), st.text("0123456789., -/%", max_size=30)
)
SCORES = st.floats(-50, 50)


@given(ODD, st.lists(st.tuples(st.sampled_from(BEST), SCORES, st.floats(-1, 1)), max_size=6), st.booleans())
@settings(max_examples=150, deadline=None)
def test_features_are_finite_for_any_question(held, question, places, matched):
    match = TokenMatch(0.5, 0.2, 0.1, 0.05) if matched else None
    entries = []
    for (act, pid), score, cosine in places:
        row = held.editions[key(held, act)]
        entries.append(Ranked(row.id, pid, score, cosine, 0.0, row.lang, match=match))
    entries.sort(key=lambda entry: -entry.score)
    reading = read(held, question)
    given_ = features(reading, entries, held, rarity(reading))
    assert set(given_) == set(FEATURES)
    assert all(isinstance(value, float) and math.isfinite(value) for value in given_.values())
    for name in (
        "cover",
        "first_cover",
        "digest",
        "typed",
        "typed_cover",
        "unknown_act",
        "place_missing",
        "later",
    ):
        assert 0 <= given_[name] <= 1 + 1e-9
    for each in threshold._held():
        assert 0 <= each.answerable(given_) <= 1


def test_features_are_finite_where_no_word_of_the_question_is_rare(held):
    reading = read(held, "розы")
    for weights in ({}, {"роз": 0.0}):
        given_ = features(reading, found(held, *BEST), held, weights)
        assert all(math.isfinite(value) for value in given_.values())


def test_the_score_distribution_is_seen(held):
    reading = read(held, "Когда садовник поливает розы?")
    close, far = found(held, *BEST), found(held, *BEST)
    for entry in far[1:]:
        entry.score -= 1.5
    gaps = [features(reading, each, held, rarity(reading))["gap"] for each in (close, far)]
    assert gaps[0] < gaps[1]


def test_cover_is_the_share_of_the_questions_words_by_rarity(held):
    reading = read(held, "садовник поливает пруд")
    entry = found(held, (LAW, "st1/ch1"))[0]
    assert cover(entry, reading, held, rarity(reading)) == pytest.approx(2 / 3)
    heavy = {term: 8.0 if term.startswith("пруд") else 1.0 for term in reading.terms}
    assert cover(entry, reading, held, heavy) == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("question", "feature"),
    [
        ("Что сказано о розах в Указе № 999 от 01.02.2021?", "unknown_act"),
        ("Что сказано о розах в Указе № 7 от 03.02.2022?", "unheld_act"),
        ("Какие правила полива роз действуют в Японии?", "place_missing"),
        ("Какой план полива роз на 2031 год?", "later"),
        ("Will the commission water roses in the coming years?", "forecast"),
        ("Какой телефон у комиссии по розам?", "outside"),
    ],
)
def test_what_is_named_and_not_held_is_seen(held, question, feature):
    assert weighed(held, question, *BEST)[feature] == 1.0
    assert weighed(held, "Как садовник поливает розы?", *BEST)[feature] == 0.0


def test_the_kind_of_thing_asked_for_is_there_or_missing(held):
    question = "В какой срок платят штраф?"
    for place, there in (((RULE, "art1/2"), 1.0), ((LAW, "st1/ch1"), 0.0)):
        made = weighed(held, question, place)
        assert (made["term_there"], made["term_missing"]) == (there, 1.0 - there)
    unasked = weighed(held, "Как платят штраф?", (RULE, "art1/2"))
    assert (unasked["term_there"], unasked["term_missing"]) == (0.0, 0.0)


def test_a_number_is_looked_for_beside_the_word_that_is_counted(held):
    near = weighed(held, "Сколько литров воды подают?", (LAW, "st1/ch2/p2"))
    assert (near["typed"], near["number_near"]) == (1.0, 1.0)
    assert weighed(held, "Сколько комиссий ведёт надзор?", (LAW, "st1/ch2/p2"))["number_near"] == 0.0


# ── thresholds ────────────────────────────────────────────────────────────────────────────────


def embedder(name="multilingual-e5-small", adapter="held"):
    return SimpleNamespace(identity=SimpleNamespace(name=name), adapter=adapter)


def test_the_known_embedder_has_learnt_thresholds_for_large_libraries_and_for_small_ones():
    small, large = threshold_of(embedder(), LEAST_CHUNKS - 1), threshold_of(embedder(), LEAST_CHUNKS)
    assert (large.embedder, large.adapter, large.least_chunks) == ("multilingual-e5-small", True, 5_000)
    assert (small.embedder, small.adapter, small.least_chunks) == ("multilingual-e5-small", True, 0)
    assert threshold_of(embedder(), 0) == small
    assert threshold_of(embedder(), 10 * LEAST_CHUNKS) == large


@pytest.mark.parametrize("model", [embedder(name="another-model"), embedder(adapter=None), StemEmbedder()])
@pytest.mark.parametrize("chunks", [0, 10 * LEAST_CHUNKS])
def test_an_unknown_embedder_has_the_plainer_rule(model, chunks):
    assert threshold_of(model, chunks) is None


def test_a_text_with_nearly_all_the_words_of_a_terse_question_is_enough_and_sooner_in_a_small_library():
    nothing = dict.fromkeys(FEATURES, 0.0)
    small, large = threshold_of(embedder(), 0), threshold_of(embedder(), LEAST_CHUNKS)
    assert not small.enough(nothing)
    assert not large.enough(nothing)
    assert small.enough(nothing | {"cover": 0.85})
    assert not large.enough(nothing | {"cover": 0.85})
    assert large.enough(nothing | {"cover": 0.95})


def test_each_threshold_is_data_with_its_provenance():
    held = threshold._held()
    assert held
    assert len({(each.embedder, each.adapter, each.least_chunks) for each in held}) == len(held)
    for each in held:
        assert each.embedder
        assert any(character.isdigit() for character in each.learnt_from)  # how many questions
        assert 0 < each.probability < 1
        assert set(each.weight) == set(each.mean) == set(each.scale) <= set(FEATURES)
        assert all(scale > 0 for scale in each.scale.values())
        assert all(map(math.isfinite, [*each.weight.values(), *each.mean.values(), each.intercept]))


@pytest.mark.parametrize("lost", ["learnt_from", "probability", "embedder"])
def test_a_threshold_without_provenance_is_not_taken(tmp_path, lost):
    lines = FILE.read_text(encoding="utf-8").replace("- embedder", "  embedder").splitlines()
    entry = [line for line in lines if not line.strip().startswith((f"{lost}:", "halves, all"))]
    broken = tmp_path / "thresholds.yaml"
    broken.write_text("\n".join([f"- {entry[0].strip()}", *entry[1:]]), encoding="utf-8")
    with pytest.raises(PolicyError):
        load_checked(broken, threshold.TypeAdapter(list[Threshold]), "list of thresholds", "список порогов")


def logistic(probability=0.5, **weight):
    return Threshold(embedder="any", adapter=False, learnt_from="nothing", probability=probability, intercept=0.0,
                     mean=dict.fromkeys(weight, 0.5), scale=dict.fromkeys(weight, 0.1), weight=weight)  # fmt: skip


def test_a_threshold_is_a_logistic_regression_over_standardised_features():
    learnt = logistic(cosine=2.0, cover=-1.0)
    assert learnt.answerable({"cosine": 0.5, "cover": 0.5}) == pytest.approx(0.5)
    assert learnt.answerable({"cosine": 0.6, "cover": 0.7}) == pytest.approx(1 / (1 + math.exp(0)))
    assert learnt.answerable({"cosine": 0.7, "cover": 0.5}) == pytest.approx(1 / (1 + math.exp(-4)))
    assert learnt.enough({"cosine": 0.5, "cover": 0.5})
    assert not learnt.enough({"cosine": 0.49, "cover": 0.5})


# ── abstention ────────────────────────────────────────────────────────────────────────────────


def refused(held, question, *places, learnt=None, lang=None, **entry):
    reading = read(held, question, lang)
    return abstain.refuse(reading, found(held, *places, **entry), held, rarity(reading), learnt)


def test_no_cosine_alone_decides(held):
    off = "Какая погода будет завтра в горах?"
    on = "Когда садовник обязан поливать розы?"
    assert refused(held, off, *BEST, cosine=0.45) is not None
    assert refused(held, on, *BEST, cosine=0.45) is None


def test_a_learnt_threshold_decides_instead_of_the_plainer_rule(held):
    on = "Когда садовник поливает розы утром?"
    assert refused(held, on, *BEST) is None
    assert refused(held, on, *BEST, learnt=logistic(cosine=-9.0)) is not None
    assert refused(held, "Какая погода?", *BEST, cosine=0.1) is not None
    assert refused(held, "Какая погода?", *BEST, cosine=0.1, learnt=logistic(cosine=-9.0)) is None


@pytest.mark.parametrize("learnt", [None, logistic(cosine=-9.0)])
def test_where_nothing_was_found_nothing_is_answered(held, learnt):
    answer = refused(held, "Когда садовник поливает розы?", learnt=learnt)
    assert answer.status == "abstained"
    assert answer.nearest == []


@pytest.mark.parametrize("learnt", [None, logistic(cosine=9.0)])
@pytest.mark.parametrize(
    "question",
    [
        "Что сказано о розах в Указе № 999 от 01.02.2021?",
        "Что сказано о розах в Указе № 7 от 03.02.2022?",
        "What does Regulation (EU) 2019/777 say of roses?",
    ],
)
def test_a_named_act_that_is_not_held_is_not_answered_from_another(held, question, learnt):
    assert refused(held, question, *BEST, cosine=0.99, learnt=learnt).status == "abstained"


def test_an_abstention_names_what_was_searched_what_came_nearest_and_what_to_add(held):
    answer = refused(held, "Что говорит указ № 7 от 3 февраля 2022 г. о прудах?", *BEST)
    assert answer.nearest == [f"{act}#{pid}" for act, pid in BEST]
    assert answer.missing == [PONDS]
    searched = len(held.in_scope(Filters(as_of=DAY)))
    assert searched == 4
    assert f"Просмотрено текстов: {searched}, на дату 01.06.2026." in answer.answer
    assert "«О прудах»" in answer.answer
    assert "https://ponds.example/7" in answer.answer
    assert (answer.claims, answer.citations) == ([], [])
    assert (answer.as_of, answer.library_version) == ("2026-06-01", held.version)


def test_an_abstention_is_in_the_readers_language(held):
    answer = refused(held, "Что говорит указ № 7 от 3 февраля 2022 г. о прудах?", *BEST, lang="en")
    assert f"Texts searched: {len(held.in_scope(Filters(as_of=DAY)))}, as of 2026-06-01." in answer.answer
    assert "“On ponds”" in answer.answer
    assert answer.language == "en"


def test_an_act_nobody_knows_is_named_as_it_was_asked_for(held):
    answer = refused(held, "Что сказано о розах в Указе № 999 от 01.02.2021?", *BEST)
    assert "№ 999" in answer.answer
    assert answer.missing == []


def test_at_most_five_nearest_provisions_are_named(held):
    answer = refused(held, "Какая погода?", *BEST, *BEST, cosine=0.1)
    assert len(answer.nearest) == 5


def test_an_answer_about_two_acts_says_which_of_them_is_not_held(held):
    reading = read(held, "Чем закон № 1-ФЗ от 01.01.2020 отличается от указа № 7 от 03.02.2022?")
    made = abstain.abstention(reading, [], held).model_copy(update={"answer": "Отличается."})
    told = abstain.add_missing(made, reading, held)
    assert told.missing == [PONDS]
    assert told.answer == f"Отличается.\n\nВ библиотеке нет: «О прудах» ({PONDS})."


# ── quotations as evidence ────────────────────────────────────────────────────────────────────


def test_a_ground_is_the_exact_words_with_the_headings_and_lead_ins_above(view):
    edition = view.edition(key(view, LAW))
    node = edition.provisions["st1/ch2/p2"]
    ground = quoted(Span(edition.row.id, node.id, node.start, node.end), view)
    assert ground.text == edition.text[node.start : node.end]
    assert ground.context.splitlines() == ["Статья 1. Правила полива", "2. Полив включает:"]
    assert ground.cited.act == LAW
    assert ground.cited.provision == "st1/ch2/p2"
    assert {"1-ФЗ", "О поливе роз", "On watering"} <= set(ground.cited.names)
    assert {"2020-01-01", "2024-03-01"} == set(ground.cited.dates)
    assert ground.published
    assert len(ground.context) < LEAD_IN_CHARS


def test_a_digest_is_published_and_an_upload_is_not(library):
    library.put_edition(edition_draft("ru-note-2024", path="note.txt", authority=Authority.USER))
    view = LibraryView(library)
    for act, authority, pid in ((RULE, "digest", "digest/1/ru"), ("ru-note-2024", "user", "st1/ch1")):
        span = Span(key(view, act, authority=authority), pid, 0, 5)
        assert quoted(span, view).published is (authority == "digest")
