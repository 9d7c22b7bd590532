"""Homes of one or two small acts, filled as ingest fills them, with the stand-in for a model."""

from __future__ import annotations

from assistant.engine import Assistant
from assistant.index.indexes import Indexes
from assistant.model import Identity
from ingest import run
from ingest.pipeline import Options
from tests.killing import text_of

ACT, OTHER = "ru-fz-10-2020", "ru-fz-11-2020"
PAIRS = [(f"Садовник {n} поливает розы.", f"Gardener {n} waters roses.") for n in range(60)]


def take(folder, settings, act, version):
    file = folder / f"{act}.txt"
    file.write_text(text_of(act, version), encoding="utf-8")
    report = run.ingest_paths([file], Options(Identity(act=act, edition="2020-01-01")), settings)
    assert not report.failed
    opened = Indexes.at(settings)
    assert opened.scan is not None


def ask(settings):
    """What a new reader finds by words and meaning."""
    assistant = Assistant(settings)
    try:
        return [hit.ref for hit in assistant.search("подача воды на грядки", act=ACT)]
    finally:
        assistant.library.close()
