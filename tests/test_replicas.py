"""Two replicas in homes of their own, over one library on PostgreSQL and one Chroma server, are one assistant."""

from __future__ import annotations

import json
import shutil

import httpx
import numpy as np
import pytest
from sqlalchemy import delete

from assistant.addresses import http_address
from assistant.engine import Assistant
from assistant.errors import LibraryError, ServerError
from assistant.index import changes
from assistant.index.derive import reconcile
from assistant.index.indexes import Indexes
from assistant.index.shared import FILES as LEARNT
from assistant.index.shared import Shared
from assistant.index.token_store import TokenStore
from assistant.index.vectors import ChunkKey, Scope, VectorIndex
from assistant.library.drafts import ChunkDraft
from assistant.library.originals import originals
from assistant.settings import Settings
from evals.sample_library import SAMPLES
from ingest import doctor, run
from tests.builders import Elsewhere, edition_draft
from tests.replicas import found, questions, soon, standing_in
from tests.servers import postgres

FILES = [
    SAMPLES / "ru" / "ru-fz-9637-2020.txt",
    SAMPLES / "ru" / "ru-ukaz-9668-2017.txt",
    SAMPLES / "en" / "eu-reg-9455-2019.txt",
]
LATER = SAMPLES / "en" / "eu-reg-9466-2020.txt"
PASSWORD = "pa55-s3cret"


@pytest.fixture(scope="module")
def embedders():
    with standing_in() as made:
        yield made


def take_means(known, new):
    """Give a home the language means of another one, which saves learning them once more."""
    new.index_path.mkdir(parents=True)
    for learnt in known.index_path.glob("*.npz"):
        shutil.copy(learnt, new.index_path)


@pytest.fixture(scope="module")
def homes(tmp_path_factory, postgres_url, chroma_url, embedders):
    """Settings of two replicas, and of a single machine; through the first and alone the same was ingested."""
    folder = tmp_path_factory.mktemp("replicas")
    with postgres.database(postgres_url, "replicas") as url:
        servers = {"database_url": url, "chroma_url": chroma_url, "files_url": str(folder / "files")}
        made = [Settings(home=folder / name, **servers) for name in ("one", "two")]
        alone = Settings(home=folder / "alone")
        assert not run.ingest_paths(FILES, settings=alone).failed
        take_means(alone, made[0])
        assert not run.ingest_paths(FILES, settings=made[0]).failed
        yield (*made, alone)


@pytest.fixture(params=[changes.FEW, 0], ids=["all compared", "changes followed"])
def few(request, monkeypatch):
    """A library whose chunks are few, and one whose are many."""
    monkeypatch.setattr(changes, "FEW", request.param)


@pytest.fixture(scope="module")
def replicas(homes):
    opened = [Assistant(settings) for settings in homes]
    yield opened
    for each in opened:
        each.library.close()


def test_each_finds_what_a_single_machine_finds_with_the_same_scores(replicas):
    one, two, alone = replicas
    for question in questions(30):
        wanted = found(alone.search(question))
        assert found(one.search(question)) == wanted and found(two.search(question)) == wanted
        assert len(wanted) == 10
    assert one.view.version == two.view.version == alone.view.version


def test_a_replica_runs_no_model_for_what_another_one_has_embedded(homes, replicas, embedders):
    replicas[1].search("надзор")
    assert embedders[homes[0].home].passages > 0
    assert embedders[homes[1].home].passages == 0


@pytest.mark.usefixtures("few")
def test_what_one_takes_in_and_out_the_other_has_and_has_no_more(homes, replicas):
    one, two, _ = replicas
    act = LATER.stem

    def held(by):
        return act in {each.act for each in by.acts()}

    assert not held(two)
    assert run.ingest_paths([LATER], settings=homes[0]).added == [act]
    (question,) = questions(1, act)
    wanted = found(one.search(question))
    assert any(ref.startswith(act) for ref, *_ in wanted)
    soon(lambda: found(two.search(question)) == wanted)
    foreign = homes[0].files_path / "ab" / "notes.txt"
    foreign.parent.mkdir(exist_ok=True)
    foreign.write_text("not an original")
    assert run.remove(act, homes[1]) == [act]
    assert foreign.exists() and not any(
        LATER.read_bytes() == kept.read_bytes() for kept in originals(homes[0].files_path)
    )
    soon(lambda: one.indexes.complete_for(one.library))
    assert not held(one) and all(hit.act != act for hit in one.search(question))
    for settings in homes[:2]:
        soon(lambda settings=settings: doctor.examine(settings=settings)["ok"])


