"""The Ask tab's handlers, called as Gradio calls them."""

from __future__ import annotations

import asyncio
import re
from types import SimpleNamespace

import pytest

from assistant.records import conversations
from assistant.records.owner import LOCAL, Owner, own_id
from assistant.settings import ReaderSettings, Settings
from assistant.web.ask.turn import DRAWN, Talk
from assistant.web.door.callers import CALLER, HERE
from tests.assistant.web.standin import ACT, ENGLISH_TITLE, QUOTES, StandIn, StandInSource, citation


@pytest.fixture(scope="module")
def tab(tmp_path_factory):
    import gradio as gr

    from assistant.web.ask import AskTab
    from assistant.web.desk import Desk

    standin = StandIn(Settings(home=tmp_path_factory.mktemp("home"), llm="openai:made-up"))
    with gr.Blocks(analytics_enabled=False):
        return AskTab(Desk(standin, gr.State("ru")))


def request(cookies=None, **headers):
    return SimpleNamespace(headers=headers, query_params={}, cookies=cookies or {}, scope={CALLER: HERE})


def run(tab, question, talk=None, lang="ru", llm="extractive"):
    """(what the page showed step by step, the conversation in the end)."""

    async def steps():
        chosen = (" 2025-01-02 ", "", "", ACT, llm)
        return [step async for step in tab.asked(question, talk or Talk(), lang, *chosen, request())]

    made = asyncio.run(steps())
    return made, made[-1].get(tab.parts.talk)


def test_a_question_asked_after_leaving_a_group_shows_none_of_its_earlier_answers(tab):
    own = own_id(Owner("group:lawyers", "lawyers"), "note")
    _, talk = run(tab, "кто в совете?")
    first = talk.turns[0]
    cited = [each.model_copy(update={"act": own}) for each in first.answer.citations]
    first.answer = first.answer.model_copy(update={"citations": cited})
    steps, talk = run(tab, "Кто ещё?", talk)
    assert QUOTES[0] not in "".join(step.get(tab.parts.earlier, "") for step in steps)
    assert 'data-number="0"' in steps[0][tab.parts.earlier]
    assert not talk.turns[0].answer.claims
    assert talk.turns[1].answer.claims


def test_a_growing_answer_sends_no_earlier_turn_again(tab):
    _, talk = run(tab, "кто в совете?")
    steps, talk = run(tab, "Кто ещё?", talk)
    assert 'data-number="0"' in steps[0][tab.parts.earlier]
    assert 'class="sources"' in steps[0][tab.parts.earlier]
    assert len(steps) > 2
    assert not any(tab.parts.earlier in step for step in steps[1:-1])
    assert all('data-number="1"' in step[tab.parts.thread] for step in steps)
    assert not any('data-number="0"' in step[tab.parts.thread] for step in steps)
    assert 'data-number="1"' not in steps[-1][tab.parts.earlier]


def shown(tab, talk, lang="ru"):
    return tab.conversation(LOCAL, talk, lang)[tab.parts.earlier]


def does(tab, talk, **data):
    return tab.acted(talk, "ru", "", event(data), request())[tab.parts.talk]


def test_of_a_long_conversation_the_last_turns_are_kept_in_memory_and_the_others_come_back_when_wanted(tab):
    talk, numbers = None, range(DRAWN + 3)
    for number in numbers:
        steps, talk = run(tab, f"кто в совете номер {number}?", talk)
    last = len(talk.turns) - 1
    assert [turn.folded for turn in talk.turns] == [number < last - DRAWN for number in numbers]
    assert all((turn.answer is None) == turn.folded for turn in talk.turns)
    drawn = [int(each) for each in re.findall(r'data-number="(\d+)"', steps[-1][tab.parts.earlier])]
    assert drawn == list(range(last - DRAWN, last))
    assert 'data-does="older"' in steps[-1][tab.parts.earlier]
    talk = does(tab, talk, does="older")
    whole = shown(tab, talk)
    assert [int(each) for each in re.findall(r'data-number="(\d+)"', whole)] == list(range(last))
    assert whole.count('class="sources"') == last and 'data-does="older"' not in whole
    assert QUOTES[0] in next(tab.opened(talk, "ru", event({"turn": 0, "cite": 1}), request()))


