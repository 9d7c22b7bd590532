"""A small library for what is written of it; the embedded corpus behind a real page for what is done on it."""

import shutil

import pytest

from assistant.engine import Assistant
from assistant.library import Library
from assistant.library.drafts import ActDraft, RelationDraft
from assistant.library.view import LibraryView
from assistant.model import Authority
from tests.assistant.web.library.sample import BAD, HOSTILE, LAW_2024, PONDS, WATER, outline_of
from tests.assistant.web.library.serving import serving
from tests.builders import WATER_LAW, edition_draft

HEADER = "X-Signed-In"


@pytest.fixture
def library(tmp_path):
    opened = Library(f"sqlite:///{tmp_path / 'library.sqlite'}")
    opened.put_catalogue(
        [
            ActDraft(id=WATER, kind="federal_law", title_ru="О поливе роз", title_en="On watering", number="1-ФЗ",
                     date="2020-01-01", jurisdiction="ru", status="in_force", aliases=["закон о Поливе"],
                     in_catalogue=True),
            ActDraft(id=PONDS, kind="decree", title_ru="О прудах и ёлках", title_en="On ponds", number="7",
                     date="2022-02-03", jurisdiction="ru", official_url="https://ponds.example/7",
                     sources=["javascript:alert(1)", "https://user@evil.example/"], in_catalogue=True),
            ActDraft(id=BAD, kind="decree", title_ru=HOSTILE, number=HOSTILE, jurisdiction="ru",
                     aliases=[HOSTILE], status_note=HOSTILE, in_catalogue=True),
        ],
        [RelationDraft(PONDS, "amends", WATER, "2022-02-03", "2022-03-01"), RelationDraft(BAD, "cites", WATER)],
        "catalogue",
    )  # fmt: skip
    opened.put_edition(edition_draft(WATER, "2020-01-01", path="a.txt"))
    later = outline_of(LAW_2024)
    opened.put_edition(edition_draft(WATER, "2024-03-01", text=LAW_2024, provisions=later, path="b.txt"))
    yield opened
    opened.close()


@pytest.fixture
def view(library):
    return LibraryView(library)


@pytest.fixture
def put_user(library):
    """Stores a file of a user's as an act of the given id."""

    def put(act, title="Мой файл", edition="2025-01-01"):
        library.put_edition(
            edition_draft(
                act, edition, text=WATER_LAW, authority=Authority.USER, path=f"{act}.txt", title=title
            )
        )

    return put


@pytest.fixture(scope="session")
def ready(tmp_path_factory, corpus_settings):
    """Settings of a home with the embedded corpus, two editions of a law and what is known of ponds."""
    home = tmp_path_factory.mktemp("library") / "home"
    shutil.copytree(corpus_settings.home, home)
    settings = corpus_settings.model_copy(update={"home": home})
    library = Library(settings.library_url)
    library.put_edition(edition_draft(WATER, "2020-01-01", path="a.txt"))
    later = outline_of(LAW_2024)
    library.put_edition(edition_draft(WATER, "2024-03-01", text=LAW_2024, provisions=later, path="b.txt"))
    library.close()
    return settings


def _served(ready, folder, **chosen):
    shutil.copytree(ready.home, folder / "home")
    return Assistant(ready.model_copy(update={"home": folder / "home", **chosen}))


@pytest.fixture(scope="module")
def served(ready, tmp_path_factory):
    """(address, assistant) of the page for one local user."""
    assistant = _served(ready, tmp_path_factory.mktemp("served"))
    with serving(assistant) as address:
        yield address, assistant
    assistant.library.close()


@pytest.fixture(scope="module")
def signed(ready, tmp_path_factory):
    """(address, assistant) of the page behind a proxy that says who is signed in."""
    assistant = _served(ready, tmp_path_factory.mktemp("signed"), owner_header=HEADER)
    with serving(assistant) as address:
        yield address, assistant
    assistant.library.close()


@pytest.fixture(scope="module")
def shut(ready, tmp_path_factory):
    """The address of a page that takes small files only, and of one that takes none."""
    small = _served(ready, tmp_path_factory.mktemp("small"), api_ingest_bytes=2_000, api_ingest_files=2)
    none = _served(ready, tmp_path_factory.mktemp("none"), api_ingest=False)
    with serving(small) as one, serving(none) as other:
        yield one, other
    small.library.close()
    none.library.close()