def test_what_a_cluster_embedded_is_found_through_every_replica_and_embedded_by_none(
    homes, replicas, embedders
):
    one, two, _ = replicas
    elsewhere, before = Elsewhere(), [embedders[home.home].passages for home in homes[:2]]
    with run.writing(homes[0]) as library:
        library.put_edition(edition_draft())
        reconcile(Indexes.at(homes[0]), library, elsewhere=elsewhere)
    assert elsewhere.texts
    for each in (one, two):
        soon(lambda each=each: any(hit.act == "ru-fz-1-2020" for hit in each.search("полив роз")))
    assert [embedders[home.home].passages for home in homes[:2]] == before
    one.library.remove_editions([row.id for row in one.library.editions("ru-fz-1-2020")])
    for each in (one, two):
        soon(lambda each=each: each.indexes.complete_for(each.library))


@pytest.mark.usefixtures("few")
def test_what_a_killed_writer_left_unindexed_a_living_replica_completes(replicas):
    one, two, _ = replicas
    one.library.put_edition(edition_draft())  # and here the writer was killed
    for each in (one, two):
        soon(lambda each=each: any(hit.act == "ru-fz-1-2020" for hit in each.search("полив роз")))
    one.library.remove_editions([row.id for row in one.library.editions("ru-fz-1-2020")])
    for each in (one, two):
        soon(lambda each=each: each.indexes.complete_for(each.library))
        assert all(hit.act != "ru-fz-1-2020" for hit in each.search("полив роз"))


def test_without_the_chroma_server_questions_are_answered_and_a_writer_is_told(homes, replicas, free_port):
    there = Settings(**{**homes[0].model_dump(), "chroma_url": f"http://u:{PASSWORD}@127.0.0.1:{free_port}"})
    cut_off = Assistant(there)
    question = questions(1)[0]
    assert found(cut_off.search(question)) == found(replicas[0].search(question))
    report = doctor.examine(settings=there)
    assert not report["ok"] and f"127.0.0.1:{free_port}" in report["problem"]
    assert PASSWORD not in json.dumps(report) + repr(there)
    with pytest.raises(ServerError) as caught:
        Indexes.at(there).vectors.keys()
    assert PASSWORD not in caught.value.en + caught.value.ru and "AI_POLICY_CHROMA_URL" in caught.value.ru
    cut_off.library.close()


def test_originals_lie_where_both_reach_them(homes, replicas):
    one, two, _ = replicas
    for each in (one, two):
        (row,) = [row for row in each.library.renditions() if row.path == str(FILES[0])]
        assert (homes[0].files_path / row.sha256[:2] / row.sha256).read_bytes() == FILES[0].read_bytes()
    assert not (homes[0].home / "files").exists()


@pytest.mark.parametrize(
    "url",
    [
        "gs://bucket/files",
        "s3://Bucket/../files",
        "s3://key:secret@bucket/files",
        "file://elsewhere/files",
        "files",
    ],
)
def test_a_folder_that_not_every_machine_would_find_is_refused(tmp_path, url):
    with pytest.raises(ValueError, match="absolute path of a folder"):
        Settings(home=tmp_path, files_url=url)
    assert Settings(home=tmp_path, files_url=tmp_path.as_uri()).files_path == tmp_path


def test_libraries_on_one_chroma_server_keep_out_of_each_other_s_way(homes, replicas, tmp_path):
    other = Settings(home=tmp_path / "other", chroma_url=homes[0].chroma_url)
    take_means(homes[2], other)
    run.ingest_paths([LATER], settings=other)
    assert doctor.examine(repair=True, settings=other)["ok"]
    assert doctor.examine(settings=homes[0])["ok"]


