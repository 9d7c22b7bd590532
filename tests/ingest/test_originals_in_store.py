"""Originals in an S3-compatible store: kept once, read back whole, deleted when nobody refers to them."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import socket
import sys
import time
import uuid
from contextlib import contextmanager, suppress

import obstore
import pytest

from assistant.engine import Assistant
from assistant.errors import NotHeldError, ServerError
from assistant.library import object_store
from assistant.library.object_store import YOUNG_SECONDS, ObjectStore
from assistant.library.originals import originals_of
from assistant.model import Authority, Citation, Currency, Identity
from assistant.settings import Settings
from assistant.texts import source_of
from ingest import run
from ingest.doctor import examine
from ingest.pipeline import Options
from tests.ingest.homes import ACT, OTHER, ask, take
from tests.killing import text_of
from tests.servers import s3


@pytest.fixture
def store(tmp_path, opened, s3_server):
    """Settings of an empty home whose originals are under a prefix of their own."""
    return Settings(home=tmp_path / "home", **s3_server.settings(f"{uuid.uuid4().hex}/files"))


def with_user(settings, user):
    return Settings(**{**settings.model_dump(), "files_access_key": user[0], "files_secret_key": user[1]})


def kept(settings):
    return sorted(originals_of(settings).kept())


def digest(file):
    return hashlib.sha256(file.read_bytes()).hexdigest()


def client(settings):
    return originals_of(settings)._store


def test_an_original_is_kept_in_the_store_once_and_comes_back_as_it_was(tmp_path, store):
    take(tmp_path, store, ACT, 1)
    file = tmp_path / f"{ACT}.txt"
    second = tmp_path / "copy.txt"
    second.write_bytes(file.read_bytes())
    run.ingest_paths([second], Options(Identity(act=ACT, edition="2020-01-01")), store)
    assert kept(store) == [digest(file)]
    assert originals_of(store).read(digest(file)) == file.read_bytes()
    assert not (store.home / "files").exists()
    assert ask(store)


def test_what_no_text_refers_to_is_deleted_and_foreign_objects_stay(tmp_path, store):
    take(tmp_path, store, ACT, 1)
    take(tmp_path, store, OTHER, 1)
    client(store).put("notes.txt", b"not an original")
    client(store).put("ab/notes", b"not an original")
    run.remove(ACT, store)
    assert kept(store) == [digest(tmp_path / f"{OTHER}.txt")]
    left = {each["path"] for page in client(store).list() for each in page}
    assert {"notes.txt", "ab/notes"} < left


def test_an_edition_is_read_anew_from_another_file_of_it_in_the_store(tmp_path, store):
    take(tmp_path, store, ACT, 1)
    said = Options(Identity(act=ACT, edition="2020-01-01"))
    lines = "".join(f"<p>{line}</p>" for line in text_of(ACT, 1).splitlines() if line)
    page = tmp_path / "page.html"
    page.write_text(f"<html><head><meta charset='utf-8'></head><body>{lines}</body></html>", encoding="utf-8")
    assert run.ingest_paths([page], said, store).updated == [ACT]
    dead = Settings(**{**store.model_dump(), "files_endpoint": "http://127.0.0.1:9"})
    with pytest.raises(ServerError):
        run.remove(str(page), dead)
    assert len(kept(store)) == 2
    page.unlink()
    assert run.remove(str(page), store) == [str(page)]
    assert kept(store) == [digest(tmp_path / f"{ACT}.txt")]
    assert ask(store)


def test_the_doctor_finds_what_is_missing_or_damaged_and_brings_it_back(tmp_path, store):
    for act in (ACT, OTHER):
        take(tmp_path, store, act, 1)
    first, second = (digest(tmp_path / f"{act}.txt") for act in (ACT, OTHER))
    assert examine(settings=store)["ok"] is True
    client(store).delete(f"{first[:2]}/{first}")
    client(store).put(f"{second[:2]}/{second}", b"something else")
    found = examine(settings=store)
    assert found["ok"] is False and found["originals_at"].startswith("s3://originals/")
    assert found["originals_missing"] == [str(tmp_path / f"{ACT}.txt")]
    assert found["originals_damaged"] == [str(tmp_path / f"{OTHER}.txt")]
    with pytest.raises(NotHeldError):
        originals_of(store).read(second)
    assert examine(settings=store, repair=True)["ok"] is True
    assert originals_of(store).read(first) == (tmp_path / f"{ACT}.txt").read_bytes()


def test_a_copy_in_the_home_is_checked_and_those_used_longest_ago_go(tmp_path, store):
    copies, texts = tmp_path / "copies", [bytes([number]) * 1000 for number in range(4)]
    small = ObjectStore(client(store), "s3://here", copies, copied=2500)
    names = [hashlib.sha256(text).hexdigest() for text in texts]
    for name, text in zip(names, texts, strict=True):
        small.keep(name, text)
    places = [small.local(name) for name in names[:3]]
    assert all(place.exists() for place in places)  # all may be in use
    places[1].write_bytes(b"damaged")
    assert small.local(names[1]).read_bytes() == texts[1]
    for age, place in enumerate(places):
        used = place.stat().st_mtime - 10 * YOUNG_SECONDS + age
        os.utime(place, (used, used))
    small.local(names[0])  # used again
    assert small.local(names[3]).read_bytes() == texts[3]
    assert [place.exists() for place in places] == [True, False, False]
    assert small.local("0" * 64) is None
    small.drop(names[0])
    assert small.local(names[0]) is None


def test_copies_of_originals_that_are_needed_no_more_are_deleted_and_no_others(tmp_path, store):
    copies, texts = tmp_path / "copies", [b"one", b"two", b"three"]
    held = ObjectStore(client(store), "s3://here", copies, copied=10_000)
    names = [hashlib.sha256(text).hexdigest() for text in texts]
    for name, text in zip(names, texts, strict=True):
        held.keep(name, text)
    places = [held.local(name) for name in names]
    being_written, foreign = places[0].with_name(f"{uuid.uuid4().hex}.partial"), copies / "notes.txt"
    for path in (being_written, foreign):
        path.write_bytes(b"somebody else's")
    held.drop_copies(lambda: names[1:])
    assert [place.exists() for place in places] == [False, True, True]
    assert being_written.exists() and foreign.exists()
    assert set(names) <= set(held.kept())
    assert held.local(names[0]).read_bytes() == b"one"  # the original is where it was


def test_without_copies_nobody_is_asked_what_is_needed(tmp_path, store):
    def needed():
        raise AssertionError("the library was read for nothing")

    ObjectStore(client(store), "s3://here", tmp_path / "copies", copied=10_000).drop_copies(needed)


def test_a_copy_here_goes_with_the_act_that_is_removed(tmp_path, store):
    for act in (ACT, OTHER):
        take(tmp_path, store, act, 1)
    first, second = (originals_of(store).local(digest(tmp_path / f"{act}.txt")) for act in (ACT, OTHER))
    assert first.exists() and second.exists()
    run.remove(ACT, store)
    assert not first.exists() and second.exists()


@contextmanager
def silent_server():
    """(its address, how many have knocked since last asked): a server that takes calls and never answers."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(16)
        listening.setblocking(False)
        opened = []

        def knocks():
            before = len(opened)
            with suppress(BlockingIOError):
                while True:
                    opened.append(listening.accept()[0])
            return len(opened) - before

        yield f"http://127.0.0.1:{listening.getsockname()[1]}", knocks
        for each in opened:
            each.close()


