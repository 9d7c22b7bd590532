"""Results -> the Markdown page that shows them, beside what does not change from run to run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from evals.benchmarks.performance.figures import Curve, Figure, Results, Section

_HEAD = """# Performance

Measured by `make bench`; the page is written by `ai-policy bench --page docs/performance.md` out of the last
run's JSON and is not edited by hand. Times are of the clock and of the machine below; ratios carry over
better.

![How many times better than the others, and beside the aims]({chart})
"""

_PEERS = """
## What is compared

- **LangChain**: PyPDFLoader (Docx2txtLoader, BSHTMLLoader), RecursiveCharacterTextSplitter (1,000 characters,
  200 of them twice), HuggingFaceEmbeddings, langchain-chroma on disk: what its tutorials put together.
- **LlamaIndex**: SimpleDirectoryReader, SentenceSplitter (1,024 tokens), HuggingFaceEmbedding,
  VectorStoreIndex in memory, written to a folder: its own defaults.
- The same documents, the same weights (multilingual-e5-small), the same number of threads, the model loaded
  and a first text embedded before the time begins; each system in a process and an environment of its own; in
  turns, so that a busy moment of the machine falls on all; medians of the runs.
- Ours reads as its ingest does, as many files at once as there are cores and reading processes (two, unless
  set); the others read one after the other, as they do. The figure for one process stands beside it.
- What the others do **not** do and ours does in the time shown: identify the act and its edition, cut the
  text into provisions with the numbers lawyers cite, keep offsets and pages for verbatim quotation, read in a
  process that can be killed, find columns, tables, footnotes and hidden text, index words as well, keep codes
  of tokens for re-ranking, keep the originals.
- What they do and ours does not: take in dozens of other formats, and write to dozens of other stores.
- When they ingest, the others embed without the model's `passage: ` prompt: that is their default.
"""

_AGAIN = """
## Measure again

| command | measures | takes about |
|---|---|---|
| `make peers` | nothing: installs the two others (about 2 GB each) | 5 min |
| `make bench` | all usual sections; JSON, chart and this page | 20 min |
| `ai-policy bench FOLDER --only SECTION` | one section; the others of the file stay | 2–10 min |
| `ai-policy bench FOLDER --only setup` | `make run` from nothing | 6–10 min, 3 GB of disk |
| `ai-policy bench FOLDER --only growth` | made-up libraries, to a million chunks | over an hour, 25 GB |

