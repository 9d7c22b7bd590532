"""How chunks become ranked provisions: keys, editions, gathered parts, parts of a question, rerankers."""

import numpy as np
import pytest

from assistant.engine import Assistant
from assistant.gather import gather
from assistant.index.derive import reconcile
from assistant.library.drafts import ChunkDraft
from assistant.ranked import Ranked
from assistant.settings import RetrievalSettings
from tests.builders import WATER_LAW, edition_draft, water_outline

LAW = "ru-fz-1-2020"


def with_settings(assistant, **changed):
    settings = assistant.settings.model_copy(update={"retrieval": RetrievalSettings(**changed)})
    return Assistant(settings, library=assistant.library, indexes=assistant.indexes)


def refs(hits):
    return [hit.ref for hit in hits]


@pytest.fixture
def keyed(garden):
    """The garden law in force, with a search key in each language on the provision about oversight."""
    draft = edition_draft(edition="2024-03-01", path="b.txt")
    outline = water_outline()
    oversight = next(node for node in outline if node.id == "st2/ch1")
    for lang, words in (("ru", "кто проверяет клумбы"), ("en", "which board inspects flower beds")):
        draft.chunks.append(
            ChunkDraft(oversight.id, oversight.start, oversight.own_end, "", "ru", key=words, key_lang=lang)
        )
    garden.library.put_edition(draft)
    reconcile(garden.indexes, garden.library)
    return garden


@pytest.mark.parametrize("question", ["кто проверяет клумбы?", "which board inspects flower beds?"])
def test_a_key_leads_to_its_provision_in_either_language(keyed, question):
    best = keyed.search(question, k=1)[0]
    assert best.ref == f"{LAW}#st2/ch1"
    assert best.text.startswith("1. Надзор ведёт")  # the act's words, never the key's


def test_a_key_passes_the_filter_on_the_language_of_the_text(keyed):
    assert refs(keyed.search("which board inspects flower beds", text_lang="ru"))[0] == f"{LAW}#st2/ch1"
    assert keyed.search("which board inspects flower beds", text_lang="en", authority="official") == []


def test_a_key_is_never_quoted(keyed):
    answer = keyed.ask("кто проверяет клумбы?")
    assert "клумбы" not in "".join(citation.quote for citation in answer.citations)


def test_only_the_edition_in_force_is_found(garden):
    hits = garden.search("Когда садовник обязан поливать розы?", as_of="2021-06-01", authority="official")
    assert {hit.edition for hit in hits} == {"2020-01-01"}
    assert len(refs(hits)) == len(set(refs(hits)))


def test_a_question_about_changes_brings_the_earlier_wording_too(garden):
    text = WATER_LAW.replace("утром", "вечером")
    garden.library.put_edition(edition_draft(edition="2020-01-01", path="a.txt", text=text))
    reconcile(garden.indexes, garden.library)
    hits = garden.search("Что изменилось: когда садовник обязан поливать розы?", authority="official")
    found = {(hit.edition, hit.currency) for hit in hits if "вечером" in hit.text or "утром" in hit.text}
    assert found == {("2020-01-01", "superseded"), ("2024-03-01", "current")}


def test_wording_that_did_not_change_comes_once_even_then(garden):
    hits = garden.search("Что изменилось в правиле о надзоре комиссии по садам?", authority="official")
    about = [hit for hit in hits if hit.provision.startswith("st2")]
    assert {hit.edition for hit in about} == {"2024-03-01"}


def test_late_interaction_can_be_switched_off(garden):
    garden.library.put_edition(edition_draft(edition="2024-03-01", path="b.txt"))
    pairs = [(f"слово {number}", f"word {number}") for number in range(60)]
    reconcile(garden.indexes, garden.library, parallel=lambda: pairs)
    assert garden.indexes.tokens.keys() == garden.library.chunk_ids()
    question = "Когда садовник обязан поливать розы?"
    with_late, without = (
        garden.search(question),
        with_settings(garden, late_interaction=False).search(question),
    )
    assert refs(with_late)[0] == refs(without)[0]
    assert [hit.score for hit in with_late] != [hit.score for hit in without]


def test_words_alone_and_meaning_alone_both_work(garden):
    for changed in ({"lexical": False}, {"dense": False}, {"lexical": False, "late_interaction": False}):
        found = refs(with_settings(garden, **changed).search("Надзор ведёт комиссия"))
        assert found[0].startswith(f"{LAW}#st2")


def test_nothing_found_is_an_empty_list(garden):
    assert garden.search("розы", jurisdiction="eu") == []


def ranked(garden, *provisions):
    edition = next(row.id for row in garden.view.of_act(LAW) if row.edition == "2024-03-01")
    return [Ranked(edition, pid, 9.0 - place, 0.5, 1.0, "ru") for place, pid in enumerate(provisions)]


def parts_of(garden):
    edition = next(row.id for row in garden.view.of_act(LAW) if row.edition == "2024-03-01")
    parent, children = next(
        (key, value) for key, value in garden.view.edition(edition).children.items() if len(value) > 1
    )
    return parent, [node.id for node in children]


def test_of_several_parts_the_best_stays_and_the_whole_follows(garden):
    parent, children = parts_of(garden)
    found = gather(ranked(garden, children[0], "st2/ch1", children[1]), garden.view)
    assert [entry.provision for entry in found] == [children[0], "st2/ch1", parent]


def test_what_a_listed_whole_holds_is_not_listed_again(garden):
    parent, children = parts_of(garden)
    found = gather(ranked(garden, parent, *children), garden.view)
    assert [entry.provision for entry in found] == [parent]


def test_what_the_question_names_is_never_gathered(garden):
    _, children = parts_of(garden)
    entries = ranked(garden, *children)
    for entry in entries:
        entry.direct = True
    assert [entry.provision for entry in gather(entries, garden.view)] == children


def test_a_reranker_orders_the_best_anew(garden, monkeypatch):
    class Backwards:
        """Likes what the rest likes least."""

        def score(self, question, passages):
            return np.arange(len(passages), dtype=np.float32)

    monkeypatch.setitem(garden.indexes._rerankers, "backwards", Backwards())
    question = "Когда садовник обязан поливать розы?"
    before = refs(with_settings(garden, gather=False).search(question, authority="official"))
    after = with_settings(garden, gather=False, reranker="backwards", reranker_weight=1.0)
    assert refs(after.search(question, authority="official")) == before[::-1]


def test_wording_later_than_the_date_asked_about_says_so(garden):
    answer = garden.ask("Когда садовник обязан поливать розы?", as_of="2019-06-01")
    official = [citation for citation in answer.citations if citation.authority == "official"]
    assert official
    assert {citation.currency for citation in official} == {"not_yet_in_force"}
    assert all(
        "2020" in citation.standing and "в библиотеке нет" in citation.standing for citation in official
    )
