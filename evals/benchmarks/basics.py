"""A folder of acts -> the basic figures of an installation, as one JSON object.

In a fresh home: the time of ``--help``, of ingesting one act and all of them, of an unchanged ingest; in a
warm process over all acts: answer times, and for questions made of sentences of the acts whether each
citation is exact and leads back to the provision the sentence came from.
"""

from __future__ import annotations

import hashlib
import json
import os
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.answer.sentences import split_sentences
from assistant.engine import Assistant
from assistant.library.view import LibraryView
from assistant.model import Answer, Authority, Citation
from assistant.settings import Settings

MIN_WORDS, MAX_WORDS = 6, 40
WARM_UP = 5


@dataclass(frozen=True, slots=True)
class SampledQuestion:
    """A sentence of a provision, put as a question. ``dated``: the edition's date."""

    edition: int
    act: str
    dated: str | None
    provision: str
    start: int
    end: int
    question: str


def sample_questions(view: LibraryView, number: int, editions: set[int]) -> list[SampledQuestion]:
    """``number`` sentences spread over the official texts, the same ones for the same library."""
    found: list[tuple[str, SampledQuestion]] = []
    for key in sorted(editions):
        row = view.editions[key]
        if row.authority != Authority.OFFICIAL:
            continue
        edition = view.edition(key)
        for node in edition.provisions.values():
            if node.kind in ("title", "signature") or node.repealed:
                continue
            for start, end in split_sentences(edition.text, node.start, node.own_end)[:1]:
                sentence = edition.text[start:end]
                if MIN_WORDS <= len(sentence.split()) <= MAX_WORDS:
                    asked = SampledQuestion(key, row.act_id, row.edition, node.id, start, end, sentence)
                    order = hashlib.sha256(f"{row.act_id}#{node.id}".encode()).hexdigest()
                    found.append((order, asked))
    return [asked for _, asked in sorted(found, key=lambda pair: pair[0])[:number]]


def inexact_citations(answer: Answer, view: LibraryView) -> list[str]:
    """References of the citations that do not satisfy ``canonical_text[start:end] == quote``.

    The text is that of the cited edition which has the cited provision, and the span lies inside it.
    """
    return [citation.ref for citation in answer.citations if not _exact(citation, view)]


def _exact(citation: Citation, view: LibraryView) -> bool:
    for row in view.editions_like(citation.act, citation.edition, citation.authority):
        edition = view.edition(row.id)
        node = edition.provisions.get(citation.provision)
        inside = node is not None and node.start <= citation.start and citation.end <= node.end
        if inside and edition.text[citation.start : citation.end] == citation.quote:
            return True
    return False


def leads_back(answer: Answer, asked: SampledQuestion) -> bool:
    """Whether some citation overlaps the sentence the question was made of."""
    return any(
        (citation.act, citation.edition) == (asked.act, asked.dated)
        and citation.start < asked.end
        and asked.start < citation.end
        for citation in answer.citations
    )


def measure_questions(assistant: Assistant, number: int) -> dict[str, Any]:
    """Answer times and exactness over sampled questions, in this process."""
    from assistant.dates import as_of_date
    from assistant.library.view import Filters

    view = assistant.view
    asked = sample_questions(view, number, view.in_scope(Filters(as_of=as_of_date(None))))
    for sampled in asked[:WARM_UP]:
        assistant.ask(sampled.question)
    times, wrong, answered, back, citations = [], [], 0, 0, 0
    for sampled in asked:
        began = time.perf_counter()
        answer = assistant.ask(sampled.question)
        times.append((time.perf_counter() - began) * 1000)
        wrong.extend(inexact_citations(answer, view))
        citations += len(answer.citations)
        answered += answer.status == "answered"
        back += leads_back(answer, sampled)
    times.sort()
    return {
        "questions": len(asked),
        "answered": answered,
        "citations": citations,
        "inexact_citations": len(wrong),
        "leads_back_to_source": round(back / max(1, len(asked)), 3),
        "ask_ms_p50": round(statistics.median(times), 1) if times else None,
        "ask_ms_p95": round(times[max(0, int(len(times) * 0.95) - 1)], 1) if times else None,
    }


def _command(arguments: list[str], home: Path) -> tuple[float, str]:
    environment = {**os.environ, "AI_POLICY_HOME": str(home)}
    began = time.perf_counter()
    done = subprocess.run(  # noqa: S603 (our own command line)
        [sys.executable, "-m", "assistant.cli", *arguments],
        env=environment, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if done.returncode not in (0, 1):
        raise RuntimeError(f"{arguments}: {done.stderr[-2000:]}")
    return time.perf_counter() - began, done.stdout


def _timed_ingest(arguments: list[str], home: Path) -> dict[str, Any]:
    wall, printed = _command(["ingest", *arguments, "--json"], home)
    report = json.loads(printed)
    return {
        "wall_s": round(wall, 2),
        "after_start_s": report["seconds"],
        "added": len(report["added"]),
        "unchanged": len(report["unchanged"]),
        "failed": report["failed"],
        "chunks": report["chunks"],
    }


def run(acts: Path, home: Path, number: int = 300) -> dict[str, Any]:
    """Every figure, in a home that this call fills. ``acts``: a folder with ``ru`` and ``en`` in it."""
    helps = [_command(["--help"], home)[0] for _ in range(5)]
    folders = [str(acts / "ru"), str(acts / "en")]
    figures: dict[str, Any] = {"help_s": round(min(helps), 2)}
    figures["embedded_corpus"] = _timed_ingest([], home)
    figures["strategy_28_pages"] = _timed_ingest([str(acts / "ru" / "strategy_ai_2030_ed2024.pdf")], home)
    figures["all_acts"] = _timed_ingest(folders, home)
    figures["all_acts_unchanged"] = _timed_ingest(folders, home)
    settings = Settings(home=home)
    figures["questions"] = measure_questions(Assistant(settings), number)
    return figures
