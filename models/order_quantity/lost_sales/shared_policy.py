"""The shared network as an artefact: trained by a command, judged on what it never saw, loaded by a warehouse."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from models.artefacts import (
    Artefact,
    ArtefactDamaged,
    challenge,
    code_version,
    load_champion_artefact,
    write_artefact,
)
from models.order_quantity.lost_sales.evaluation import held_out_gaps, mean_and_max
from models.order_quantity.lost_sales.instances import HELD_OUT_MEANS, HELD_OUT_PENALTY_RATIOS
from models.order_quantity.lost_sales.shared import SharedNetwork
from models.order_quantity.lost_sales.shared_training import (
    LEAST_MEAN,
    LEAST_PENALTY_RATIO,
    MOST_MEAN,
    MOST_PENALTY_RATIO,
    SharedTraining,
    train_shared,
)

NAME = "lost-sales"
KIND = "lost-sales-policy"


@dataclass(frozen=True)
class SharedPolicyReport:
    """mean_gap, max_gap: fractions above the optimum, exact, over the held-out problems."""

    name: str
    version: str
    promoted: bool
    reason: str
    steps: int
    mean_gap: float
    max_gap: float
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return asdict(self)


def train_shared_policy(
    out_dir: Path, *, steps: int = 1755, seed: int = 0, progress: Callable[[str, float], None] | None = None
) -> SharedPolicyReport:
    """Train and register the shared network at <out_dir>/lost-sales/<version>/.

    The challenger replaces a champion with a larger mean gap on the same held-out problems.
    """
    started = time.perf_counter()
    tell = progress or (lambda _stage, _done: None)
    settings = SharedTraining(steps=steps)
    network = train_shared(settings, seed=seed, progress=lambda done: tell("learning", 0.9 * done))
    tell("measuring on what it never saw", 0.9)
    metrics = mean_and_max(held_out_gaps(network))
    version = _write(Path(out_dir), network, settings, seed, metrics, time.perf_counter() - started)
    promotion = challenge(
        Path(out_dir), NAME, version, kind=KIND, loss=metrics["mean_gap"], champion_loss=_champion_gap
    )
    tell("done", 1.0)
    seconds = round(time.perf_counter() - started, 1)
    return SharedPolicyReport(NAME, version, promotion.promoted, promotion.reason, steps, **metrics, seconds=seconds)


def load_shared_policy(root: Path) -> SharedNetwork:
    """The champion from the folder `root` (normally var/models). Raises ArtefactError's children."""
    artefact = load_champion_artefact(Path(root), NAME, kind=KIND)
    try:
        network = SharedNetwork(int(artefact.metadata["settings"]["hidden"]))
        network.load_state_dict({name: torch.from_numpy(values) for name, values in artefact.tensors.items()})
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ArtefactDamaged(f"{artefact.name} {artefact.version} cannot be used: {error}. Train it again.") from error
    return network.requires_grad_(False)


def _write(
    root: Path, network: SharedNetwork, settings: SharedTraining, seed: int, metrics: dict[str, float], seconds: float
) -> str:
    metadata = {
        "code_version": code_version(Path(__file__).parent),
        "seed": seed,
        "settings": asdict(settings),
        "data": _trained_on(),
        "metrics": metrics,
    }
    tensors = {name: values.numpy() for name, values in network.state_dict().items()}
    run = {"seconds": round(seconds, 1)}
    return write_artefact(root, NAME, kind=KIND, tensors=tensors, metadata=metadata, run=run)


def _trained_on() -> dict[str, Any]:
    return {
        "means": [LEAST_MEAN, MOST_MEAN],
        "penalty_ratios": [LEAST_PENALTY_RATIO, MOST_PENALTY_RATIO],
        "held_out_means": list(HELD_OUT_MEANS),
        "held_out_penalty_ratios": list(HELD_OUT_PENALTY_RATIOS),
    }


def _champion_gap(champion: Artefact) -> float | None:
    comparable = champion.metadata.get("data") == _trained_on()
    return float(champion.metadata["metrics"]["mean_gap"]) if comparable else None
