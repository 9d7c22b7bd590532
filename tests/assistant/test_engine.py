import pytest

from assistant.errors import InputError, NotHeldError
from assistant.index.derive import reconcile
from assistant.model import Answer, Hit

LAW = "ru-fz-1-2020"


def exact(answer, garden):
    view = garden.view
    for citation in answer.citations:
        texts = [
            view.edition(row.id).text for row in view.of_act(citation.act) if row.edition == citation.edition
        ]
        assert citation.quote in [text[citation.start : citation.end] for text in texts]
    return True


def test_a_question_is_answered_with_the_words_of_the_act(garden):
    answer = garden.ask("Когда садовник обязан поливать розы?")
    assert answer.status == "answered"
    assert "утром" in answer.answer
    assert answer.citations[0].ref.startswith(f"{LAW}#st1")
    assert answer.claims[0].support == "verbatim"
    assert answer.citations[0].edition == "2024-03-01"
    assert answer.citations[0].currency == "current"
    assert exact(answer, garden)


def test_every_claim_has_its_citations_and_every_citation_is_used(garden):
    answer = garden.ask("Что включает полив?")
    used = {number for claim in answer.claims for number in claim.citations}
    assert used == {citation.id for citation in answer.citations}


def test_a_provision_named_in_the_question_is_answered_from_it(garden):
    answer = garden.ask("Что говорит ч. 1 ст. 2 закона 1-ФЗ?")
    assert answer.citations[0].ref == f"{LAW}#st2/ch1"
    assert answer.citations[0].quote == "Надзор ведёт комиссия по садам."


def test_the_edition_in_force_at_the_date_is_cited(garden):
    answer = garden.ask("Когда садовник обязан поливать розы?", as_of="2021-06-01")
    assert {citation.edition for citation in answer.citations} == {"2020-01-01"}
    assert answer.as_of == "2021-06-01"


def test_a_date_said_in_the_question_counts(garden):
    answer = garden.ask("Когда садовник обязан поливать розы по состоянию на 1 июня 2021 г.?")
    assert answer.as_of == "2021-06-01"


def test_what_the_texts_do_not_say_is_refused_with_what_was_nearest(garden):
    answer = garden.ask("Сколько стоит билет на поезд до Владивостока?")
    assert answer.status == "abstained"
    assert not answer.claims
    assert not answer.citations


def test_an_act_without_a_text_is_named_as_missing_with_its_address(garden):
    answer = garden.ask("Что требует указ 7 от 03.02.2022?")
    assert answer.status == "abstained"
    assert answer.missing == ["ru-ukaz-7-2022"]
    assert "https://ponds.example/7" in answer.answer


def test_an_unknown_act_is_not_answered_from_another(garden):
    answer = garden.ask("Когда поливать розы по указу № 4242?")
    assert answer.status == "abstained"
    assert "4242" in answer.answer


def test_a_digest_is_cited_as_our_words_with_its_confidence(garden):
    answer = garden.ask("С какого месяца открыт цветник?")
    citation = answer.citations[0]
    assert (citation.authority, citation.confidence) == ("digest", "press")
    assert citation.url == "https://garden.example/press"
    assert "наше изложение" in answer.answer


def test_the_answer_is_in_the_language_of_the_question_unless_told_otherwise(garden):
    assert garden.ask("When is the flower garden open?").language == "en"
    assert garden.ask("When is the flower garden open?", lang="ru").language == "ru"


def test_search_ranks_and_filters(garden):
    hits = garden.search("полив роз утром", k=3)
    assert [hit.rank for hit in hits] == list(range(1, len(hits) + 1))
    assert all(first.score >= second.score for first, second in zip(hits, hits[1:], strict=False))
    assert {hit.edition for hit in hits if hit.act == LAW} == {"2024-03-01"}
    assert all(hit.authority == "digest" for hit in garden.search("цветник", authority="digest"))
    assert garden.search("полив", jurisdiction="eu") == []
    assert all(hit.lang == "en" for hit in garden.search("garden", text_lang="en"))


def test_the_same_question_gives_the_same_answer(garden):
    first, second = (garden.ask("Кто ведёт надзор?") for _ in range(2))
    assert first.model_dump(exclude={"timings_ms"}) == second.model_dump(exclude={"timings_ms"})


def test_answers_and_hits_have_the_fields_of_the_contract(garden):
    assert set(Answer.model_fields) >= {
        "status", "language", "question", "rewritten", "answer", "claims", "citations", "conflicts", "withheld",
        "nearest", "missing", "options", "as_of", "library_version", "backend", "usage", "timings_ms",
    }  # fmt: skip
    assert list(Hit.model_fields) == [
        "rank", "score", "ref", "act", "title", "number", "date", "issuer", "edition", "currency", "authority",
        "provision", "label", "page", "start", "end", "text", "lang",
    ]  # fmt: skip


@pytest.mark.parametrize("question", ["", "   ", "???", "\n\t", "—"])
def test_an_empty_question_is_refused_with_advice(garden, question):
    with pytest.raises(InputError, match="empty"):
        garden.ask(question)


