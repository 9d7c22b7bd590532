import json
import sys

import pytest

from assistant.errors import InputError
from assistant.library.drafts import ChunkDraft
from evals.metrics.needs import ranks_of_needs
from evals.retrieval_cases import Passage, resolve
from evals.systems import LONG, OurSystem, PeerSystem, PlainChunks, PlainSystem, passage_of, write_texts
from tests.builders import WATER_LAW, StemEmbedder
from tests.evals.sample import (
    NEW,
    NEW_LAW,
    OLD,
    ORCHARD,
    ORCHARD_DAY,
    ORCHARD_TEXT,
    PLANTS,
    PLANTS_ITEMS,
    PLANTS_LEAD,
    PLANTS_TEXT,
    QUOTES,
    WATER,
    case,
    orchard_order,
    resolved,
)

TEXTS = {
    (WATER, OLD): WATER_LAW,
    (WATER, NEW): NEW_LAW,
    (ORCHARD, ORCHARD_DAY): ORCHARD_TEXT,
    (PLANTS, None): PLANTS_TEXT,
}


def words_of(passage):
    return TEXTS[passage.act, passage.edition][passage.start : passage.end]


def asked(view, question, *, act=WATER, edition=NEW, provision="st1/ch1", **fields):
    """One resolved case; what it needs does not matter to a search."""
    return resolve([case(view, question, (act, edition, provision, QUOTES[provision]), **fields)], view)


# ── this system ───────────────────────────────────────────────────────────────────────────────────


def test_our_system_shows_what_search_finds_in_its_order(garden):
    cases = asked(garden.view, "Допускается ли вечерний полив?")
    ours = OurSystem(garden)
    (found,) = ours.search(cases, 4)
    hits = garden.search("Допускается ли вечерний полив?", k=4)
    assert ours.hits["q1"] == hits
    assert [(each.act, each.edition, each.start, each.end) for each in found] == [
        (hit.act, hit.edition, hit.start, hit.end) for hit in hits
    ]
    assert QUOTES["st1/ch1"] in words_of(found[0])


def test_our_system_answers_every_case_in_order(garden):
    cases = resolved(garden.view)
    found = OurSystem(garden).search(cases, 3)
    assert len(found) == len(cases)
    assert all(len(passages) <= 3 for passages in found)
    met = [ranks_of_needs(passages, each.needs) for each, passages in zip(cases, found, strict=True)]
    assert met[0] == [1]
    assert met[1] == [1]


def test_our_system_passes_the_date_on(garden):
    then = asked(garden.view, "подача литров воды", as_of="2021-02-03")
    now = asked(garden.view, "подача литров воды")
    (before,), (after,) = OurSystem(garden).search(then, 20), OurSystem(garden).search(now, 20)
    assert {each.edition for each in before if each.act == WATER} == {OLD}
    assert {each.edition for each in after if each.act == WATER} == {NEW}


def test_our_system_can_be_kept_to_one_act(garden):
    (found,) = OurSystem(garden, "one act", act=ORCHARD).search(asked(garden.view, "полив apple trees"), 20)
    assert {each.act for each in found} == {ORCHARD}


def test_a_long_provision_is_shown_without_its_sub_points(garden):
    hits = garden.search("Перечень охраняемых растений ботанического сада", k=100, act=PLANTS)
    whole = next(hit for hit in hits if hit.provision == "p1")
    assert whole.end - whole.start > LONG
    shown = passage_of(whole, garden.view)
    assert (shown.act, shown.edition) == (PLANTS, None)
    assert words_of(shown) == PLANTS_LEAD


def test_a_shorter_provision_is_shown_whole(garden):
    hits = garden.search("полив осмотр грядки подача воды", k=100, act=WATER)
    first = next(hit for hit in hits if hit.provision == "st1")
    shown = words_of(passage_of(first, garden.view))
    assert shown.startswith("Статья 1. Правила полива")
    assert shown.endswith("2) подачу 500 литров воды;")


