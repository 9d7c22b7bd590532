"""Answers and sources as HTML: what is shown, and that nothing from outside becomes markup."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.model import Authority, Claim, Confidence, Currency, Gloss
from assistant.web import plain
from assistant.web.ask import panel, render
from assistant.web.ask.turn import Nearest, Talk, Turn
from assistant.web.escape import esc
from tests.assistant.web.standin import (
    HOSTILE,
    QUOTES,
    TEXT,
    StandIn,
    StandInSource,
    abstained,
    answer,
    citation,
    clarify,
    hostile,
)

VOID = {"br", "img", "input"}


class Page(HTMLParser):
    """Elements with their attributes, the text, and whether the elements nest."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.stack: list[str] = []
        self.feed(source)
        self.close()
        assert not self.stack, f"left open: {self.stack}"

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.stack.append(tag)

    def handle_endtag(self, tag):
        assert self.stack.pop() == tag

    def handle_data(self, data):
        self.text += data

    def handle_comment(self, data):
        raise AssertionError(f"a comment: {data}")

    def all(self, tag, **wanted):
        return [
            attrs
            for name, attrs in self.elements
            if name == tag and all(attrs.get(key.rstrip("_")) == value for key, value in wanted.items())
        ]

    @property
    def shape(self):
        """Elements and attributes; but a word of the glossary is marked wherever it stands."""
        return [(tag, sorted(attrs)) for tag, attrs in self.elements if tag != "abbr"]


def turn_of(made, shown: int | None = None) -> Turn:
    return Turn(made.question, "answered", made, len(made.claims) if shown is None else shown)


def thread(made, lang="ru", shown=None) -> Page:
    return Page(render.thread(Talk(turns=[turn_of(made, shown)]), lang, 1))


def source(quote=QUOTES[0], lang="ru", **changed) -> Page:
    cited = citation(1, quote, **changed)
    found = StandIn.source(None, cited)  # type: ignore[arg-type]
    return Page(panel.source_html(found, lang, turn=0, ids=[1, 2, 3]))


def of(cited, before, quote, after) -> str:
    return panel.source_html(StandInSource(cited, [], before, quote, after), "ru", turn=0, ids=[cited.id])


def test_an_earlier_turn_is_drawn_again_only_when_it_has_changed(monkeypatch):
    talk = Talk(turns=[turn_of(answer("кто?")), turn_of(answer("кто ещё?"))])
    first = render.earlier(talk, "en")
    drawn = []
    real = render.turn_html
    monkeypatch.setattr(render, "turn_html", lambda *given, **how: drawn.append(1) or real(*given, **how))
    assert render.earlier(talk, "en") == first
    assert not drawn
    talk.turns[0].marks = []
    talk.turns[0].form = "feedback"
    changed = render.earlier(talk, "en")
    assert changed != first
    assert 'lang="ru"' in render.earlier(talk, "ru")
    talk.turns[0].form = ""
    assert render.earlier(talk, "en") == first
    assert len(drawn) == 3
    talk.turns[0].answer = abstained("кто?")
    assert 'class="claim"' in first
    assert 'class="claim"' not in render.earlier(talk, "en")


def test_every_claim_carries_its_numbered_marks_as_buttons():
    page = thread(answer("кто?"))
    marks = page.all("button", class_="mark")
    assert [(mark["data-turn"], mark["data-cite"]) for mark in marks] == [("0", "1"), ("0", "2"), ("0", "1")]
    assert page.text.count("[1]") == 3  # two marks and the list of sources
    assert marks[0]["aria-label"] == "Источник 1: п. 1"


def test_a_growing_answer_shows_its_first_claims_and_no_sources_yet():
    page = thread(answer("кто?"), shown=1)
    assert QUOTES[0] in page.text
    assert "не сразу" not in page.text
    assert not page.all("nav", class_="sources")


def test_what_a_model_worded_itself_is_marked_as_a_paraphrase():
    assert thread(answer("кто?")).text.count("пересказ") == 1
    assert "paraphrase" in thread(answer("who?"), lang="en").text


def test_our_words_for_a_quotation_stand_beside_it_and_are_marked():
    ours = Gloss(text="Our <b>words</b>.", by="digest", ref="x#digest/1/en", confidence="press")
    theirs = Gloss(text="Model words.", by="llm", ref="x")
    page = thread(answer("who?", citations=[citation(1, gloss=ours), citation(2, gloss=theirs)]), lang="en")
    assert QUOTES[0] in page.text
    assert "(our summary, from press reports: Our <b>words</b>.)" in page.text
    assert "(our machine translation, not official: Model words.)" in page.text