def test_an_early_question_is_edited_and_the_turns_before_it_are_shown_again(tab):
    talk = None
    for number in range(DRAWN + 4):
        _, talk = run(tab, f"кто в совете номер {number}?", talk)
    talk.editing = 5
    steps, talk = run(tab, "кто теперь в совете?", talk)
    assert len(talk.turns) == 6 and not any(turn.folded for turn in talk.turns)
    assert steps[-1][tab.parts.earlier].count('class="sources"') == 5


def test_an_answer_that_cannot_be_read_again_is_told(tab):
    talk = None
    for number in range(DRAWN + 2):
        _, talk = run(tab, f"кто в совете номер {number}?", talk)
    conversations.delete(tab.assistant.library, LOCAL, talk.conversation)
    assert "сейчас не прочитать" in shown(tab, does(tab, talk, does="older"))


def event(data):
    import gradio as gr

    return gr.EventData(None, data)


def test_an_answer_grows_claim_by_claim(tab):
    steps, talk = run(tab, "кто в совете?")
    shown = [step[tab.parts.thread].count('class="claim"') for step in steps]
    assert shown[0] == 0
    assert sorted(set(shown)) == [0, 1, 2]
    assert shown == sorted(shown)
    assert 'class="sources"' in steps[-1][tab.parts.thread]
    assert 'class="sources"' not in steps[-2][tab.parts.thread]
    assert talk.turns[-1].state == "answered"


def test_filters_are_passed_on_and_empty_ones_are_left_out(tab):
    run(tab, "кто в совете?")
    asked = tab.assistant.asked[-1]
    assert asked["as_of"] == "2025-01-02"
    assert asked["act"] == ACT
    assert asked["jurisdiction"] is None


@pytest.mark.parametrize(
    ("chosen", "used"),
    [("extractive", "extractive"), ("openai:made-up", "openai:made-up"), ("openai:other", "openai:made-up")],
)
def test_only_the_models_on_offer_can_be_chosen(tab, chosen, used):
    run(tab, "кто в совете?", llm=chosen)
    assert tab.assistant.asked[-1]["llm"] == used


@pytest.mark.parametrize("question", ["", "   \n", None])
def test_an_empty_question_gets_a_hint_and_no_turn(tab, question):
    before = len(tab.assistant.asked)
    steps, _ = run(tab, question)
    assert len(steps) == 1
    assert "Введите вопрос" in steps[0][tab.parts.notice]["value"]
    assert len(tab.assistant.asked) == before


@pytest.mark.parametrize(
    ("question", "lang", "words"),
    [
        ("fail-input", "ru", "Это не подходит."),
        ("fail-model", "en", "The model is missing."),
        ("fail-odd", "ru", "Внутренняя ошибка"),
    ],
)
def test_an_error_is_told_in_the_readers_language_without_its_insides(tab, question, lang, words):
    steps, talk = run(tab, question, lang=lang)
    assert words in steps[-1][tab.parts.thread]
    assert "secret" not in steps[-1][tab.parts.thread]
    assert talk.turns[-1].state == "failed"
    assert steps[-1][tab.parts.ask]["visible"] is True
    assert steps[-1][tab.parts.stop]["visible"] is False


def test_near_provisions_are_named_and_one_that_is_gone_keeps_its_id(tab):
    _, talk = run(tab, "abstain me")
    assert [(entry.label, entry.title) for entry in talk.turns[-1].nearest] == [
        ("положение p9", "О порядке испытаний учебных моделей"),
        ("p1", "ru-unknown-1-2000"),
    ]