def test_settings_a_server_keeps_of_a_collection_are_not_believed(chroma_url):
    named = {"type": "known", "name": "sentence_transformer", "config": {"model_name": "evil/code"}}
    where = f"{chroma_url}/api/v2/tenants/default_tenant/databases/default_database/collections"
    for name, space in (("planted", "cosine"), ("other-space", "l2")):
        said = {"hnsw": {"space": space}, "embedding_function": named}
        made = httpx.post(where, json={"name": name, "configuration": said}, trust_env=False)
        assert made.status_code == 200
    address = http_address(chroma_url, "")
    vectors = VectorIndex(address, "planted")
    assert vectors._collection.configuration.get("embedding_function") is None
    vectors.add([ChunkKey(7, 1, "ru")], np.ones((1, 4), np.float32))
    assert [each.chunk for each in vectors.search(np.ones(4, np.float32), 1, Scope())] == [7]
    vectors.drop()
    with pytest.raises(ServerError, match="not made by this program"):
        VectorIndex(address, "other-space")


@pytest.mark.parametrize(
    "url", ["chroma:8000", "ftp://chroma", "http://", "http://chroma:port", "http://chroma/x?y"]
)
def test_what_is_no_address_of_a_server_is_refused(url):
    with pytest.raises(LibraryError, match="AI_POLICY_CHROMA_URL"):
        http_address(url, "AI_POLICY_CHROMA_URL")


@pytest.fixture
def two_writers(homes, tmp_path, postgres_url, chroma_url, monkeypatch):
    """Two homes over a library of many chunks that nobody follows; both are in step."""
    monkeypatch.setattr(changes, "FEW", 0)
    with postgres.database(postgres_url, "writers") as url:
        servers = {"database_url": url, "chroma_url": chroma_url, "files_url": str(tmp_path / "files")}
        one, two = (Settings(home=tmp_path / name, **servers) for name in ("one", "two"))
        for home in (one, two):
            take_means(homes[2], home)
        assert not run.ingest_paths(FILES, settings=one).failed
        with run.writing(two) as library:
            reconcile(Indexes.at(two), library)
        yield one, two


def test_vectors_that_a_writer_left_on_the_server_go_with_the_next_write_of_one_that_lagged(two_writers):
    one, two = two_writers
    run.ingest_paths([LATER], settings=one)
    with run.writing(one) as library:  # and here it was killed: the vectors stay
        library.remove_editions([row.id for row in library.editions(LATER.stem)])
    with run.writing(two) as library:
        library.put_edition(edition_draft())
        indexes = Indexes.at(two)
        reconcile(indexes, library)
        assert indexes.vectors.keys() == library.chunk_ids()


def test_a_writer_cut_off_among_the_vectors_leaves_none_to_the_next(two_writers, monkeypatch):
    one, two = two_writers

    def killed(*_):
        raise KeyboardInterrupt

    with run.writing(one) as library, monkeypatch.context() as cut, pytest.raises(KeyboardInterrupt):
        (key, _) = library.put_edition(keyed(LATER))
        cut.setattr(TokenStore, "sweep", killed)
        reconcile(Indexes.at(one), library)
    with run.writing(two) as library:
        library.remove_editions([key])
        indexes = Indexes.at(two)
        reconcile(indexes, library)
        assert indexes.vectors.keys() == library.chunk_ids()


def keyed(path):
    """A text as one provision that is one chunk."""
    text = path.read_text(encoding="utf-8")
    chunks = [ChunkDraft("st1", 0, 200, "", "ru")]
    return edition_draft("ru-fz-8-2020", text=text, provisions=[], chunks=chunks, path=path.name)


def test_means_that_are_lost_on_the_server_are_put_back_by_the_next_write(two_writers):
    one, _ = two_writers
    name = Indexes.at(one).profile_file.name
    with run.writing(one) as library:
        shared = Shared(library)
        kept = shared._file(name)
        with shared._session() as session:
            session.execute(delete(LEARNT).where(LEARNT.c.name == name))
        library.put_edition(edition_draft())
        reconcile(Indexes.at(one), library)
        assert shared._file(name) == kept
