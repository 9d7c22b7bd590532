"""Pairs of questions and provisions -> the adapter of the default embedding model.

Low-rank changes (LoRA) of the upper half of the encoder's layers and a projection of its token vectors are
learnt together, contrastively: a question's passage must score above the batch's other passages and one
mined rival, by the passages' vectors (InfoNCE, van den Oord et al., 2018) and by MaxSim over the projected
token vectors. The lower half is frozen and computed once. ``python -m evals.training.adapter --help``.
"""

from __future__ import annotations

import math
import random
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import numpy as np
import torch
from safetensors.numpy import save_file
from torch import Tensor, nn

from assistant.engine import Assistant
from assistant.index.adapter import PROJECTION
from assistant.index.derive import MAX_PAIRS
from assistant.index.embedder import Embedder, Role, find_embedder
from assistant.index.late import DIRECTIONS, TokenProfile, learn_tokens
from assistant.index.readable import readable
from assistant.index.torch_model import batches
from assistant.settings import Settings
from evals.retrieval_cases import load_cases
from evals.training.pairs import Pairs, collect

SEED = 1
FROZEN = 6  # layers below the adapter
RANK, SCALE = 8, 2.0
RATE, WARM_UP, DECAY = 4e-4, 30, 0.01
BATCH = 16  # questions a step; as many passages, and a rival for each
LIMITS: dict[Role, int] = {"query": 96, "passage": 256}  # tokens read of a text
DENSE_TEMPERATURE, LATE_TEMPERATURE = 0.02, 0.03
RIVALS = slice(2, 32)  # ranks of the untrained model's order from which a rival is drawn


class LowRank(nn.Module):
    """A linear layer whose weight may grow by SCALE·B·A."""

    def __init__(self, base: nn.Linear) -> None:
        super().__init__()
        self.base = base
        self.lower = nn.Parameter(torch.randn(RANK, base.in_features) / math.sqrt(base.in_features))
        self.upper = nn.Parameter(torch.zeros(base.out_features, RANK))

    def forward(self, values: Tensor) -> Tensor:
        """The layer's output, changed."""
        return self.base(values) + (values @ self.lower.T) @ self.upper.T * SCALE


@dataclass
class Encoder:
    """The model cut in two: ``lower`` is run once for every text, ``upper`` with every step."""

    embedder: Embedder

    def __post_init__(self) -> None:
        self.model = self.embedder.load()
        self.bert: Any = self.model[0].auto_model
        for parameter in self.bert.parameters():
            parameter.requires_grad_(False)
        self.layers = self.bert.encoder.layer[FROZEN:]

    def lower(self, texts: Sequence[str], role: Role) -> list[np.ndarray]:
        """Hidden states [tokens, dimension] of texts below the adapter, float16."""
        prompt = self.embedder.prompt(role)
        clean = [prompt + readable(text) for text in texts]
        counts = [min(count, LIMITS[role]) for count in self.embedder.count_tokens(list(texts))]
        found: list[np.ndarray] = [np.empty(0)] * len(texts)
        with torch.inference_mode():
            for batch in batches(counts, 6000):
                asked = [clean[place] for place in batch]
                read = self.model.tokenizer(
                    asked, truncation=True, max_length=LIMITS[role], padding=True, return_tensors="pt"
                )
                ids, mask = read["input_ids"], read["attention_mask"].bool()
                states = self.bert.embeddings(input_ids=ids, token_type_ids=torch.zeros_like(ids))
                states = _through(self.bert.encoder.layer[:FROZEN], states, mask)
                for row, place in enumerate(batch):
                    found[place] = states[row][mask[row]].to(torch.float16).numpy()
        return found

    def adapt(self) -> dict[str, LowRank]:
        """Put a low-rank change on every linear layer of the upper half; the layers by name."""
        changed: dict[str, LowRank] = {}
        for number, layer in enumerate(self.layers):
            for name, module in list(layer.named_modules()):
                if isinstance(module, nn.Linear):
                    *path, last = name.split(".")
                    parent = layer.get_submodule(".".join(path))
                    changed[f"encoder.layer.{FROZEN + number}.{name}"] = LowRank(module)
                    setattr(parent, last, changed[f"encoder.layer.{FROZEN + number}.{name}"])
        return changed

    def upper(self, states: Sequence[np.ndarray]) -> tuple[Tensor, Tensor, Tensor]:
        """Unit vectors [n, dimension], tokens [n, longest, dimension], which of these are a text's own."""
        lengths = [len(each) for each in states]
        values = torch.zeros(len(states), max(lengths), states[0].shape[1])
        mask = torch.zeros(len(states), max(lengths), dtype=torch.bool)
        for row, each in enumerate(states):
            values[row, : lengths[row]] = torch.from_numpy(each.astype(np.float32))
            mask[row, : lengths[row]] = True
        values = _through(self.layers, values, mask)
        pooled = (values * mask[..., None]).sum(1) / mask.sum(1, keepdim=True)
        own = mask.clone()
        own[:, :3] = False  # <s> and the prompt's two tokens
        for row, length in enumerate(lengths):
            own[row, length - 1] = False
        return nn.functional.normalize(pooled, dim=-1), values, own


