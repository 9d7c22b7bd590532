from assistant.answer.compose import Span, Statement, add_translation, compose
from assistant.answer.glosses import told_of
from tests.assistant.answer.conftest import LAW, RULE, facts, key


def quoted(view, act, pid, **found):
    edition = view.edition(key(view, act, **found))
    node = edition.provisions[pid]
    return Statement(edition.text[node.start : node.end], [Span(edition.row.id, pid, node.start, node.end)])


def test_a_foreign_provision_has_the_digest_s_words_in_the_reader_s_language_beside_it(view, reading):
    made = compose([quoted(view, RULE, "art1/1")], view, reading("Какой штраф за засохшие розы?"))
    gloss = made.citations[0].gloss
    assert (gloss.by, gloss.ref, gloss.confidence) == ("digest", f"{RULE}#digest/1/ru", "press")
    lines = made.text.splitlines()
    assert lines[1].startswith("1. Gardeners who let roses dry")
    assert lines[2] == "(наше изложение, по сообщениям прессы: За засохшие розы штраф до 500 тыс. евро.)"


def test_a_short_provision_in_the_reader_s_language_needs_none(view, reading):
    made = compose([quoted(view, RULE, "art1/1")], view, reading("What is the fine for dry roses?"))
    assert made.citations[0].gloss is None


def test_a_long_provision_is_offered_in_our_words_too(library, view, reading, monkeypatch):
    monkeypatch.setattr("assistant.answer.glosses.LONG_PROVISION", 20)
    made = compose([quoted(view, RULE, "art1/1")], view, reading("What is the fine for dry roses?"))
    assert made.text.endswith("(our summary, from press reports: Dry roses cost up to EUR 500,000.)")


def test_a_summary_with_other_numbers_is_no_gloss(view, reading):
    made = compose([quoted(view, RULE, "art1/2")], view, reading("За сколько дней платят штраф?"))
    assert made.citations[0].gloss is None


def test_a_fact_on_several_provisions_is_the_gloss_of_none(view):
    assert [told.fact for told in told_of(view, RULE, "art1/1")] == ["digest/1"]


def test_an_edition_with_a_later_one_has_no_gloss(library, reading):
    from assistant.library.view import LibraryView

    library.put_edition(
        facts(LAW, (1, "Розы поливают утром.", "Roses are watered in the morning.", ["st1/ch1"], "text"))
    )
    view = LibraryView(library)
    asked = reading("When are roses watered?")
    assert (
        compose([quoted(view, LAW, "st1/ch1", edition="2020-01-01")], view, asked).citations[0].gloss is None
    )
    assert (
        compose([quoted(view, LAW, "st1/ch1")], view, asked).citations[0].gloss.text.startswith("Roses are")
    )


def test_who_wants_official_texts_alone_gets_no_gloss(view, reading):
    asked = reading("Какой штраф за засохшие розы?", authority="official")
    assert compose([quoted(view, RULE, "art1/1")], view, asked).citations[0].gloss is None


def test_a_model_s_translation_is_marked_and_stands_beside_the_original(view, reading):
    made = compose([quoted(view, RULE, "art1/2")], view, reading("За сколько дней платят штраф?"))
    quote = made.citations[0].quote
    add_translation(made, 1, "Штраф уплачивается в течение 30 дней.", view, "ru")
    assert made.citations[0].quote == quote
    assert made.citations[0].gloss.by == "llm"
    assert quote in made.text
    assert "(перевод наш, машинный, не официальный: Штраф уплачивается в течение 30 дней.)" in made.text