def test_a_store_that_does_not_answer_is_soon_given_up_by_a_reader_and_left_alone(
    tmp_path, store, monkeypatch
):
    """Without the bound the client would wait 120 seconds, three times over."""
    take(tmp_path, store, ACT, 1)
    assistant = Assistant(store)
    cited = citation_of(assistant)
    monkeypatch.setattr(object_store, "READER_SECONDS", 1)
    with silent_server() as (address, knocks):
        silent = Settings(**{**store.model_dump(), "files_endpoint": address, "home": tmp_path / "elsewhere"})
        files = originals_of(silent)
        began = time.monotonic()
        without = source_of(assistant.view, cited, files)
        assert time.monotonic() - began < 60
        assert without.file is None and without.quote == cited.quote
        assert knocks() == 1
        again = source_of(assistant.view, cited, files)  # others do not wait in turn
        assert again.file is None and again.quote == cited.quote
        assert knocks() == 0
        monkeypatch.setattr(object_store, "LEFT_ALONE_SECONDS", 0)
        files._left_alone_until = 0.0
        assert source_of(assistant.view, cited, files).file is None
        assert knocks() == 1
    assistant.library.close()


def citation_of(assistant):
    row = assistant.library.editions(ACT)[0]
    node = assistant.library.provisions(row.id)[0]
    text = assistant.library.text(row.id)
    return Citation(
        id=1, ref=f"{ACT}#{node.id}", act=ACT, title="", edition=row.edition, currency=Currency.CURRENT,
        authority=Authority(row.authority), provision=node.id, label=node.label, start=node.start,
        end=node.end, quote=text[node.start : node.end], number=None, date=None, confidence=None, page=None,
        url=None,
    )  # fmt: skip