`--rounds` and `--pages` make it shorter, `--parts FILE` takes in another benchmark's JSON, `--no-peers`
leaves the others out; `--largest` keeps made-up libraries smaller, and those that `--home` keeps
are not made again. Nothing else should run meanwhile.
"""


def page(results: Results, chart: str = "performance.svg", growth: str = "performance-growth.svg") -> str:
    """The page. ``chart``, ``growth``: where the charts lie, seen from it."""
    parts = [_HEAD.format(chart=chart)]
    if not results.sections:
        parts.append("\nNothing has been measured yet.\n")
    for section in results.sections.values():
        parts.append(_section(section, growth))
    for name, content in results.parts.items():
        parts.append(_part(name, content))
    parts.append(_PEERS)
    parts.append(_conditions(results))
    parts.append(_AGAIN)
    return "".join(parts)


def _section(section: Section, growth: str) -> str:
    lines = [f"\n## {section.title}\n"]
    if section.figures:
        systems = list(dict.fromkeys(name for each in section.figures for name in each.systems))
        lines.append("| | unit | " + " | ".join(systems) + " | aim |")
        lines.append("|---|---|" + "---|" * (len(systems) + 1))
        lines += [_row(each, systems) for each in section.figures]
        runs = {len(one.runs) for each in section.figures for one in each.systems.values()}
        lines.append(f"\nMedians of {_range(runs)}; in brackets how many times better ours is.")
        lines += [f"- {each.title}: {each.note}" for each in section.figures if each.note]
    if section.curves:
        lines.append(f"![What grows with a library, and how]({growth})")
        lines += [line for each in section.curves for line in _curve(each)]
    lines += [f"- Not measured: {why}." for why in section.skipped]
    return "\n".join(lines) + "\n"


def _curve(curve: Curve) -> list[str]:
    """A curve as a table: a row a line, a column a size."""
    return [
        f"\n**{curve.title}**, {curve.unit}" + (f". {curve.note}" if curve.note else ""),
        "",
        "| | " + " | ".join(f"{size:,} chunks" for size in curve.sizes) + " |",
        "|---|" + "---|" * len(curve.sizes),
        *(
            f"| {name} | " + " | ".join("–" if value is None else number(value) for value in values) + " |"
            for name, values in curve.lines.items()
        ),
    ]


def _range(numbers: set[int]) -> str:
    low, high = min(numbers), max(numbers)
    return f"{low} run{'s' if low != 1 else ''}" if low == high else f"{low}–{high} runs"


def _row(figure: Figure, systems: list[str]) -> str:
    cells = []
    for name in systems:
        one = figure.systems.get(name)
        if one is None:
            cells.append("–")
        else:
            cells.append(number(one.median) + (f" (×{number(one.ratio)})" if one.ratio is not None else ""))
    return f"| {figure.title} | {figure.unit} | {' | '.join(cells)} | {_aim(figure)} |"


def _aim(figure: Figure) -> str:
    if figure.aim is None:
        return ""
    bound = number(figure.aim.bound)
    if figure.aim.against is not None:
        said = f"≥ ×{bound} {figure.aim.against}"
    else:
        said = f"{'≥' if figure.better == 'higher' else '≤'} {bound}"
    verdict = {None: "not measured", True: "reached", False: "**not reached**"}[figure.reached]
    return f"{said}: {verdict}"


def number(value: float) -> str:
    """A number as people read it."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def _part(name: str, content: Any) -> str:
    rows = [f"| {key} | {value} |" for key, value in flat(content)]
    return "\n".join([f"\n## {name}\n", "| | |", "|---|---|", *rows]) + "\n"


def flat(content: Any, path: str = "") -> list[tuple[str, str]]:
    """The numbers and words of nested JSON, with their places: ``("a, b", "1.5")``."""
    if isinstance(content, Mapping):
        return [
            pair
            for key, value in content.items()
            for pair in flat(value, f"{path}, {key}" if path else str(key))
        ]
    if isinstance(content, list):
        if all(not isinstance(each, Mapping | list) for each in content):
            return [(path, ", ".join(map(_plain, content)))]
        return [pair for place, each in enumerate(content, 1) for pair in flat(each, f"{path} {place}")]
    return [(path, _plain(content))]


def _plain(value: Any) -> str:
    said = number(value) if isinstance(value, float) else str(value)
    return said.replace("|", "\\|").replace("\n", " ")


def _conditions(results: Results) -> str:
    lines = ["\n## Conditions\n", "| section | when | took | documents | versions |", "|---|---|---|---|---|"]
    for name, section in results.sections.items():
        versions = "; ".join(
            f"{system}: " + ", ".join(f"{package} {which}" for package, which in found.items())
            for system, found in section.versions.items()
        )
        held = section.documents
        files = f"{held['files']} files, {held['pdf_pages']} PDF pages, `{held['sha256'][:12]}`"
        lines.append(f"| {name} | {section.at} | {section.seconds:.0f} s | {files} | {versions or '–'} |")
    machine = next((section.machine for section in results.sections.values()), None)
    if machine is not None:
        lines.append("\nMachine: " + ", ".join(f"{key} {value}" for key, value in machine.items()) + ".")
    return "\n".join(lines) + "\n"


def write(results: Results, path: Path, chart: Path, growth: Path) -> None:
    """Write the page; ``chart`` and ``growth`` are linked from it."""
    import os

    places = (Path(os.path.relpath(drawn, path.parent)).as_posix() for drawn in (chart, growth))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(page(results, *places), encoding="utf-8")
