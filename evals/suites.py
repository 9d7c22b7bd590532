"""The suites of ``ai-policy eval run``: an assistant and options -> a text and a JSON object."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

from assistant.engine import Assistant
from assistant.errors import InputError
from assistant.index.e5_weights import MODEL_NAME
from assistant.index.embedder import Embedder, find_embedder
from evals import systems
from evals.abstention_cases import load_abstention
from evals.benchmarks import (
    abstention,
    claims,
    dialogues,
    eligibility,
    embedding,
    eu_ai_act,
    filters,
    index,
    injection,
    nomiracl,
    premises,
    services,
    starting,
    support,
)
from evals.benchmarks.retrieval import Run, as_table, config_of, edition_figures, measure, save, usable
from evals.claim_cases import ground, load_claims
from evals.eligibility_cases import load_eligibility
from evals.injection_cases import load_payloads
from evals.retrieval_cases import ResolvedCase, load_cases, of_split, resolve

PEERS = (
    ("LangChain default", "langchain", "langchain_default.py"),
    ("LlamaIndex default", "llama-index", "llama_index_default.py"),
)


@dataclass(frozen=True, slots=True)
class Options:
    """What a run is asked for. ``peers``: folder of the peers' environments; ``out``: the run's folder.

    ``acts``, ``questions``: for ``eu-ai-act``, the folder of acts and the file of the public questions.
    ``cases``: for ``support``, ``nomiracl`` and ``injection``, the file of the public set; for ``claims``
    a file of statements in place of the shipped one.
    """

    split: str = "test"
    plain: bool = False
    peers: Path | None = None
    ablate: bool = False
    out: Path | None = None
    acts: Path | None = None
    questions: Path | None = None
    cases: Path | None = None


@dataclass(frozen=True, slots=True)
class Report:
    """What a suite found, for people and for programs."""

    text: str
    data: dict[str, Any]


def run_retrieval(assistant: Assistant, options: Options) -> Report:
    """The cases over acts, for this system and what it is compared with."""
    kept, skipped = usable(load_cases(), assistant.view)
    cases = of_split(resolve(kept, assistant.view), options.split)
    ours = systems.OurSystem(assistant)
    runs = [measure(ours, cases)]
    editions = edition_figures(ours.hits, cases, assistant.view)
    work = assistant.settings.home / "evals" / "work"
    runs.extend(measure(system, cases) for system in _others(assistant, options, work))
    if options.ablate:
        runs.extend(_ablations(assistant, cases))
    folder = _folder(assistant, options, "retrieval")
    config = config_of(assistant, options.split, skipped) | {"editions": editions}
    save(runs, folder, config)
    last = (
        f"{len(cases)} cases ({options.split}), {skipped} skipped for want of their acts; details in {folder}"
    )
    told = f"editions: {json.dumps(editions, ensure_ascii=False)}"
    return Report(
        f"{as_table(runs)}\n\n{told}\n{last}",
        {"config": config, "figures": {each.system: each.figures for each in runs}},
    )


def _folder(assistant: Assistant, options: Options, suite: str) -> Path:
    return options.out or assistant.settings.home / "evals" / f"{suite}-{datetime.now():%Y%m%d-%H%M%S}"


def _base(assistant: Assistant) -> Embedder:
    """The default model as it comes, without the adapter: what the others are given."""
    settings = assistant.settings
    return find_embedder(MODEL_NAME, settings.models_path, wheel=settings.embedder_wheel)


def _others(assistant: Assistant, options: Options, work: Path) -> list[systems.System]:
    """What the options ask to compare with, over an assistant's texts; ``work``: a folder of theirs."""
    found: list[systems.System] = []
    if options.plain:
        chunks = systems.PlainChunks(assistant.view, _base(assistant), work)
        named = (("dense", "dense"), ("BM25", "words"), ("dense + BM25, RRF", "fused"))
        found += [systems.PlainSystem(name, chunks, way) for name, way in named]
    if options.peers is not None:
        texts = systems.write_texts(assistant.view, work / "texts")
        found += _peers(assistant, options.peers, texts)
    return found