# ── plain search ──────────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def chunks(view, tmp_path):
    return PlainChunks(view, StemEmbedder(), tmp_path / "work")


@pytest.mark.parametrize("way", ["dense", "words", "fused"])
def test_each_plain_way_finds_the_provision_that_has_the_words(chunks, view, way):
    system = PlainSystem(f"plain {way}", chunks, way)
    assert system.name == f"plain {way}"
    cases = asked(view, "prune apple trees every winter") + asked(view, "комиссия по садам ведёт надзор")
    english, russian = system.search(cases, 3)
    assert "prune apple trees" in words_of(english[0])
    assert QUOTES["st2/ch1"] in words_of(russian[0])
    assert 0 < len(english) <= 3
    assert 0 < len(russian) <= 3


def test_plain_chunks_are_provisions_of_all_official_editions_and_of_nothing_else(chunks):
    everything = chunks.passages(chunks.dense("сад", 1000))
    assert {(each.act, each.edition) for each in everything} == set(TEXTS)
    assert len(set(everything)) == len(everything)
    assert all(PLANTS_ITEMS[n] in {words_of(each) for each in everything} for n in (0, 59))


def test_plain_chunks_know_no_search_keys(garden, tmp_path):
    draft = orchard_order()
    draft.chunks.append(
        ChunkDraft("s1", 0, 10, "On Orchards", "en", key="обрезка яблонь зимой", key_lang="ru")
    )
    garden.library.put_edition(draft)
    chunks = PlainChunks(garden.view, StemEmbedder(), tmp_path / "work")
    assert chunks.words("обрезка яблонь зимой", 10) == []
    found = chunks.passages(chunks.dense("apple trees", 1000))
    assert len([each for each in found if each.act == ORCHARD]) == 2


def test_a_search_by_words_wants_a_shared_word(chunks):
    assert chunks.words("квантовая хромодинамика", 10) == []
    assert len(chunks.dense("квантовая хромодинамика", 10)) == 10


def test_the_words_of_a_question_are_stemmed(chunks):
    (best, *_) = chunks.passages(chunks.words("weighing an apple", 5))
    assert "Ripe apples shall be weighed" in words_of(best)


def test_fusion_sums_reciprocal_ranks(chunks):
    question = "вечерний полив розы apple"
    scores = {}
    for ranked in (chunks.dense(question, 100), chunks.words(question, 100)):
        for rank, chunk in enumerate(ranked, 1):
            scores[chunk] = scores.get(chunk, 0) + 1 / (60 + rank)
    fused = chunks.fused(question, 10)
    assert [scores[chunk] for chunk in fused] == sorted(scores.values(), reverse=True)[:10]
    assert len(set(fused)) == len(fused)


def test_plain_chunks_over_an_older_folder_follow_the_library(garden, view, tmp_path):
    PlainChunks(view, StemEmbedder(), tmp_path / "work")
    garden.library.remove_edition(next(row.id for row in view.of_act(ORCHARD)))
    again = PlainChunks(garden.view, StemEmbedder(), tmp_path / "work")
    assert again.words("prune apple trees every winter", 10) == []
    assert ORCHARD not in {each.act for each in again.passages(again.dense("apple trees", 1000))}


# ── the peers' texts ──────────────────────────────────────────────────────────────────────────────


def test_every_official_text_is_written_character_by_character(view, tmp_path):
    texts = write_texts(view, tmp_path / "deep" / "texts")
    assert texts.keys() == {f"{WATER}@{OLD}", f"{WATER}@{NEW}", f"{ORCHARD}@{ORCHARD_DAY}", f"{PLANTS}@"}
    assert len(set(texts.values())) == len(texts)
    for (act, edition), text in TEXTS.items():
        assert texts[f"{act}@{edition or ''}"].read_bytes().decode() == text


