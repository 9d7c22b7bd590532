"""A small library without an index: a law in two editions, a foreign regulation, digests of both."""

import shutil
from datetime import date

import pytest

from assistant.library import Library
from assistant.library.drafts import ActDraft, ChunkDraft
from assistant.library.view import Filters, LibraryView
from assistant.model import Authority, Provision
from assistant.query import read_question
from assistant.ranked import Ranked
from tests.builders import WATER_LAW, edition_draft, provision

LAW, RULE, ORDER = "ru-fz-1-2020", "eu-reg-5-2021", "ru-fz-2-2021"
DRY_LAW = WATER_LAW.replace("300 литров", "200 литров")
RULE_TEXT = (
    "Article 1\nRoses\n"
    "1. Gardeners who let roses dry shall be fined up to EUR 500 000.\n"
    "2. The fine is paid within 30 days. Such term may be extended once."
)
ORDER_TEXT = "Статья 1. Лейки\n1. Садовник обязан поливать розы утром. Вечерний полив не допускается."


def facts(act, *told):
    """A digest: (fact number, Russian, English, provisions restated, confidence) each."""
    text, nodes, chunks = "", [], []
    for number, ru, en, refs, confidence in told:
        start = len(text)
        text += f"{ru}\n{en}\n"
        top = f"digest/{number}"
        nodes.append(
            Provision(
                id=top,
                kind="fact",
                label=f"факт {number}",
                start=start,
                end=len(text),
                own_end=start,
                lang="ru",
            )
        )
        for lang, words in (("ru", ru), ("en", en)):
            at = text.index(words, start)
            label = "наше изложение: п. 1" if lang == "ru" else "our summary: point 1"
            nodes.append(
                Provision(
                    id=f"{top}/{lang}", parent=top, kind="statement", label=label, start=at, end=at + len(words),
                    own_end=at + len(words), lang=lang, confidence=confidence,
                )
            )  # fmt: skip
            chunks.append(ChunkDraft(f"{top}/{lang}", at, at + len(words), "", lang, restates=list(refs)))
    return edition_draft(
        act, "2026-01", text=text, provisions=nodes, chunks=chunks, authority=Authority.DIGEST,
        path=f"{act}.yaml", title="дайджест",
    )  # fmt: skip


def rule_draft():
    text, heading = RULE_TEXT, "Article 1\nRoses"
    nodes = [
        provision(text, "art1", "Article 1", None, kind="article", label="Article 1", heading="Roses", lang="en",
                  heading_end=len(heading), own_end=len(heading)),
        provision(text, "art1/1", "1. Gardeners", "500 000.", parent="art1", label="Article 1(1)", lang="en"),
        provision(text, "art1/2", "2. The fine", None, parent="art1", label="Article 1(2)", lang="en"),
    ]  # fmt: skip
    draft = edition_draft(RULE, "2021-01-01", text=text, provisions=nodes, path="rule.txt", title="Rule")
    draft.lang = "en"
    return draft


def order_draft():
    text, heading = ORDER_TEXT, "Статья 1. Лейки"
    nodes = [
        provision(text, "st1", heading, None, kind="article", label="ст. 1", heading=heading,
                  heading_end=len(heading), own_end=len(heading)),
        provision(text, "st1/ch1", "1. Садовник", None, parent="st1", label="ч. 1 ст. 1"),
    ]  # fmt: skip
    return edition_draft(ORDER, "2021-01-01", text=text, provisions=nodes, path="order.txt", title="О лейках")


@pytest.fixture(scope="session")
def filled(tmp_path_factory):
    """The file of ``library``, written once in a run; nothing may write to it afterwards."""
    file = tmp_path_factory.mktemp("filled") / "library.sqlite"
    made = Library(f"sqlite:///{file}")
    made.put_catalogue(
        [
            ActDraft(id=LAW, kind="federal_law", title_ru="О поливе роз", title_en="On watering", number="1-ФЗ",
                     date="2020-01-01", jurisdiction="ru", status="in_force", amendments_checked="2026-05",
                     in_catalogue=True),
            ActDraft(id=ORDER, kind="federal_law", title_ru="О лейках", title_en="On cans", number="2-ФЗ",
                     date="2021-01-01", jurisdiction="ru", status="in_force", in_catalogue=True),
            ActDraft(id=RULE, kind="regulation", title_ru="Регламент (ЕС) 2021/5 о розах",
                     title_en="Regulation (EU) 2021/5 on roses", number="2021/5", date="2021-01-01",
                     jurisdiction="eu", status="in_force", amendments_checked="2026-05", in_catalogue=True),
        ],
        [], "catalogue",
    )  # fmt: skip
    made.put_edition(edition_draft(LAW, "2020-01-01", path="a.txt"))
    made.put_edition(edition_draft(LAW, "2024-03-01", path="b.txt", text=DRY_LAW))
    made.put_edition(order_draft())
    made.put_edition(rule_draft())
    made.put_edition(
        facts(
            RULE,
            (
                1,
                "За засохшие розы штраф до 500 тыс. евро.",
                "Dry roses cost up to EUR 500,000.",
                ["art1/1"],
                "press",
            ),
            (2, "Штраф платят за 60 дней.", "The fine is paid within 60 days.", ["art1/2"], "text"),
            (3, "Регламент о розах.", "A regulation on roses.", ["art1/1", "art1/2"], "text"),
        )
    )
    made.close()
    return file


@pytest.fixture
def library(filled, tmp_path):
    shutil.copy(filled, tmp_path / "library.sqlite")
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    yield opened
    opened.close()


@pytest.fixture
def view(library):
    return LibraryView(library)


@pytest.fixture
def reading(view):
    """A function: question -> its reading at a fixed day."""

    def read(question, **filters):
        given = Filters(as_of=filters.pop("as_of", date(2026, 6, 1)), **filters)
        return read_question(question, view, given)

    return read


def key(view, act, edition=None, authority="official"):
    """The key of a held text; by default of the latest."""
    rows = [row for row in view.of_act(act) if row.authority == authority and edition in (None, row.edition)]
    return max(rows, key=lambda row: row.edition or "").id


def ranked(view, *places, direct=False):
    """Ranked provisions, best first: (act, provision) or (act, provision, edition)."""
    found = []
    for number, (act, pid, *edition) in enumerate(places):
        row = view.editions[key(view, act, *edition)]
        found.append(Ranked(row.id, pid, 2.0 - number / 10, 0.8, 1.0, row.lang, direct=direct))
    return found