def test_a_chosen_citation_opens_its_source(tab):
    _, talk = run(tab, "кто в совете?")
    shown = list(tab.opened(talk, "ru", event({"turn": 0, "cite": 1}), request()))
    assert len(shown) == 1
    assert f'<mark class="quote">{QUOTES[0]}</mark>' in shown[0]


@pytest.mark.parametrize(
    "data",
    [
        {},
        None,
        "x",
        {"turn": 0},
        {"turn": 7, "cite": 1},
        {"turn": -1, "cite": 1},
        {"turn": "0", "cite": 1},
        {"turn": 0, "cite": 9},
    ],
)
def test_a_citation_that_is_not_there_is_said_to_be_lost(tab, data):
    _, talk = run(tab, "кто в совете?")
    assert "больше нет в памяти" in next(tab.opened(talk, "ru", event(data), request()))


def test_a_source_that_left_the_library_is_said_to_be_gone(tab, monkeypatch):
    _, talk = run(tab, "кто в совете?")

    def gone(cited, **_):
        return next(iter(()))

    monkeypatch.setattr(tab.assistant, "source", gone)
    assert "library changed" in next(tab.opened(talk, "en", event({"turn": 0, "cite": 1}), request()))


def test_a_near_provision_opens_its_text_and_an_unknown_one_an_error(tab):
    shown = next(tab.opened(Talk(), "ru", event({"ref": f"{ACT}#p9"}), request()))
    assert "положение p9" in shown
    assert "Раздел первый" in shown
    assert "4–5" in shown
    assert "В библиотеке нет акта" in next(tab.opened(Talk(), "ru", event({"ref": "no#p1"}), request()))


def test_a_page_image_follows_the_text_where_there_is_one(tab, monkeypatch):
    from assistant.web.ask import page

    _, talk = run(tab, "кто в совете?")
    monkeypatch.setattr(page, "image_of", lambda *_: page.Picture("data:image/png;base64,AAAA", marked=True))
    shown = list(tab.opened(talk, "ru", event({"turn": 0, "cite": 1}), request()))
    assert "<img" not in shown[0]
    assert '<img src="data:image/png;base64,AAAA"' in shown[1]


def test_the_text_of_a_citation_waits_for_no_file_and_an_absent_page_is_told(tab, monkeypatch):
    fetched = []

    def source(cited, *, file=True):
        fetched.append(file)
        return StandInSource(cited, [], "", cited.quote, "", None, "application/pdf")

    _, talk = run(tab, "кто в совете?")
    monkeypatch.setattr(tab.assistant, "source", source)
    steps = tab.opened(talk, "ru", event({"turn": 0, "cite": 1}), request())
    text = next(steps)
    assert fetched == [False] and f'<mark class="quote">{QUOTES[0]}</mark>' in text
    (later,) = steps
    assert fetched == [False, True] and QUOTES[0] in later and "сам файл сейчас недоступен" in later


def test_a_stopped_answer_says_so_and_can_be_asked_again(tab):
    async def stop_midway():
        steps = tab.asked("slow question", Talk(), "en", "", "", "", "", "extractive", request())
        first = await anext(steps)
        second = await anext(steps)
        await steps.aclose()
        return first, second

    tab.assistant.let_go.clear()
    first, second = asyncio.run(_released(tab, stop_midway()))
    assert "1 s" in second[tab.parts.thread]
    stopped = tab.stopped(first[tab.parts.talk], "en", request())
    assert "Stopped." in stopped[tab.parts.thread]
    assert stopped[tab.parts.ask]["visible"] is True


async def _released(tab, work):
    try:
        return await work
    finally:
        tab.assistant.let_go.set()


