"""Every glossary entry helps to find the passages on its notion, or at least does not hurt.

A passage of the embedded corpus is on a notion when it names it in any form, in either language. Each entry is
asked for by its own forms, with and without the glossary; recall@10 is the share of the passages on it (at most
ten) among the first ten found.
"""

from collections import defaultdict
from datetime import date
from statistics import mean

import pytest

from assistant.engine import Assistant
from assistant.glossary import glossary
from assistant.index.derive import reconcile
from assistant.index.indexes import Indexes
from assistant.library import Library
from assistant.library.view import Filters
from assistant.query import read_question
from assistant.retrieve import retrieve
from assistant.settings import RetrievalSettings, Settings
from ingest.embedded import embedded_catalogue, ingest_embedded, parallel_statements, put_catalogue
from tests.sample_home import new_home

pytestmark = pytest.mark.long

HURTS = 0.15  # of recall@10: more than one passage of those few there are on a notion
FOUND = 10


@pytest.fixture(scope="module")
def assistant(tmp_path_factory, model_folder):
    settings = Settings(home=new_home(tmp_path_factory.mktemp("glossary") / "home", model_folder))
    library = Library(settings.library_url)
    put_catalogue(library, embedded_catalogue())
    ingest_embedded(library, embedded_catalogue())
    indexes = Indexes.at(settings)
    reconcile(indexes, library, parallel=parallel_statements)
    yield Assistant(settings, library=library, indexes=indexes)
    library.close()


def passages(assistant):
    """Entry id -> the (edition, fact) pairs that name it."""
    found = defaultdict(set)
    for key in assistant.view.editions:
        edition = assistant.view.edition(key)
        for node in edition.provisions.values():
            if node.kind == "statement":
                text = edition.text[node.start : node.end]
                for hit in [*glossary().find(text), *glossary().abbreviations(text)]:
                    found[hit.term.id].add((key, node.parent))
    return found


def recall(assistant, question, wanted, *, use):
    reading = read_question(question, assistant.view, Filters(as_of=date(2026, 11, 24)), use_glossary=use)
    ranked = retrieve(reading, assistant.view, assistant.indexes, RetrievalSettings(glossary=use), FOUND)
    found = {(entry.edition, entry.provision.rsplit("/", 1)[0]) for entry in ranked}
    return len(found & wanted) / min(FOUND, len(wanted))


def test_no_entry_hurts_and_all_together_help(assistant):
    about = passages(assistant)
    gains = {}
    for term in glossary().terms:
        if about[term.id]:
            forms = [*term.abbr_ru[:1], *term.abbr_en[:1], term.ru[0], term.en[0]]
            with_it = mean(recall(assistant, form, about[term.id], use=True) for form in forms)
            gains[term.id] = with_it - mean(
                recall(assistant, form, about[term.id], use=False) for form in forms
            )
    assert len(gains) >= 150
    assert {name: round(gain, 2) for name, gain in gains.items() if gain < -HURTS} == {}
    assert mean(gains.values()) > 0.02
