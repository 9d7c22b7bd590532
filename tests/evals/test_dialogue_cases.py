import json

import pytest

from assistant.errors import InputError
from evals.dialogue_cases import CASES, WHOLE, Dialogue, load_dialogues


def entry(name="d1", **fields):
    opening = {"q": "Когда поливать розы?"}
    after = {"q": "а днём?", "full": "Поливать ли розы днём?", "topic": ["розы"], "kind": "ellipsis"}
    return {"id": name, "lang": "ru", "turns": [opening, after], **fields}


@pytest.fixture
def write(tmp_path):
    def write_lines(*entries):
        path = tmp_path / "dialogues.jsonl"
        lines = (json.dumps(each, ensure_ascii=False) for each in entries)
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")
        return path

    return write_lines


def test_conversations_are_read_in_order(write):
    first, second = load_dialogues(write(entry("b"), entry("a")))
    assert (first.id, second.id) == ("b", "a")
    assert first.turns[0].full is None
    assert first.turns[1].topic == ("розы",)


def test_words_that_must_be_gone_are_called_not_in_the_file():
    turns = [{"q": "Раз?"}, {"q": "а два?", "full": "Два?", "kind": "ellipsis", "not": ["раз"]}]
    assert Dialogue.model_validate(entry(turns=turns)).turns[1].absent == ("раз",)


@pytest.mark.parametrize(
    "turns",
    [
        [{"q": "Раз?"}],
        [{"q": "Раз?"}, {"q": "а два?"}],
        [{"q": "Раз?"}, {"q": "а два?", "full": "Два?"}],
        [{"q": "Раз?", "full": "Раз?", "kind": "complete"}, {"q": "а два?", "full": "Два?", "kind": "date"}],
        [{"q": "Раз?"}, {"q": "а два?", "full": "Два?", "kind": "date", "as_of": "2024"}],
    ],
    ids=["one turn", "no meaning", "no kind", "opening with a meaning", "partial date"],
)
def test_a_conversation_that_is_none_is_named_with_its_line(write, turns):
    with pytest.raises(InputError) as caught:
        load_dialogues(write(entry("a"), entry("b", turns=turns)))
    assert "line 2" in caught.value.en


def test_an_id_that_repeats_is_refused(write):
    with pytest.raises(InputError, match="d1 occurs twice"):
        load_dialogues(write(entry(), entry()))


# ── those that ship ───────────────────────────────────────────────────────────────────────────────


@pytest.fixture(scope="module")
def shipped():
    return load_dialogues()


def test_there_are_sixty_in_both_languages_and_both_halves(shipped):
    assert len(shipped) >= 60
    assert min(sum(case.lang == lang for case in shipped) for lang in ("ru", "en")) >= 15
    assert min(sum(case.split == split for case in shipped) for split in ("dev", "test")) >= 20


def test_a_whole_question_means_itself(shipped):
    turns = [turn for case in shipped for turn in case.turns if turn.kind == "complete"]
    assert turns
    assert all(turn.full == turn.q for turn in turns)
    assert any(turn.kind in WHOLE for case in shipped for turn in case.turns[2:])


def test_no_turn_is_long_enough_to_quote_an_act():
    for line in CASES.read_text(encoding="utf-8").splitlines():
        case = json.loads(line)
        assert case.keys() == {"id", "lang", "turns"}
        assert all(len(turn["q"]) <= 200 and len(turn.get("full", "")) <= 200 for turn in case["turns"])