def test_only_the_acts_asked_for_are_written(view, tmp_path):
    assert write_texts(view, tmp_path / "texts", [ORCHARD]).keys() == {f"{ORCHARD}@{ORCHARD_DAY}"}
    assert [path.name for path in (tmp_path / "texts").iterdir()] == [f"{ORCHARD}_{ORCHARD_DAY}.txt"]


# ── peers ─────────────────────────────────────────────────────────────────────────────────────────

FIND_LINES = """
import json, sys
from pathlib import Path

folder, model, questions, k, output = sys.argv[1:]
assert Path(model).is_dir()
answers = []
for line in Path(questions).read_text(encoding="utf-8").splitlines():
    asked = json.loads(line)
    wanted = set(asked["question"].lower().split())
    found = []
    for path in sorted(Path(folder).glob("*.txt")):
        start = 0
        for piece in path.read_text(encoding="utf-8").splitlines(keepends=True):
            shared = len(wanted & set(piece.lower().split()))
            found.append((-shared, path.name, start, start + len(piece.rstrip())))
            start += len(piece)
    places = [list(place[1:]) for place in sorted(found)[: int(k)]]
    answers.append(json.dumps({"id": asked["id"], "found": places}))
Path(output).write_text("\\n".join(reversed(answers)), encoding="utf-8")
"""


@pytest.fixture
def peer(view, tmp_path):
    def make(script):
        path = tmp_path / "find_lines.py"
        path.write_text(script, encoding="utf-8")
        (tmp_path / "model").mkdir(exist_ok=True)
        texts = write_texts(view, tmp_path / "work" / "texts")
        return PeerSystem("Line finder", sys.executable, path, texts, tmp_path / "model")

    return make


def test_a_peer_answers_each_case_with_places_of_the_texts(peer, view):
    cases = [
        *asked(view, "prune apple trees", name="apples"),
        *asked(view, "комиссия по садам.", name="watch"),
        *asked(view, "растение номер 7, растущее", name="seventh"),
    ]
    apples, watch, seventh = peer(FIND_LINES).search(cases, 2)  # its own output is in reverse order
    assert words_of(apples[0]) == "Sec. 1. Pruning. Gardeners shall prune apple trees every winter."
    assert [words_of(each) for each in watch] == ["1. Надзор ведёт комиссия по садам."] * 2
    assert {each.edition for each in watch} == {OLD, NEW}
    assert words_of(seventh[0]) == PLANTS_ITEMS[6]
    assert (seventh[0].act, seventh[0].edition) == (PLANTS, None)
    assert [len(found) for found in (apples, watch, seventh)] == [2, 2, 2]


def test_a_question_reaches_a_peer_as_it_was_asked(peer, view, tmp_path):
    question = 'Что значит «полив»,\nи что — "rose"?'
    peer(FIND_LINES).search(asked(view, question), 1)
    (line,) = (tmp_path / "work" / "questions.jsonl").read_text(encoding="utf-8").splitlines()
    assert json.loads(line) == {"id": "q1", "question": question}


def test_a_peer_that_fails_is_named_with_its_own_words(peer, view):
    failing = peer("import sys; sys.exit('the roses have withered')")
    with pytest.raises(InputError, match="Line finder failed: the roses have withered") as caught:
        failing.search(asked(view, "полив"), 1)
    assert "the roses have withered" in caught.value.ru


def test_a_peer_may_find_nothing(peer, view):
    nothing = peer(FIND_LINES.replace("[: int(k)]", "[:0]"))
    assert nothing.search(asked(view, "полив"), 5) == [[]]


def test_a_peer_is_measured_as_any_other_system(peer, view):
    cases = resolved(view)
    found = peer(FIND_LINES).search(cases, 20)
    assert all(isinstance(each, Passage) for passages in found for each in passages)
    assert ranks_of_needs(found[1], cases[1].needs) == [1]
