"""Search keys of the corpus lead to the provisions they name, and to none that is not in force."""

from __future__ import annotations

import json

import pytest

from assistant.errors import InputError
from assistant.model import Provision
from ingest.keys import KEYS, ProvisionKeys, key_chunks, keys_content, keys_of, load_keys

ACT = "us-eo-14179-2025"
LINE = {"provision": "st1", "ru": ["Когда поливать розы?"], "en": ["When are roses watered?", "watering"]}


def save(folder, *lines):
    path = folder / "keys.jsonl"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def as_line(**fields):
    return json.dumps(LINE | fields, ensure_ascii=False)


def outline(**fields):
    """A provision of ten characters, the first six its own, for each that the act has keys of."""
    ids = [entry.provision for entry in keys_of(ACT)]
    return [
        Provision(**{"id": pid, "kind": "section", "label": pid, "start": 10 * number, "end": 10 * number + 10,
                     "own_end": 10 * number + 6, "lang": "en", **fields})
        for number, pid in enumerate(ids)
    ]  # fmt: skip


# ── files ─────────────────────────────────────────────────────────────────────────────────────


def test_keys_are_read_line_by_line(tmp_path):
    first, second = load_keys(save(tmp_path, as_line(), as_line(provision="att1/p2", ru=[])))
    assert list(first.spoken()) == [
        ("ru", "Когда поливать розы?"),
        ("en", "When are roses watered?"),
        ("en", "watering"),
    ]
    assert (second.provision, second.ru) == ("att1/p2", [])
    assert load_keys(save(tmp_path)) == []


@pytest.mark.parametrize(
    "bad",
    [
        "{half a",
        "[]",
        "null",
        json.dumps({"ru": ["розы"]}),  # no provision
        as_line(provision=""),
        as_line(ru="розы"),  # no list
        as_line(ru=[1]),
        as_line(ru=["розы", "ро"]),  # a key too short to say anything
        as_line(en=[""]),
        as_line(de=["Rosen"]),  # a misspelt or unknown field
    ],
)
def test_a_line_that_is_no_keys_is_an_error_that_names_file_and_line(tmp_path, bad):
    path = save(tmp_path, as_line(), bad, as_line())
    with pytest.raises(InputError) as caught:
        load_keys(path)
    assert f"{path}, line 2" in caught.value.en
    assert f"{path}, строка 2" in caught.value.ru


@pytest.mark.parametrize("empty", ["", "   ", "\t", "\r"])
def test_an_empty_line_is_skipped_and_still_counted(tmp_path, empty):
    lines = (empty, as_line(), empty, as_line(provision="st2"), empty)
    assert [entry.provision for entry in load_keys(save(tmp_path, *lines))] == ["st1", "st2"]
    with pytest.raises(InputError, match="line 4:"):
        load_keys(save(tmp_path, empty, as_line(), empty, "{half a"))


def test_a_key_of_three_characters_is_long_enough(tmp_path):
    (entry,) = load_keys(save(tmp_path, as_line(ru=["сад"], en=["GPA"])))
    assert list(entry.spoken()) == [("ru", "сад"), ("en", "GPA")]


def test_the_corpus_own_files_are_all_read_and_say_something():
    for path in sorted(KEYS.glob("*.jsonl")):
        entries = load_keys(path)
        assert entries, path
        for entry in entries:
            assert [*entry.spoken()], f"{path.name}: {entry.provision} has no keys"
            assert all(key.strip() for _, key in entry.spoken()), (
                f"{path.name}: {entry.provision} has an empty key"
            )


# ── an act's keys ─────────────────────────────────────────────────────────────────────────────


def test_every_key_becomes_a_chunk_of_its_provision(tmp_path):
    nodes = {node.id: node for node in outline()}
    chunks = key_chunks(ACT, list(nodes.values()))
    assert [(chunk.pid, chunk.key_lang, chunk.key) for chunk in chunks] == [
        (entry.provision, lang, key) for entry in keys_of(ACT) for lang, key in entry.spoken()
    ]
    assert {"ru", "en"} == {chunk.key_lang for chunk in chunks}
    for chunk in chunks:
        node = nodes[chunk.pid]
        assert (chunk.start, chunk.end, chunk.lang) == (node.start, node.own_end, "en")
        assert (chunk.context, chunk.restates) == ("", [])


def test_the_chunks_language_is_the_texts_and_the_keys_its_own():
    chunks = key_chunks(ACT, outline(lang="ru"))
    assert {(chunk.lang, chunk.key_lang) for chunk in chunks} == {("ru", "ru"), ("ru", "en")}


def test_repealed_provisions_and_those_that_are_not_there_are_passed_over():
    nodes = outline()
    gone, repealed, left = nodes[0], nodes[1], nodes[2:]
    chunks = key_chunks(ACT, [*left, repealed.model_copy(update={"repealed": True})])
    assert {chunk.pid for chunk in chunks} == {node.id for node in left}
    assert gone.id not in {chunk.pid for chunk in chunks}
    assert key_chunks(ACT, outline(repealed=True)) == []
    assert key_chunks(ACT, []) == []


def test_provisions_without_keys_get_none():
    extra = outline()[0].model_copy(update={"id": "sec99/para99"})
    assert key_chunks(ACT, [extra]) == []


@pytest.mark.parametrize("act", ["ru-fz-1-2020", "no such act", ""])
def test_an_act_without_keys_has_no_chunks_and_no_content(act):
    assert keys_of(act) == ()
    assert keys_content(act) == ""
    assert key_chunks(act, outline()) == []


def test_the_content_tells_whether_keys_have_changed():
    content = keys_content(ACT)
    assert [ProvisionKeys(**entry) for entry in json.loads(content)] == list(keys_of(ACT))
