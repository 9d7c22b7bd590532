"""Ingest on a real Ray cluster of two workers: the same library as one machine makes, whoever is killed."""

from __future__ import annotations

import os
import shutil
import signal

import numpy as np
import psutil
import pytest

from assistant.engine import Assistant
from assistant.index.indexes import Indexes
from assistant.settings import Settings
from evals.sample_library import files
from ingest import cluster as on_cluster
from ingest import run
from ingest.cluster.connection import ClusterError
from tests.replicas import found, questions
from tests.sample_home import MODEL, ai_policy, new_home
from tests.servers import ray_cluster

pytestmark = [pytest.mark.long, pytest.mark.timeout(3600)]
QUESTIONS = 20


@pytest.fixture(scope="module")
def address():
    why = ray_cluster.why_not()
    if why:
        pytest.skip(why)
    with ray_cluster.cluster() as started:
        yield started


@pytest.fixture(scope="module")
def alone(tmp_path_factory, model_folder):
    """A home that this machine filled without a cluster."""
    settings = Settings(home=new_home(tmp_path_factory.mktemp("alone") / "home", model_folder))
    report = run.ingest_paths(files(), settings=settings)
    assert not report.failed
    return settings, report


def home_like(folder, model_folder, settings):
    """An empty home with the language means of another one, which saves learning them again."""
    made = Settings(home=new_home(folder, model_folder, like=settings.home))
    for means in settings.index_path.glob("centring-*"):
        shutil.copy(means, made.index_path)
    return made


def library_of(settings):
    """Everything the library holds, but for keys and times."""
    assistant = Assistant(settings)
    library = assistant.library
    editions = {
        row.id: (row.act_id, row.edition, row.authority, row.attachment) for row in library.editions()
    }
    texts = {editions[key]: library.text(key) for key in editions}
    outlines = {editions[key]: [node.model_dump() for node in library.provisions(key)] for key in editions}
    renditions = sorted(
        (editions[row.edition_id], row.path, row.sha256, row.is_primary) for row in library.renditions()
    )
    texts_of = {key: library.text(key) for key in editions}
    rows = library.chunks_among(library.chunk_ids())
    names = {
        row.id: (editions[row.edition_id], row.start, row.end, row.embedded(texts_of[row.edition_id]))
        for row in rows
    }
    library.close()
    return texts, outlines, renditions, names


def vectors_of(settings, names):
    indexes = Indexes.at(settings)
    keys = sorted(names)
    vectors = dict(zip(keys, indexes.scan.rows(keys), strict=True))
    codes = {key: code.to_bytes() for key, code in indexes.tokens.get(keys).items()}
    indexes.close()
    return {names[key]: (vectors[key], codes[key]) for key in keys}


def assert_same(one, other):
    """That two homes hold the same texts, outlines, renditions, chunks, vectors and token codes, once each."""
    first, second = library_of(one), library_of(other)
    assert first[:3] == second[:3]
    names, others = first[3], second[3]
    assert sorted(names.values()) == sorted(others.values())
    assert len(set(others.values())) == len(others) > 100
    made, again = vectors_of(one, names), vectors_of(other, others)
    differ = 0
    for name, (vector, code) in made.items():
        np.testing.assert_allclose(vector, again[name][0], atol=1e-5)
        left, right = np.frombuffer(code, np.int8), np.frombuffer(again[name][1], np.int8)
        assert left.shape == right.shape
        differ += int((left != right).sum() > 0.01 * len(left))
    assert differ == 0
    here, there = Assistant(one), Assistant(other)
    for question in questions(QUESTIONS):
        assert found(here.search(question)) == found(there.search(question))
    here.library.close()
    there.library.close()


@pytest.fixture
def watched(monkeypatch):
    """The cages and embeddings that were opened on a cluster."""
    opened = {}

    def remembering(name, made):
        class Remembered(made):
            def __init__(self, *given):
                super().__init__(*given)
                opened[name] = self

        return Remembered

    monkeypatch.setattr(on_cluster, "ClusterCage", remembering("cage", on_cluster.ClusterCage))
    monkeypatch.setattr(on_cluster, "ClusterEmbedding", remembering("embedding", on_cluster.ClusterEmbedding))
    return opened