def test_a_digest_is_never_shown_as_the_acts_own_wording():
    made = answer("кто?", citations=[citation(1, authority=Authority.DIGEST), citation(2)])
    assert "наше изложение, не текст акта" in thread(made).text


def test_a_source_that_is_not_known_to_be_current_says_so_in_the_list():
    page = thread(answer("кто?"))
    assert "актуальность не проверена" in page.text
    assert "действует на эту дату" not in page.text


def test_claims_from_below_a_provision_are_items_of_its_list():
    made = answer(
        "что?",
        claims=[
            Claim(text=text, citations=[number], support="verbatim") for number, text in enumerate("абвг", 1)
        ],
        citations=[
            citation(1, "а", provision="p5"),
            citation(2, "б", provision="p5/а"),
            citation(3, "в", provision="p5/б"),
            citation(4, "г", provision="p50"),
        ],
    )
    page = thread(made)
    assert len(page.all("li", class_="claim")) == 2
    assert len(page.all("p", class_="claim")) == 2
    assert len(page.all("ul", class_="items")) == 1
    assert len(page.all("h3", class_="where")) == 2


def test_an_abstention_says_what_was_looked_at_what_is_near_and_what_is_missing():
    made = abstained("abstain?")
    turn = turn_of(made)
    turn.nearest = [Nearest(ref="a#p9", label="Article 9", title="An act")]
    page = Page(render.thread(Talk(turns=[turn]), "en", 1))
    assert "Texts searched: 1." in page.text
    assert [button["data-ref"] for button in page.all("button", class_="source")] == ["a#p9"]
    assert "Article 9 · An act" in page.text
    assert "ru-missing-3-2025" in page.text
    assert not page.all("button", class_="mark")


def test_a_question_back_offers_its_readings_as_buttons():
    page = Page(render.thread(Talk(turns=[turn_of(clarify("clarify?"))]), "en", 1))
    chips = page.all("button", class_="chip")
    assert [chip["data-question"] for chip in chips] == ["first", "second"]
    assert "Which one?" in page.text


@pytest.mark.parametrize(
    ("turn", "words"),
    [
        (Turn("q", "failed", message="It <broke>."), "It <broke>."),
        (Turn("q", "stopped"), "Stopped."),
        (Turn("q", seconds=3), "3 s"),
    ],
)
def test_waits_stops_and_errors_are_told_in_words(turn, words):
    assert words in Page(render.thread(Talk(turns=[turn]), "en", 1)).text


def test_withheld_statements_and_conflicts_are_not_hidden():
    page = thread(hostile("hostile?"))
    assert page.all("details")
    assert "Не показано утверждений: 1" in page.text
    assert "Что учесть" in page.text


def test_the_panel_tells_what_the_source_is_and_marks_the_quotation():
    page = source()
    for words in ("п. 1", "О порядке испытаний", "№ 7 от 03.02.2024", "06.05.2024", "Раздел первый › Совет"):
        assert words in page.text
    assert "официальный текст" in page.text
    assert "действует на эту дату" in page.text
    assert len(page.all("mark")) == 1
    assert page.all("a")[0]["href"] == "https://official.example/act/7"
    assert page.all("a")[0]["rel"] == "noopener noreferrer nofollow"
    made = of(citation(1), "до ", QUOTES[0], " после.")
    assert f'<mark class="quote">{QUOTES[0]}</mark>' in made


def test_a_restatement_carries_its_confidence_in_words():
    page = source(
        authority=Authority.DIGEST, confidence=Confidence.PRESS, currency=Currency.UNKNOWN, lang="en"
    )
    assert "our restatement, not the act's wording (from press reports)" in page.text
    assert "not checked whether it is current" in page.text


def test_only_an_official_texts_address_is_called_an_official_publication():
    press = {"authority": Authority.DIGEST, "url": "https://paper.example/", "page": None, "edition": None}
    assert "Where this is known from: paper.example" in source(lang="en", **press).text
    assert "Official" not in source(lang="en", **press).text
    assert "Official publication: paper.example" in source(lang="en", url="https://paper.example/").text