def _peers(assistant: Assistant, folder: Path, texts: dict[str, Path]) -> list[systems.System]:
    scripts = Path(__file__).parent / "benchmarks" / "peers"
    model = _base(assistant).folder
    assert model is not None
    return [
        systems.PeerSystem(name, folder / inside / "bin" / "python", scripts / script, texts, model)
        for name, inside, script in PEERS
    ]


def _ablations(assistant: Assistant, cases: Sequence[ResolvedCase]) -> list[Run]:
    """Runs of the system with each of its parts switched off."""
    found = []
    for part in assistant.settings.retrieval.parts():
        changed = assistant.settings.retrieval.model_copy(update={part: False})
        settings = assistant.settings.model_copy(update={"retrieval": changed})
        without = Assistant(settings, library=assistant.library, indexes=assistant.indexes)
        found.append(measure(systems.OurSystem(without, f"without {part}"), cases))
    return found


def run_eu_ai_act(assistant: Assistant, options: Options) -> Report:
    """The public questions on the EU AI Act, the Act alone in a library made for the run."""
    if options.acts is None or options.questions is None:
        raise InputError(
            "This suite needs --acts, the folder with the Act, and --questions, the file of questions.",
            "Этому набору нужны --acts (папка с актом) и --questions (файл с вопросами).",
        )
    asked = eu_ai_act.load_questions(options.questions)
    folder = _folder(assistant, options, "eu-ai-act")
    alone = eu_ai_act.act_alone(options.acts, folder / "home", assistant.settings)
    found = {"this system": eu_ai_act.score(asked, lambda question: eu_ai_act.our_units(alone, question))}
    cases = eu_ai_act.as_cases(asked)
    for system in _others(alone, options, folder / "work"):
        ranked = system.search(cases, eu_ai_act.DEPTH)
        units = {
            case.case.id: eu_ai_act.units_at(alone, passages)
            for case, passages in zip(cases, ranked, strict=True)
        }
        found[system.name] = eu_ai_act.score(asked, partial(_looked_up, units))
    lines = [f"{name}: {json.dumps(counts, ensure_ascii=False)}" for name, counts in found.items()]
    return Report("\n".join(lines), found)


def _looked_up(units: dict[str, list[str]], question: eu_ai_act.UnitQuestion) -> list[str]:
    return units[question.id]


def run_filters(assistant: Assistant, options: Options) -> Report:
    """The whole search behind filters in a made-up library of 100,000 chunks."""
    figures = filters.run(_folder(assistant, options, "filters") / "home", assistant)
    return Report("\n".join(f"{name}: {value}" for name, value in figures.items()), figures)


def run_claims(assistant: Assistant, options: Options) -> Report:
    """The verifier on true statements and on those with one fact changed."""
    loaded = load_claims(options.cases) if options.cases else load_claims()
    cases, lost = ground([case for case in loaded if options.split in ("all", case.split)], assistant.view)
    figures = claims.score(cases) | {"skipped": lost}
    return Report(json.dumps(figures, ensure_ascii=False, indent=1), figures)


def run_abstention(assistant: Assistant, options: Options) -> Report:
    """Twins of answerable and unanswerable questions."""
    cases = [case for case in load_abstention() if options.split in ("all", case.split)]
    figures = abstention.run(assistant, cases)
    return Report(json.dumps(figures, ensure_ascii=False, indent=1), figures)


def run_dialogues(assistant: Assistant, options: Options) -> Report:
    """Follow-ups and the full questions they stand for."""
    shares = dialogues.run(assistant.view).shares
    figures = {
        split: {kind: f"{share.right}/{share.n}" for kind, share in found.items()}
        for split, found in shares.items()
    }
    return Report(json.dumps(figures, ensure_ascii=False, indent=1), figures)