def test_workers_killed_midway_lose_nothing_and_duplicate_nothing(
    tmp_path, model_folder, address, alone, watched, monkeypatch
):
    """One worker dies while files are read, another while texts are embedded: both with work in hand."""
    settings, single = alone
    home = home_like(tmp_path / "home", model_folder, settings)
    killed = []

    def kill_one(workers, task):
        """Kill a worker in the midst of a task: Ray gives the process the name of what it does."""
        for pid in {worker.pid for worker in workers}:
            if psutil.pid_exists(pid) and task in psutil.Process(pid).cmdline()[0]:
                os.kill(pid, signal.SIGKILL)
                killed.append((pid, task))
                return

    real = on_cluster.Cluster.result

    def result(self, started):
        done = real(self, started)
        for number, (name, task) in enumerate((("cage", "read_edition"), ("embedding", "embed_passages"))):
            if len(killed) == number:
                kill_one(watched[name].workers, task)
        return done

    monkeypatch.setattr(on_cluster.Cluster, "result", result)
    report = run.ingest_paths(files(), settings=home, ray=address)
    assert [task for _, task in killed] == ["read_edition", "embed_passages"] and not report.failed
    assert len(watched["embedding"].workers) >= 2
    assert sum(watched["cage"].workers.values()) == len(files())
    assert (report.added, report.provisions, report.chunks) == (
        single.added,
        single.provisions,
        single.chunks,
    )
    assert_same(settings, home)
    again = run.ingest_paths(files(), settings=home, ray=address)
    assert not again.added and not again.updated and sorted(again.unchanged) == sorted(single.added)
    assert not watched["cage"].workers and not watched["embedding"].workers


def test_the_command_line_starts_a_cluster_of_its_own_and_prints_only_its_report(
    tmp_path, model_folder, alone
):
    why = ray_cluster.why_not()
    if why:
        pytest.skip(why)
    settings, _ = alone
    home = home_like(tmp_path / "home", model_folder, settings).home
    copy = tmp_path / "copy.txt"
    copy.write_bytes(files()[0].read_bytes())
    (tmp_path / "bad.pdf").write_bytes(b"%PDF-1.7 no more")
    paths = [files()[0], copy, tmp_path / "bad.pdf"]
    done = ai_policy(home, "ingest", "--ray", "local", "--json", *paths)
    assert done.status == 1, done.err
    assert len(done.json["added"]) == 1 and done.json["chunks"] > 0
    assert [entry["path"] for entry in done.json["failed"]] == [str(tmp_path / "bad.pdf")]
    assert ai_policy(home, "doctor").status == 0


def test_a_cluster_that_runs_other_code_is_told_and_nothing_is_taken_in(
    tmp_path, model_folder, address, alone, monkeypatch
):
    home = home_like(tmp_path / "home", model_folder, alone[0])
    monkeypatch.setattr("ingest.cluster.reading.code_hash", lambda: "another version")
    report = run.ingest_paths(files()[:2], settings=home, ray=address)
    assert len(report.failed) == 2 and "another version of this program" in report.failed[0].reason


def test_a_worker_without_the_model_is_named_and_the_next_run_goes_on(
    tmp_path, model_folder, address, alone, monkeypatch
):
    home = home_like(tmp_path / "home", model_folder, alone[0])
    real = on_cluster.ClusterEmbedding._model
    monkeypatch.setattr(
        on_cluster.ClusterEmbedding, "_model",
        lambda self, embedder: type(real(self, embedder))(MODEL, str(tmp_path / "none"), True, "auto", "x"),
    )  # fmt: skip
    with pytest.raises(Exception, match="does not have the embedding model"):
        run.ingest_paths(files()[:2], settings=home, ray=address)
    monkeypatch.setattr(on_cluster.ClusterEmbedding, "_model", real)
    report = run.ingest_paths(files()[:2], settings=home, ray=address)
    assert not report.failed
    assert not report.added
    assert not report.updated
    assistant = Assistant(home)
    assert assistant.indexes.complete_for(assistant.library)
    assistant.library.close()


def test_a_cluster_that_has_gone_is_told(tmp_path, model_folder, alone):
    why = ray_cluster.why_not()
    if why:
        pytest.skip(why)
    home = home_like(tmp_path / "home", model_folder, alone[0])
    with ray_cluster.cluster(1) as gone:
        pass
    with pytest.raises(ClusterError, match=gone):
        run.ingest_paths(files()[:1], settings=home, ray=gone)