def test_a_restatement_whose_label_says_so_is_not_tagged_twice():
    digest = citation(1, authority=Authority.DIGEST, label="наше изложение: п. 1")
    assert thread(answer("кто?", citations=[digest, citation(2)])).text.count("изложение") == 2


def test_a_source_without_pages_number_or_date_says_what_it_has():
    page = source(page=None, number=None, date=None, edition=None, url=None, lang="en")
    assert "this file has no pages" in page.text
    assert "date not stated" in page.text
    assert "None" not in page.text
    assert not page.all("a")


def test_the_way_to_the_previous_and_next_source_ends_at_the_ends():
    steps = source().all("button", class_="step")
    assert "disabled" in steps[0]
    assert steps[1]["data-cite"] == "2"


def test_text_cut_out_of_a_longer_one_shows_that_it_goes_on():
    long = "слово " * 400
    made = of(citation(1, start=9000), long, "цитата", long)
    shown = Page(made).text
    assert "… слово" in shown
    assert "слово …" in shown
    assert len(shown) < 2 * len(long)


def test_context_from_the_texts_beginning_is_not_cut():
    assert Page(of(citation(1, start=3), "до ", "цитата", ".")).text.count("…") == 0


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "http://official.example/",
        "https://user:pass@official.example/",
        "https://official.example\\@evil.example/",
        "https:///nowhere",
        "https://[bad/",
        "https://official.example/ x",
        "https://official.example/\u202e",
        "data:text/html,x",
        "//official.example/",
        "",
        None,
        "https://a/" + "a" * 3000,
    ],
)
def test_only_a_plain_https_address_becomes_a_link(url):
    assert plain.official_link(url) is None


def test_an_https_address_is_shown_with_its_host():
    assert plain.official_link("https://publication.example/a?b=1&c=2") == (
        "https://publication.example/a?b=1&c=2",
        "publication.example",
    )


def assert_harmless(page: Page) -> None:
    for tag, attrs in page.elements:
        assert tag not in {"script", "img", "iframe", "object", "svg", "style", "link", "form", "input"}
        assert not [name for name in attrs if name.startswith("on")]
        assert attrs.get("href", "https://").startswith("https://")
        assert "src" not in attrs
        assert "style" not in attrs


def test_a_users_own_file_goes_by_words_and_never_by_its_id():
    own = "own-0123456789abcdef-doc-zametki-1a2b3c4d"
    cited = citation(1, act=own, ref=f"{own}#p1", title=own, authority="user", number=None, date=None)
    page = Page(panel.source_html(StandInSource(cited, [], "", cited.quote, ""), "ru", turn=0, ids=[1]))
    copied = page.all("button", class_="tool")[0]["data-copy"]
    near = Page(
        render.unanswered(abstained("x").model_copy(update={"missing": [own, "ru-fz-1-2020"]}), [], "ru")
    )
    for words in (page.text, copied, near.text):
        assert "own-" not in words
    assert "файл пользователя" in copied
    assert "ru-fz-1-2020" in near.text


def test_hostile_text_is_shown_as_text_everywhere():
    page = thread(hostile(HOSTILE))
    assert_harmless(page)
    assert page.text.count("<img src=x onerror=") >= 5
    side = source(HOSTILE, title=HOSTILE, label=HOSTILE, number=HOSTILE, edition=HOSTILE, url=HOSTILE)
    assert_harmless(side)
    assert HOSTILE in side.text
    assert not side.all("a")


text = st.text(st.characters(exclude_categories=("Cs",)), max_size=60) | st.sampled_from(
    ["</mark><script>", '"><img src=x>', "' onclick='x", "<!--", "]]>", "&lt;b&gt;", "</button></li></ul>"]
)


@given(text)
def test_no_text_changes_the_shape_of_the_page(words):
    def shape(words: str) -> list:
        made = answer(
            words,
            claims=[Claim(text=words, citations=[1], support="entailed")],
            citations=[citation(1, words, title=words, label=words, number="7" + words)],
            conflicts=[words],
        )
        return thread(made).shape + source(words + "!", title=words, label=words, edition="1" + words).shape

    assert shape(words) == shape("слово")


@given(text)
def test_escaped_text_reads_back_as_it_was_but_for_controls(words):
    kept = re.sub(
        r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069\ufeff]", "", words
    )
    assert Page(f"<p>{esc(words)}</p>").text == kept


def test_the_whole_text_of_the_stand_in_reads_back_in_the_panel():
    assert TEXT in source().text
