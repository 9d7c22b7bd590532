"""Passages of the documents -> tokens embedded a second with the same weights, by each system, in turns.

Tokens are those the texts need, padding not counted. The machine's limit is what one of its cores multiplies
32-bit matrices at, in the model's own shapes, against the processor seconds that were spent.
"""

from __future__ import annotations

from evals.benchmarks.embedding import useful_flops
from evals.benchmarks.matrices import peak
from evals.benchmarks.performance.bench import Run
from evals.benchmarks.performance.contenders import LANGCHAIN, running
from evals.benchmarks.performance.documents import within
from evals.benchmarks.performance.figures import Aim, Figure, figure

PASSAGES = 200
FASTER = 1.5  # than LangChain
OF_PEAK = 0.7
PAGES = 150  # of the documents the passages are drawn from


def measure(run: Run) -> list[Figure]:
    """Tokens a second, and the share of what the machine can do."""
    from assistant.index.model_files import read_json

    shape = read_json(run.model / "config.json")
    hidden, wide = int(shape["hidden_size"]), int(shape["intermediate_size"])
    files = [str(each.path) for each in within(run.documents, PAGES)]
    speed: dict[str, list[float]] = {each.name: [] for each in run.all}
    share: dict[str, list[float]] = {each.name: [] for each in run.all}
    peaks: list[float] = []
    with running(run.all, run.work) as started:
        for each in started:
            run.versions[each.name] = each.take("prepare", model=str(run.model)).result
        drawn = started[0].take("texts", files=files, number=PASSAGES).result
        tokens, prompt = sum(drawn["tokens"]), drawn["prompt"]
        work = useful_flops(drawn["tokens"], hidden, wide, int(shape["num_hidden_layers"]))
        for number in range(run.rounds):
            peaks.append(peak(hidden, wide))
            for place, each in enumerate(started):
                run.tell(f"  round {number + 1} of {run.rounds}: {each.name}")
                texts = drawn["texts"] if place == 0 else [prompt + text for text in drawn["texts"]]
                taken = each.take("embed", texts=texts)
                speed[each.name].append(tokens / taken.wall)
                share[each.name].append(work / taken.processor / peaks[-1])
    return [
        figure("embed", "Tokens embedded", "tokens/s", "higher", speed, Aim(bound=FASTER, against=LANGCHAIN),
               f"{len(drawn['texts'])} provisions of {tokens} tokens, the same texts for all."),
        figure("of_sgemm_peak", "Of the machine's 32-bit matrix products", "share", "higher", share,
               Aim(bound=OF_PEAK), "Useful operations a processor second; 8-bit arithmetic may exceed 1."),
        figure("sgemm", "Matrix products of one core, 32-bit", "GFLOP/s", "higher",
               {"the machine": [each / 1e9 for each in peaks]}),
    ]  # fmt: skip
