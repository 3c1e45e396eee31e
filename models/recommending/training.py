"""Training the purchase model: evaluate on what came after a cutoff, fit on everything, register."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl

from models.artefacts import Artefact, ArtefactDamaged, challenge, code_version, load_champion_artefact, write_artefact
from models.recommending.evaluation import OURS, Evaluation, evaluate
from models.recommending.history import HistoryError, check_history
from models.recommending.purchase_model import FEATURES, PurchaseModel, fit_purchase_model

NAME = "recommend"
KIND = "recommend"


@dataclass(frozen=True)
class RecommendReport:
    """The outcome of a training; evaluation is None where the history is too short to hold one out."""

    name: str
    version: str
    promoted: bool
    reason: str
    lines: int
    evaluation: Evaluation | None
    seconds: float

    def to_dict(self) -> dict[str, Any]:
        """A JSON-ready form."""
        return {**asdict(self), "evaluation": self.evaluation.to_dict() if self.evaluation else None}


def train(
    history: pl.DataFrame,
    out_dir: Path,
    *,
    as_of: date | None = None,
    horizon_days: int = 14,
    seed: int = 0,
    progress: Callable[[str, float], None] | None = None,
) -> RecommendReport:
    """Fit on order lines up to `as_of` (default: the last line) and register at <out_dir>/recommend/<version>/.

    The challenger replaces the champion where its held-out precision on the same data is higher; on new data it
    replaces it. Raises HistoryError.
    """
    started = time.perf_counter()
    tell = progress or (lambda _stage, _done: None)
    lines = check_history(history)
    if lines.is_empty():
        raise HistoryError("There are no order lines with a customer and a positive quantity.")
    today = as_of or lines.get_column("date").sort()[-1]
    lines = lines.filter(pl.col("date") <= today)
    tell("judging suggestions on held-out orders", 0.1)
    try:
        evaluation: Evaluation | None = evaluate(lines, horizon_days=horizon_days)
    except HistoryError:
        evaluation = None
    tell("fitting on all orders", 0.6)
    model = fit_purchase_model(lines, today, horizon_days, seed)
    fingerprint = hashlib.sha256(lines.sort(lines.columns).write_csv().encode()).hexdigest()
    metadata: dict[str, Any] = {
        "code_version": code_version(Path(__file__).parent),
        "seed": seed,
        "settings": {"horizon_days": horizon_days, "features": list(FEATURES)},
        "data": {"fingerprint": fingerprint, "lines": lines.height, "last": today.isoformat()},
        "evaluation": evaluation.to_dict() if evaluation else None,
    }
    tensors = {"weights": model.weights, "centre": model.centre, "spread": model.spread}
    run = {"seconds": round(time.perf_counter() - started, 1)}
    version = write_artefact(Path(out_dir), NAME, kind=KIND, tensors=tensors, metadata=metadata, run=run)
    loss = _loss(metadata)

    def champion_loss(champion: Artefact) -> float | None:
        same = champion.metadata["data"]["fingerprint"] == fingerprint
        return _loss(champion.metadata) if same and loss is not None else None

    promotion = challenge(
        Path(out_dir), NAME, version, kind=KIND, loss=1.0 if loss is None else loss, champion_loss=champion_loss
    )
    tell("done", 1.0)
    seconds = round(time.perf_counter() - started, 1)
    return RecommendReport(NAME, version, promotion.promoted, promotion.reason, lines.height, evaluation, seconds)


def load_champion(root: Path) -> PurchaseModel:
    """The champion from the folder `root` (normally var/models). Raises ArtefactError's children."""
    artefact = load_champion_artefact(Path(root), NAME, kind=KIND)
    settings, tensors = artefact.metadata["settings"], artefact.tensors
    shapes = {name: tensors[name].shape if name in tensors else None for name in ("weights", "centre", "spread")}
    size = len(FEATURES)
    if settings["features"] != list(FEATURES) or shapes != {
        "weights": (size + 1,),
        "centre": (size,),
        "spread": (size,),
    }:
        raise ArtefactDamaged(f"{NAME} {artefact.version} was trained with other features: train it again.")
    return PurchaseModel(int(settings["horizon_days"]), tensors["weights"], tensors["centre"], tensors["spread"])


def _loss(metadata: dict[str, Any]) -> float | None:
    evaluation = metadata["evaluation"]
    return None if evaluation is None else 1 - float(evaluation["metrics"][OURS]["precision"])
