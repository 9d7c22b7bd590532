"""Three small acts, in two languages, and cases over them."""

from __future__ import annotations

from dataclasses import replace

from assistant.library.drafts import EditionDraft
from assistant.library.view import LibraryView
from assistant.model import Authority, Lang, Provision
from evals.retrieval_cases import ResolvedCase, RetrievalCase, place_of, resolve
from tests.builders import WATER_LAW, edition_draft, provision

WATER = "ru-fz-1-2020"
OLD, NEW = "2020-01-01", "2024-03-01"
NEW_LAW = WATER_LAW.replace("300", "500")  # as long as the old one: the outline fits both

ORCHARD = "us-eo-1-2021"
ORCHARD_DAY = "2021-05-04"
ORCHARD_TEXT = (
    "Sec. 1. Pruning. Gardeners shall prune apple trees every winter.\n"
    "Sec. 2. Harvest. Ripe apples shall be weighed before they are sold."
)

PLANTS = "ru-pp-9-2019"
PLANTS_LEAD = "1. Перечень охраняемых растений ботанического сада ведётся ежегодно и включает:"
PLANTS_ITEMS = [f"{n}) растение номер {n}, растущее на участке {n} сада;" for n in range(1, 61)]
PLANTS_TEXT = "\n".join([PLANTS_LEAD, *PLANTS_ITEMS])

DECREE = "ru-ukaz-5-2021"  # known by a digest only

QUOTES = {
    "st1/ch1": "Вечерний полив не допускается.",
    "st1/ch2/p2": "подачу 500 литров воды;",
    "st2/ch1": "Надзор ведёт комиссия по садам.",
    "s1": "prune apple trees every winter",
    "s2": "Ripe apples shall be weighed",
}


def old_law() -> EditionDraft:
    return edition_draft(WATER, OLD, path="old.txt")


def new_law() -> EditionDraft:
    return edition_draft(WATER, NEW, text=NEW_LAW, path="new.txt")


def orchard_order() -> EditionDraft:
    outline = [
        provision(ORCHARD_TEXT, "s1", "Sec. 1", "winter.", label="Sec. 1", kind="section", lang="en"),
        provision(ORCHARD_TEXT, "s2", "Sec. 2", None, label="Sec. 2", kind="section", lang="en"),
    ]
    draft = edition_draft(
        ORCHARD, ORCHARD_DAY, text=ORCHARD_TEXT, provisions=outline, path="orchard.txt", title="On Orchards"
    )
    act = replace(
        draft.act,
        kind="executive_order",
        title_ru=None,
        title_en="On Orchards",
        number="1",
        date=ORCHARD_DAY,
        jurisdiction="us",
    )
    return replace(draft, act=act, lang="en")


def plants_list() -> EditionDraft:
    """An undated text with a provision of more than two thousand characters, its sub-points included."""
    lead = provision(
        PLANTS_TEXT,
        "p1",
        "1. Перечень",
        None,
        label="п. 1",
        own_end=len(PLANTS_LEAD),
    )
    items = [
        provision(PLANTS_TEXT, f"p1/{n}", item, item, parent="p1", label=f"подп. {n} п. 1")
        for n, item in enumerate(PLANTS_ITEMS, 1)
    ]
    draft = edition_draft(
        PLANTS,
        "2019-01-01",
        text=PLANTS_TEXT,
        provisions=[lead, *items],
        path="plants.txt",
        title="О растениях",
    )
    return replace(draft, edition=None, valid_from=None)


def digest() -> EditionDraft:
    """Somebody's summary of a decree, which is no official text."""
    text = "Цветник открыт с мая.\nThe flower garden is open from May."
    middle = text.index("\n")
    fact = Provision(id="digest/1", kind="fact", label="факт 1", start=0, end=len(text), own_end=0, lang="ru")
    statements = [
        Provision(
            id=f"digest/1/{lang}", parent="digest/1", kind="statement", label=lang, start=start, end=end,
            own_end=end, lang=lang, confidence="press", url="https://garden.example/press",
        )
        for lang, start, end in (("ru", 0, middle), ("en", middle + 1, len(text)))
    ]  # fmt: skip
    draft = edition_draft(
        DECREE, "2026-01", text=text, provisions=[fact, *statements], authority=Authority.DIGEST,
        path="digest.yaml", title="О цветнике",
    )  # fmt: skip
    return replace(draft, valid_from=None)


def case(
    view: LibraryView,
    question: str,
    *needs: tuple[str, str | None, str, str],
    name: str = "q1",
    lang: Lang = "ru",
    as_of: str | None = None,
    tags: tuple[str, ...] = (),
) -> RetrievalCase:
    """A case each of whose needs is one place: (act, edition, provision, quotation)."""
    places = tuple((place_of(view, *need),) for need in needs)
    return RetrievalCase(id=name, lang=lang, question=question, as_of=as_of, tags=tags, needs=places)


def sample_cases(view: LibraryView) -> list[RetrievalCase]:
    """Five questions: ru-ru, en-en and ru-en, one on an earlier edition, one with needs in two acts."""
    evening = (WATER, NEW, "st1/ch1", QUOTES["st1/ch1"])
    pruning = (ORCHARD, ORCHARD_DAY, "s1", QUOTES["s1"])
    harvest = (ORCHARD, ORCHARD_DAY, "s2", QUOTES["s2"])
    earlier = (WATER, OLD, "st1/ch2/p2", "подачу 300 литров воды;")
    return [
        case(view, "Допускается ли вечерний полив?", evening, name="evening", tags=("plain", "natural")),
        case(view, "When are apple trees pruned?", pruning, name="pruning", lang="en", tags=("plain",)),
        case(view, "когда взвешивают apples", harvest, name="harvest", tags=("terse",)),
        case(view, "Сколько литров воды нужно было?", earlier, name="earlier", as_of="2021-02-03", tags=("edition",)),
        case(view, "Полив роз и apple trees", evening, pruning, name="both", tags=("multi",)),
    ]  # fmt: skip


def resolved(view: LibraryView) -> list[ResolvedCase]:
    return resolve(sample_cases(view), view)