def test_the_page_is_dressed_in_the_readers_language(tab):
    parts = tab.parts
    dressed = tab.dress("ru", LOCAL)
    assert dressed[parts.jurisdiction]["choices"] == [("все", ""), ("Россия", "ru")]
    assert dressed[parts.kind]["choices"] == [("все", ""), ("Указы", "decree")]
    assert dressed[parts.act]["choices"][1][1] == ACT
    assert len(dressed[parts.llm]["choices"]) == 2
    assert set(dressed) == set(tab.dressed)
    switched = tab.dress("en", LOCAL)
    assert switched[parts.jurisdiction]["label"] == "Jurisdiction"
    assert ENGLISH_TITLE in switched[parts.act]["choices"][1][0]


def test_a_visitor_finds_the_welcome_in_the_language_chosen_before_or_the_browsers(tab):
    arrived = tab.arrive(request(**{"accept-language": "ru"}))
    assert "Чем занимается комиссия" in arrived[tab.parts.thread]
    chosen = tab.arrive(request({"language": "en"}, **{"accept-language": "ru"}))
    assert "To begin with" in chosen[tab.parts.thread]


def test_the_page_of_a_pdf_is_drawn_with_the_quotation_marked(tmp_path):
    import base64

    from reportlab.pdfgen.canvas import Canvas

    from assistant.web.ask.page import image_of

    file = tmp_path / "act"
    canvas = Canvas(str(file))
    canvas.drawString(72, 700, "Nothing of note.")
    canvas.showPage()
    canvas.drawString(72, 700, "The council has three members.")
    canvas.save()

    def drawn(page, quote):
        cited = citation(1, quote, page=page)
        return image_of(StandInSource(cited, [], "", quote, "", file, "application/pdf"), ReaderSettings())

    found, elsewhere = drawn(2, "three members"), drawn(1, "three members")
    assert found.marked
    assert not elsewhere.marked
    assert base64.b64decode(found.address.partition(",")[2]).startswith(b"\x89PNG")
    assert drawn(9, "three members") is None
    file.write_bytes(b"%PDF-1.7 truncated")
    assert drawn(2, "three members") is None
    file.unlink()
    assert drawn(2, "three members") is None


def test_a_page_is_drawn_only_for_a_file_that_has_pages(tmp_path):
    from assistant.web.ask.page import image_of

    file = tmp_path / "a.html"
    file.write_text("x", encoding="utf-8")
    cited = citation(1)
    for held, kind in ((None, None), (file, "text/html"), (None, "application/pdf")):
        source = StandInSource(cited, [], "", cited.quote, "", held, kind)
        assert image_of(source, ReaderSettings()) is None


def test_turns_that_cannot_be_kept_are_told_to_the_log_once(tab, monkeypatch, caplog):
    from assistant.errors import LibraryError
    from assistant.web.ask import keeping

    def refuse(*_given, **_named):
        raise LibraryError("The home may only be read.", "Запись невозможна.")

    monkeypatch.setattr(keeping.conversations, "create", refuse)
    for _ in range(2):
        _, talk = run(tab, "кто в совете?")
        assert talk.turns[-1].answer is not None
    assert caplog.text.count("The home may only be read.") == 1


def test_who_opens_a_page_while_all_readers_are_at_work_reads_the_text_and_is_told_to_come_back(
    tab, monkeypatch, tmp_path
):
    from assistant.web.ask import page
    from ingest.cage import cage_of

    limits = ReaderSettings(processes=1, wait_seconds=0)
    (tmp_path / "act.pdf").write_bytes(b"%PDF-1.7")
    cited = citation(1, "three members", page=2)
    source = StandInSource(cited, [], "", cited.quote, "", tmp_path / "act.pdf", "application/pdf")
    drawn = page.image_of
    monkeypatch.setattr(page, "image_of", lambda *_: drawn(source, limits))
    _, talk = run(tab, "кто в совете?")
    cage = cage_of(limits)
    assert cage._places.acquire(timeout=0)  # another user's file is being read
    try:
        text, later = tab.opened(talk, "ru", event({"turn": 0, "cite": 1}), request())
    finally:
        cage._places.release()
    assert "заняты" in later and "1 с" in later and "<img" not in later and "заняты" not in text
