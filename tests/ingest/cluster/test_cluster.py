"""What a cluster is given to do, and what is said where there is none; a real one is in tests/long/test_ray.py."""

from __future__ import annotations

import hashlib
import sys

import pytest
from click.testing import CliRunner

from assistant.cli import cli
from assistant.errors import ModelError, ReadError
from assistant.index.derive import reconcile
from assistant.index.indexes import Indexes
from assistant.index.vector_cache import VectorCache
from assistant.model import Identity
from assistant.settings import ReaderSettings
from ingest import run
from ingest.cluster import ClusterCage, connected, tasks
from ingest.cluster.connection import ClusterError
from ingest.cluster.reading import error_of
from ingest.embedded import embedded_catalogue
from ingest.pipeline import Ingest, Options
from tests.builders import Elsewhere, StemEmbedder, edition_draft
from tests.ingest.homes import ACT, OTHER, PAIRS
from tests.killing import text_of


class InThisProcess:
    """Stands in for a cluster: a task runs here, when it is begun."""

    cpus = 2

    def __init__(self):
        self.begun = []

    def start(self, task, code, file, limits, digest, shared):
        self.begun.append(file.path.rpartition("/")[2])
        tasks._catalogues[digest] = shared[0]
        return task(code, file, limits, digest, shared)

    def share(self, value):
        return value

    def result(self, started):
        return started


@pytest.fixture
def cluster():
    yield InThisProcess()
    tasks._catalogues.clear()


def test_each_content_is_sent_once_and_what_is_held_is_not_sent(tmp_path, settings, cluster):
    for name, act in (("a", ACT), ("b", OTHER), ("c", OTHER)):
        (tmp_path / f"{name}.txt").write_text(text_of(act, 2), encoding="utf-8")
    (tmp_path / "d.txt").write_text((tmp_path / f"{ACT}.txt").read_text(encoding="utf-8"), encoding="utf-8")
    (tmp_path / "e.pdf").write_bytes(b"%PDF-1.7 no more")
    before = [tmp_path / f"{ACT}.txt"]
    with run.writing(settings) as library:
        held = {row.sha256 for row in library.renditions()}
        assert held == {hashlib.sha256(before[0].read_bytes()).hexdigest()}
        cage = ClusterCage(cluster, ReaderSettings())
        paths = [tmp_path / name for name in ("a.txt", "b.txt", "c.txt", "d.txt", "e.pdf")]
        report = Ingest(library, embedded_catalogue(), settings.files_path, Options(), cage=cage).run(paths)
    assert cluster.begun == ["a.txt", "b.txt", "e.pdf"]  # c is b again, d is held
    assert sum(cage.workers.values()) == 3
    assert [entry.path for entry in report.failed] == [str(tmp_path / "e.pdf")]
    assert len(report.added) == 1 and report.unchanged == [ACT]


def test_a_file_that_changed_while_it_was_under_way_is_read_as_it_is_now(tmp_path, settings, cluster):
    file = tmp_path / "act.txt"
    file.write_text(text_of(OTHER, 1), encoding="utf-8")
    cage = ClusterCage(cluster, ReaderSettings())
    cage.begin(file.read_bytes(), file, None, embedded_catalogue())
    file.write_text(text_of(OTHER, 2), encoding="utf-8")
    said = Options(Identity(act=OTHER, edition="2020-01-01"))
    with run.writing(settings) as library:
        Ingest(library, embedded_catalogue(), settings.files_path, said, cage=cage).run([file])
        (row,) = library.editions(OTHER)
        assert library.text(row.id) in text_of(OTHER, 2) + "\n"


@pytest.mark.parametrize("kind", [ReadError, ModelError, ClusterError])
def test_an_error_of_a_worker_is_the_same_error_here(kind):
    back = error_of(tasks._as_value(kind("what happened", "что случилось")))
    assert type(back) is kind and (back.en, back.ru) == ("what happened", "что случилось")


def test_a_worker_with_other_code_reads_nothing():
    read = tasks.read_edition("other", tasks.File(b"x", "x.txt", None, None, None), ReaderSettings(), "", [])
    assert read.edition is None and read.error is not None and "another version" in read.error["en"]


class NoEmbedder(StemEmbedder):
    """A model that must not be asked for passages once the language means are learnt."""

    silent = False

    def _embed(self, texts):
        assert not self.silent, texts
        return super()._embed(texts)


def test_what_other_machines_embedded_is_indexed_as_if_it_had_been_made_here(tmp_path, settings):
    opened = []
    for name, embedder, elsewhere in (("here", StemEmbedder(), None), ("there", NoEmbedder(), Elsewhere())):
        home = settings.model_copy(update={"home": tmp_path / name})
        with run.writing(home) as library:
            indexes = Indexes(home.index_path, embedder, VectorCache(home.home / "v.sqlite"))
            reconcile(indexes, library, parallel=lambda: PAIRS)  # learns the means
            embedder.silent = True
            library.put_edition(edition_draft())
            reconcile(indexes, library, parallel=lambda: PAIRS, elsewhere=elsewhere)
            keys = sorted(library.chunk_ids())
            codes = {key: code.to_bytes() for key, code in indexes.tokens.get(keys).items()}
            opened.append((indexes.scan.rows(keys).tolist(), codes, indexes.complete_for(library)))
            assert elsewhere is None or len(set(elsewhere.texts)) == len(elsewhere.texts) > 0
            indexes.close()
            indexes.cache.close()
    assert opened[0] == opened[1] and opened[0][2] is True


def test_without_ray_it_is_named_in_the_user_s_language(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setenv("AI_POLICY_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AI_POLICY_LANG", "ru")
    with pytest.raises(ClusterError, match=r"ai-policy-assistant\[cluster\]") as caught, connected("local"):
        pass
    assert "не установлен" in caught.value.ru
    done = CliRunner().invoke(cli, ["ingest", "--ray", "local"])
    assert isinstance(done.exception, ClusterError) or "Ray не установлен" in done.output


@pytest.mark.parametrize("address", ["cluster", "http://h:1/x", "h:p", "", "ray://u:secret@h:1:2"])
def test_what_is_no_address_of_a_cluster_is_refused(address):
    pytest.importorskip("ray")
    with pytest.raises(ClusterError, match="no address of a Ray cluster") as caught, connected(address):
        pass
    assert "secret" not in caught.value.en + caught.value.ru


def test_a_cluster_that_nobody_runs_is_named(free_port):
    pytest.importorskip("ray")
    with pytest.raises(ClusterError, match=f"127.0.0.1:{free_port}"), connected(f"127.0.0.1:{free_port}"):
        pass
