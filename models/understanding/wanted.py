"""Teaches a sentence encoder to tell goods that are wanted from talk around them, and writes it as an int8 ONNX file.

    .venv-encoder/bin/python -m models.understanding.wanted actions/language/encoder PARTS [--held-out PARTS …]

all-MiniLM-L6-v2 with one linear layer reads a whole order message and gives every word piece a score; the score of a
part is the mean of its pieces'. It learns from the parts that the reader of order lines made of labelled messages (made
by `actions.evaluation.fragments`), end to end, as `fine_tuning` does. Needs requirements/encoder.txt: `scripts/wanted`.
"""

from __future__ import annotations

import argparse
import json
import random
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor, nn
from transformers import BertModel, BertTokenizerFast

from models.understanding.examples import batches
from models.understanding.fine_tuning import exported, padded, published_weights

LONGEST: Final = 256
_WEIGHTS: Final = {"booked": 1.0, "asked": 2.5, "near": 3.0, "passed over": 1.0, "too many": 5.0}
"""What tells most is what the reader is not sure of."""
_TALK: Final = frozenset({"passed over", "too many"})
_SOFTENED: Final = 0.01
THRESHOLDS: Final = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5)


@dataclass(frozen=True)
class Part:
    """Word pieces from ``first`` to before ``last`` of a message, and what they are."""

    first: int
    last: int
    kind: str

    @property
    def wanted(self) -> float:
        """1 where goods are meant, 0 where it is talk."""
        return float(self.kind not in _TALK)


@dataclass(frozen=True)
class Read:
    """A message as word pieces, with its parts."""

    pieces: tuple[int, ...]
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class Recipe:
    """How it is trained. ``rate`` and ``head_rate`` are learning rates of the encoder and of the layer on top."""

    epochs: int = 2
    batch: int = 16
    rate: float = 6e-5
    head_rate: float = 2e-3
    warm_up: float = 0.06
    decay: float = 0.01
    dropout: float = 0.1
    seed: int = 0


class WantedEncoder(nn.Module):
    """Word pieces (batch, length) to scores (batch, length): the higher, the more likely goods that are wanted."""

    def __init__(self, weights: Path, dropout: float) -> None:
        super().__init__()
        self.encoder = BertModel.from_pretrained(weights, add_pooling_layer=False, attn_implementation="eager")
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(self.encoder.config.hidden_size, 1)

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """One score for each word piece."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        scores: Tensor = self.head(self.dropout(hidden)).squeeze(-1)
        return scores


def load(files: Sequence[Path], weights: Path) -> list[Read]:
    """Messages with at least one part. ValueError where there are none."""
    tokenizer = BertTokenizerFast.from_pretrained(weights)
    found = []
    for file in files:
        for row in file.read_text(encoding="utf-8").splitlines():
            message = json.loads(row)
            read = tokenizer(message["text"], truncation=True, max_length=LONGEST, return_offsets_mapping=True)
            parts = tuple(_parts(message["parts"], read["offset_mapping"]))
            if parts:
                found.append(Read(tuple(read["input_ids"]), parts))
    if not found:
        raise ValueError("There is nothing to learn from.")
    return found


def _parts(spans: Sequence[tuple[int, int, str]], offsets: Sequence[tuple[int, int]]) -> Iterator[Part]:
    for start, end, kind in spans:
        inside = [
            place for place, (first, last) in enumerate(offsets) if first < last and start <= first and last <= end
        ]
        if inside:
            yield Part(inside[0], inside[-1] + 1, kind)


def train(messages: Sequence[Read], weights: Path, recipe: Recipe) -> WantedEncoder:
    """A trained encoder; progress goes to standard output."""
    torch.manual_seed(recipe.seed)
    network = WantedEncoder(weights, recipe.dropout)
    steps = recipe.epochs * -(-len(messages) // recipe.batch)
    warm = max(1, int(recipe.warm_up * steps))
    groups = [
        {"params": list(network.encoder.parameters()), "lr": recipe.rate},
        {"params": list(network.head.parameters()), "lr": recipe.head_rate},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=recipe.decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, max(0.0, 1 - step / steps))
    )
    chance = random.Random(recipe.seed)
    network.train()
    started = time.monotonic()
    for epoch in range(recipe.epochs):
        losses = []
        for places in batches([len(one.pieces) for one in messages], recipe.batch, chance):
            batch = [messages[place] for place in places]
            with torch.autocast("cpu", dtype=torch.bfloat16):
                scores = network(*padded([one.pieces for one in batch]))
            loss = _loss(scores.float(), batch)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, {time.monotonic() - started:.0f} s", flush=True)
    return network.eval()


def _loss(scores: Tensor, batch: Sequence[Read]) -> Tensor:
    """The weighted cross-entropy of the parts, a little softened."""
    parts = [(row, part) for row, one in enumerate(batch) for part in one.parts]
    pooled = torch.stack([scores[row, part.first : part.last].mean() for row, part in parts])
    meant = torch.tensor([part.wanted for _, part in parts]) * (1 - 2 * _SOFTENED) + _SOFTENED
    weights = torch.tensor([_WEIGHTS[part.kind] for _, part in parts])
    losses = nn.functional.binary_cross_entropy_with_logits(pooled, meant, reduction="none")
    return (losses * weights).sum() / weights.sum()


def measure(network: WantedEncoder, messages: Sequence[Read]) -> dict[str, list[float]]:
    """The likelihoods of the parts, by kind."""
    found: dict[str, list[float]] = {kind: [] for kind in _WEIGHTS}
    with torch.no_grad():
        for start in range(0, len(messages), 16):
            batch = messages[start : start + 16]
            scores = network(*padded([one.pieces for one in batch]))
            for row, one in enumerate(batch):
                for part in one.parts:
                    found[part.kind].append(torch.sigmoid(scores[row, part.first : part.last].mean()).item())
    return found


def told(found: dict[str, list[float]]) -> Iterator[str]:
    """For several thresholds: how many parts of each kind lie below."""
    for threshold in THRESHOLDS:
        below = (f"{kind} {sum(p < threshold for p in likely)} of {len(likely)}" for kind, likely in found.items())
        yield f"below {threshold}: {', '.join(below)}"


def main() -> None:
    """Train and write; with held-out parts also measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--held-out", type=Path, nargs="*", default=[], help="measured, and not learnt from")
    parser.add_argument("--epochs", type=int, default=Recipe.epochs)
    chosen = parser.parse_args()
    weights = published_weights()
    network = train(load(chosen.files, weights), weights, Recipe(epochs=chosen.epochs))
    for file in chosen.held_out:
        print(file.stem, *told(measure(network, load([file], weights))), sep="\n  ", flush=True)
    chosen.folder.mkdir(parents=True, exist_ok=True)
    exported(network, chosen.folder / "wanted.onnx", {"logits": {0: "n", 1: "t"}})
    shutil.copy(weights / "tokenizer.json", chosen.folder / "tokenizer.json")


if __name__ == "__main__":
    main()