def test_a_citation_has_a_file_to_draw_from_and_its_words_also_without_the_store(tmp_path, store, caplog):
    take(tmp_path, store, ACT, 1)
    assistant = Assistant(store)
    cited = citation_of(assistant)
    shown = assistant.source(cited)
    assert shown.file.read_bytes() == (tmp_path / f"{ACT}.txt").read_bytes()
    assert shown.file.is_relative_to(store.copies_path)
    dead = {**store.model_dump(), "files_endpoint": "http://127.0.0.1:9", "home": tmp_path / "elsewhere"}
    without = source_of(assistant.view, cited, originals_of(Settings(**dead)))
    assert without.file is None and without.quote == shown.quote
    assert "127.0.0.1:9" in caplog.text
    assistant.library.close()


@pytest.mark.parametrize(
    ("changed", "en", "ru"),
    [
        ({"files_endpoint": "http://127.0.0.1:9"}, "no answer", "нет ответа"),
        ({"files_url": "s3://nowhere/files"}, "no such bucket: s3://nowhere", "bucket) нет: s3://nowhere"),
        ({"files_secret_key": "a wrong secret"}, "SignatureDoesNotMatch", "отказывает в доступе"),
        ({"files_access_key": "AKIANOBODY"}, "InvalidAccessKeyId", "отказывает в доступе"),
        (dict(zip(("files_access_key", "files_secret_key"), s3.STRANGER, strict=True)), "AccessDenied",
         "отказывает в доступе"),
    ],
    ids=["unreachable", "no bucket", "wrong secret", "unknown key", "no rights"],
)  # fmt: skip
def test_a_store_that_cannot_be_used_is_named_and_no_key_is_shown(tmp_path, store, caplog, changed, en, ru):
    caplog.set_level(logging.DEBUG)
    file = tmp_path / "act.txt"
    file.write_text(text_of(ACT, 1), encoding="utf-8")
    broken = Settings(**{**store.model_dump(), **changed})
    with pytest.raises(ServerError) as caught:
        run.ingest_paths([file], Options(Identity(act=ACT, edition="2020-01-01")), broken)
    assert en in caught.value.en and ru in caught.value.ru
    report = examine(settings=broken)
    assert report["ok"] is True or en in report["problem"]  # an empty library asks the store for nothing
    said = caught.value.en + caught.value.ru + json.dumps(report) + caplog.text + repr(broken)
    for secret in (s3.OWNER[0], s3.OWNER[1], "a wrong secret", "AKIANOBODY", *s3.STRANGER):
        assert secret not in said


def test_a_file_that_may_not_be_written_fails_and_the_library_stays_as_it_was(tmp_path, store):
    take(tmp_path, store, ACT, 1)
    file = tmp_path / "other.txt"
    file.write_text(text_of(OTHER, 1), encoding="utf-8")
    said = Options(Identity(act=OTHER, edition="2020-01-01"))
    report = run.ingest_paths([file], said, with_user(store, s3.READER))
    assert [entry.path for entry in report.failed] == [str(file)] and "AccessDenied" in report.failed[
        0
    ].reason
    assert run.ingest_paths([file], said, store).added == [OTHER]


def test_keys_may_come_from_the_standard_variables(tmp_path, store, monkeypatch):
    take(tmp_path, store, ACT, 1)
    plain = Settings(home=store.home, files_url=store.files_url)
    for name, value in zip(("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"), s3.OWNER, strict=True):
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_ENDPOINT_URL", store.files_endpoint)
    assert kept(plain) == kept(store) != []


@pytest.mark.parametrize(
    "endpoint",
    ["not a url", "https://ho st", "http://AKIAKEY:s3cret@127.0.0.1:9", "https://host/path", "s3://b"],
)
def test_an_endpoint_that_is_no_address_is_refused_before_anything_is_sent(tmp_path, monkeypatch, endpoint):
    given = {"home": tmp_path, "files_url": "s3://some-bucket/here"}
    monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)
    for settings in (Settings(**given, files_endpoint=endpoint), Settings(**given)):
        with pytest.raises(ServerError, match="AI_POLICY_FILES_ENDPOINT") as caught:
            originals_of(settings)
        assert "s3cret" not in caught.value.en + caught.value.ru + repr(settings)


def test_without_the_client_it_is_named(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "obstore.store", None)
    with pytest.raises(ServerError, match=r"ai-policy-assistant\[s3\]"):
        originals_of(Settings(home=tmp_path, files_url="s3://never-opened/here"))


def test_an_object_of_another_size_is_put_again(store):
    data = b"the text of an act"
    name = hashlib.sha256(data).hexdigest()
    obstore.put(client(store), f"{name[:2]}/{name}", b"cut off")
    originals_of(store).keep(name, data)
    assert originals_of(store).read(name) == data