def run_premises(assistant: Assistant, options: Options) -> Report:
    """Questions that assume what the texts contradict, and questions with several readings."""
    reports = (premises.run(assistant), premises.run_clarify(assistant.view))
    lines = [line for report in reports for line in report.lines()]
    return Report("\n".join(lines), {"lines": lines})


def run_eligibility(assistant: Assistant, options: Options) -> Report:
    """Hand-written company profiles and the verdicts they must get."""
    report = eligibility.run(assistant, load_eligibility())
    return Report("\n".join(report.lines()), report.figures())


def run_support(assistant: Assistant, options: Options) -> Report:
    """Claims with evidence: the product's verdict, its parts, and the inference model where one is set."""
    measured = support.measure(assistant, support.load_support(_cases(options)))
    figures = support.score(measured)
    return _kept(_folder(assistant, options, "support"), Report(support.as_table(figures), figures))


def run_nomiracl(assistant: Assistant, options: Options) -> Report:
    """Questions over their own passages: who is answered and who refused, at which price."""
    cases = nomiracl.load_nomiracl(_cases(options))
    folder = _folder(assistant, options, "nomiracl")
    figures = nomiracl.score(nomiracl.measure(assistant.indexes, cases, folder / "codes"))
    return _kept(folder, Report(nomiracl.as_table(figures), figures))


def run_injection(assistant: Assistant, options: Options) -> Report:
    """Planted instructions, ours and (with ``cases``) the public ones, before models that follow them."""
    payloads = load_payloads(options.cases)
    folder = _folder(assistant, options, "injection")
    report = injection.run(payloads, folder / "work", assistant.indexes.embedder)
    figures = {"leaks": len(report.leaks), "cases": len(report.found), "by_placement": report.figures()}
    return _kept(folder, Report(report.text(), figures))


def run_embedding(assistant: Assistant, options: Options) -> Report:
    """How fast and how exactly passages are embedded, beside others and the machine's own limit."""
    figures = embedding.run(assistant)
    report = Report(json.dumps(figures, ensure_ascii=False, indent=1), figures)
    return _kept(_folder(assistant, options, "embedding"), report)


def run_index(assistant: Assistant, options: Options) -> Report:
    """Search by meaning behind filters in libraries of up to a million chunks."""
    folder = _folder(assistant, options, "index")
    figures = index.run(assistant, folder / "work")
    return _kept(folder, Report(json.dumps(figures, ensure_ascii=False, indent=1), figures))


def run_starting(assistant: Assistant, options: Options) -> Report:
    """How long a question takes from a cold start, and what it imports."""
    figures = starting.run(assistant.settings)
    report = Report(json.dumps(figures, ensure_ascii=False, indent=1), figures)
    return _kept(_folder(assistant, options, "starting"), report)


def run_services(assistant: Assistant, options: Options) -> Report:
    """What a question costs a replica and each shared service of the processor."""
    figures = services.run(assistant)
    report = Report(json.dumps(figures, ensure_ascii=False, indent=1), figures)
    return _kept(_folder(assistant, options, "services"), report)


def _cases(options: Options) -> Path:
    if options.cases is None:
        raise InputError(
            "This suite needs --cases, the file of the public set.",
            "Этому набору нужен --cases (файл с публичным набором).",
        )
    return options.cases


def _kept(folder: Path, report: Report) -> Report:
    """The report, written to the run's folder too."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "summary.json").write_text(
        json.dumps(report.data, ensure_ascii=False, indent=1), encoding="utf-8"
    )
    return Report(f"{report.text}\ndetails in {folder}", report.data)


SUITES: dict[str, Callable[[Assistant, Options], Report]] = {
    "retrieval": run_retrieval,
    "eu-ai-act": run_eu_ai_act,
    "filters": run_filters,
    "claims": run_claims,
    "abstention": run_abstention,
    "dialogues": run_dialogues,
    "premises": run_premises,
    "eligibility": run_eligibility,
    "support": run_support,
    "nomiracl": run_nomiracl,
    "injection": run_injection,
    "embedding": run_embedding,
    "starting": run_starting,
    "services": run_services,
    "index": run_index,
}