def test_an_endless_question_is_refused_with_its_length(garden):
    with pytest.raises(InputError, match="100000 characters"):
        garden.ask("а" * 100_000)


def test_what_cannot_be_a_filter_is_refused(garden):
    with pytest.raises(InputError, match="not a date"):
        garden.ask("Полив?", as_of="завтра")
    with pytest.raises(NotHeldError, match="no act 'ru-fz-404-2020'"):
        garden.ask("Полив?", act="ru-fz-404-2020")


@pytest.mark.parametrize("typed", ["st1/ch2/p1", "п. 1 ч. 2 ст. 1", "статья 1 часть 2 пункт 1"])
def test_a_provision_is_shown_by_id_or_as_people_write_it(garden, typed):
    shown = garden.show(LAW, typed)
    assert shown.text == "1) осмотр грядки;"
    assert shown.ref == f"{LAW}#st1/ch2/p1"


def test_a_whole_act_and_an_earlier_edition_are_shown(garden):
    assert garden.show("закон о поливе").text.startswith("Статья 1.")
    assert garden.show(LAW, edition="2020-01-01").edition == "2020-01-01"
    assert garden.show(LAW, edition="2020-01-01").currency == "superseded"
    with pytest.raises(NotHeldError, match="no provision 'ст. 9'"):
        garden.show(LAW, "ст. 9")
    with pytest.raises(NotHeldError, match="2021-01-01|no such text"):
        garden.show(LAW, edition="2021-01-01")


def test_acts_are_listed_with_their_editions_and_the_catalogue_on_request(garden):
    held = {act.act: act for act in garden.acts()}
    assert held.keys() == {LAW, "ru-ukaz-5-2021"}
    assert [edition.edition for edition in held[LAW].editions] == ["2020-01-01", "2024-03-01"]
    known = {act.act: act for act in garden.acts(catalogue=True)}
    assert known["ru-ukaz-7-2022"].editions == []


def test_a_source_is_the_quotation_in_its_surroundings(garden):
    answer = garden.ask("Когда садовник обязан поливать розы?")
    source = garden.source(answer.citations[0])
    assert source.quote == answer.citations[0].quote
    assert "Правила полива" in "".join(source.headings) or "Правила полива" in source.before + source.quote


def test_a_change_by_another_process_is_seen_by_the_next_question(garden):
    assert garden.ask("Когда поливать розы?").status == "answered"
    for row in garden.library.editions(LAW):
        garden.library.remove_edition(row.id)
    reconcile(garden.indexes, garden.library)
    assert all(hit.act != LAW for hit in garden.search("полив роз"))


def test_a_question_about_an_article_is_answered_with_its_parts_not_its_heading(garden, monkeypatch):
    monkeypatch.setattr("assistant.answer.extractive.WHOLE_CHARS", 20)
    answer = garden.ask("Что говорит статья 1 закона 1-ФЗ?")
    quoted = {citation.provision for citation in answer.citations}
    assert {"st1/ch1", "st1/ch2", "st1/ch2/p1", "st1/ch2/p2"} <= quoted
    assert "вечерний полив не допускается" in answer.answer.lower()


def test_a_long_list_says_how_much_of_it_is_left_out(garden, monkeypatch):
    settings = garden.settings.answer.model_copy(update={"max_list_items": 1})
    garden.settings = garden.settings.model_copy(update={"answer": settings})
    answer = garden.ask("Что включает полив по ч. 2 ст. 1 закона 1-ФЗ?")
    assert "… и ещё 1" in answer.answer


def test_an_unknown_choice_is_refused_rather_than_answered_with_nothing(garden):
    for name in ("kind", "authority", "text_lang", "jurisdiction"):
        with pytest.raises(InputError):
            garden.search("полив", **{name: "offical"})


def test_questions_from_several_threads_survive_a_library_that_changes(garden):
    from concurrent.futures import ThreadPoolExecutor

    from tests.builders import edition_draft

    def ask(number):
        return garden.ask(f"Когда садовник обязан поливать розы, раз {number}?").status

    with ThreadPoolExecutor(4) as pool:
        asked = [pool.submit(ask, number) for number in range(12)]
        for number in range(3):
            garden.library.put_edition(edition_draft(f"ru-fz-{number + 50}-2020", path=f"{number}.txt"))
            reconcile(garden.indexes, garden.library)
        assert {each.result() for each in asked} <= {"answered", "abstained"}


def test_an_abstention_over_an_unfinished_index_says_so(garden):
    from tests.builders import edition_draft

    garden.library.put_edition(edition_draft("ru-fz-60-2020", path="late.txt"))
    assert "ai-policy ingest" in garden.ask("Сколько стоит билет на поезд до Владивостока?").answer
    reconcile(garden.indexes, garden.library)
    assert "ai-policy ingest" not in garden.ask("Сколько стоит билет на поезд до Владивостока?").answer