def _through(layers: Any, values: Tensor, mask: Tensor) -> Tensor:
    blocked = torch.zeros(len(values), 1, 1, values.shape[1])
    blocked = blocked.masked_fill(~mask[:, None, None, :], torch.finfo(torch.float32).min)
    for layer in layers:
        made = layer(values, blocked)
        values = made[0] if isinstance(made, tuple) else made
    return values


class Trainer:
    """One training run over collected pairs."""

    def __init__(self, encoder: Encoder, pairs: Pairs, profile: TokenProfile, steps: int) -> None:
        self.encoder, self.pairs, self.profile = encoder, pairs, profile
        self.texts = sorted({pair.text for pair in pairs.pairs})
        self.place = {text: number for number, text in enumerate(self.texts)}
        self.questions = encoder.lower(self.texts, "query")
        self.passages = encoder.lower([text for _, text in pairs.chunks], "passage")
        self.rivals = self._mine()
        self.by_act: dict[str, list[int]] = {}
        for number, pair in enumerate(pairs.pairs):
            self.by_act.setdefault(pairs.places[pair.chunks[0]][0], []).append(number)
        self.changed = encoder.adapt()
        self.projection = nn.Parameter(torch.from_numpy(profile.projection.T.copy()))
        self.parameters = [each for layer in self.changed.values() for each in (layer.lower, layer.upper)]
        self.parameters.append(self.projection)
        self.optimiser = torch.optim.AdamW(self.parameters, lr=RATE, weight_decay=DECAY)

        def pace(step: int) -> float:
            cosine = 0.5 * (1 + math.cos(math.pi * step / steps))
            return min(1.0, (step + 1) / WARM_UP) * max(0.02, cosine)

        self.schedule = torch.optim.lr_scheduler.LambdaLR(self.optimiser, pace)

    def _mine(self) -> list[list[int]]:
        """For each text the chunks the untrained model ranks high."""
        embedder = self.encoder.embedder
        questions = embedder.embed_queries(self.texts)
        passages = embedder.embed_passages([text for _, text in self.pairs.chunks])
        found = []
        for question in questions - questions.mean(axis=0):
            scores = passages @ question
            top = np.argpartition(-scores, RIVALS.stop + 8)[: RIVALS.stop + 8]
            found.append(top[np.argsort(-scores[top])].tolist())
        return found

    def step(self) -> tuple[float, float]:
        """One batch; (loss by token vectors, loss by passages' vectors)."""
        chosen = [self.pairs.pairs[number] for number in self._batch()]
        right = [random.choice(pair.chunks) for pair in chosen]
        wrong = [self._rival(pair.text, pair.chunks) for pair in chosen]
        shown = right + wrong
        vectors, tokens, own = self.encoder.upper([self.questions[self.place[pair.text]] for pair in chosen])
        others, matched, theirs = self.encoder.upper([self.passages[chunk] for chunk in shown])
        mine = self._reduced(tokens, [pair.lang for pair in chosen], "query")
        held = self._reduced(matched, [self.pairs.chunks[chunk][0].lang for chunk in shown], "passage")
        best = torch.einsum("qad,pbd->qpab", mine, held).masked_fill(~theirs[None, :, None, :], -1e4).amax(-1)
        late = (best * own[:, None, :]).sum(-1) / own.sum(1)[:, None]
        also = self._also_right([pair.chunks for pair in chosen], shown)
        target = torch.arange(len(chosen))
        by_tokens = nn.functional.cross_entropy(late.masked_fill(also, -1e4) / LATE_TEMPERATURE, target)
        dense = (vectors @ others.T).masked_fill(also, -1e4) / DENSE_TEMPERATURE
        by_vectors = nn.functional.cross_entropy(dense, target)
        self.optimiser.zero_grad()
        (by_tokens + by_vectors).backward()
        nn.utils.clip_grad_norm_(self.parameters, 1.0)
        self.optimiser.step()
        self.schedule.step()
        return by_tokens.item(), by_vectors.item()

    def _batch(self) -> list[int]:
        """An anchor, pairs of its act up to half the batch (rivals by subject), others at random."""
        anchor = random.randrange(len(self.pairs.pairs))
        same = self.by_act[self.pairs.places[self.pairs.pairs[anchor].chunks[0]][0]]
        half = random.sample(same, min(BATCH // 2 - 1, len(same)))
        return [anchor, *half, *random.sample(range(len(self.pairs.pairs)), BATCH - 1 - len(half))]

    def _rival(self, text: str, right: Sequence[int]) -> int:
        places = {self.pairs.places[chunk] for chunk in right}
        ranked = self.rivals[self.place[text]][RIVALS]
        return random.choice([chunk for chunk in ranked if self.pairs.places[chunk] not in places])

    def _also_right(self, right: Sequence[Sequence[int]], shown: Sequence[int]) -> Tensor:
        """Which of the shown passages are another copy of what a question asks for: not rivals."""
        places = [{self.pairs.places[chunk] for chunk in chunks} for chunks in right]
        return torch.tensor(
            [
                [column != row and self.pairs.places[chunk] in meant for column, chunk in enumerate(shown)]
                for row, meant in enumerate(places)
            ]
        )

    def _reduced(self, tokens: Tensor, langs: Sequence[str], role: Role) -> Tensor:
        means = [torch.from_numpy(self.profile.means[role, "ru" if lang == "ru" else "en"]) for lang in langs]
        return nn.functional.normalize((tokens - torch.stack(means)[:, None]) @ self.projection.T, dim=-1)

    def save(self, path: Path) -> None:
        """Write what has been learnt, in half precision."""
        tensors = {PROJECTION: np.ascontiguousarray(self.projection.detach().T.numpy().astype(np.float16))}
        for name, layer in self.changed.items():
            tensors[f"{name}.A"] = (layer.lower.detach() * SCALE).numpy().astype(np.float16)
            tensors[f"{name}.B"] = layer.upper.detach().numpy().astype(np.float16)
        save_file(tensors, path)


@click.command()
@click.option("--home", type=click.Path(exists=True, path_type=Path), required=True,
              help="A home with the acts and the embedded corpus ingested.")  # fmt: skip
@click.option("--out", type=click.Path(path_type=Path), required=True, help="The adapter's file.")
@click.option("--steps", default=600, show_default=True)
@click.option("--stop", default=400, show_default=True, help="Step after which training ends.")
def main(home: Path, out: Path, steps: int, stop: int) -> None:
    """Train the adapter on the acts of a home; some three seconds a step on two cores."""
    torch.manual_seed(SEED)
    random.seed(SEED)
    settings = Settings(home=home)
    assistant = Assistant(settings)
    base = find_embedder(settings.embedder, settings.models_path, wheel=settings.embedder_wheel)
    statements = assistant.library.parallel_statements()
    profile = learn_tokens(base, statements[:: max(1, len(statements) // MAX_PAIRS)][:MAX_PAIRS])
    assert profile is not None
    assert profile.directions == DIRECTIONS
    pairs = collect(assistant.view, load_cases())
    click.echo(f"{len(pairs.pairs)} pairs over {len(pairs.chunks)} chunks", err=True)
    trainer = Trainer(Encoder(base), pairs, profile, steps)
    for step in range(1, min(steps, stop) + 1):
        losses = trainer.step()
        if step % 20 == 0:
            click.echo(f"step {step}: {losses[0]:.3f} by tokens, {losses[1]:.3f} by vectors", err=True)
    trainer.save(out)


if __name__ == "__main__":
    main()
