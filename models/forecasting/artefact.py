"""A trained forecasting model on disk. See `models.artefacts` for the rules that every artefact follows.

Tensors: `network.*` the network's parameters; `mean_weights`, `quantile_weights` [4, M]; `market.totals` [1, P + 1] and
`market.place` [2], the market's first column with a sale and its first period; `error.ours`, `error.naive`,
`error.demand` [n], per series: mean absolute error of our median and of the naive forecast and mean demand, all in
units per period, on the held-out window. `series.json` holds the ids. `sums.error.*` [k] are the same for sums of
products, whose kinds and keys `sums.json` holds. `factors.*` are the effects of prices, promotions and working days,
where such were known (see `factors.effects`).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
import torch

from models.artefacts import Artefact, ArtefactDamaged, ArtefactIncompatible, load_artefact, load_champion_artefact
from models.forecasting.combination import MEMBERS, Weights
from models.forecasting.factors.effects import Effects
from models.forecasting.market import Market
from models.forecasting.model import ForecastModel
from models.forecasting.network import NetworkSettings, QuantileNetwork
from models.forecasting.periods import Freq, frequency

KIND = "forecast"
SERIES = "series.json"
SUMS = "sums.json"


@dataclass(frozen=True)
class SeriesErrors:
    """Held-out errors per series, units per period, float32 [n] each. NaN where the series had not sold before the
    cutoff.
    """

    ids: tuple[str, ...]
    ours: npt.NDArray[np.float32]
    naive: npt.NDArray[np.float32]
    demand: npt.NDArray[np.float32]

    def to_frame(self) -> pl.DataFrame:
        """Columns unique_id, model_mae, naive_mae, mean_demand (units per period; null where unknown),
        naive_is_better.
        """
        frame = pl.DataFrame(
            {"unique_id": self.ids, "model_mae": self.ours, "naive_mae": self.naive, "mean_demand": self.demand},
            schema_overrides={"unique_id": pl.String},
        )
        frame = frame.with_columns(pl.col("model_mae", "naive_mae", "mean_demand").cast(pl.Float64).fill_nan(None))
        return frame.with_columns((pl.col("naive_mae") < pl.col("model_mae")).alias("naive_is_better"))


@dataclass(frozen=True)
class SumErrors:
    """The same for sums of products (see `sums`): keys (kind, key), errors of the mean."""

    keys: tuple[tuple[str, str], ...]
    ours: npt.NDArray[np.float32]
    naive: npt.NDArray[np.float32]
    demand: npt.NDArray[np.float32]

    @staticmethod
    def none() -> SumErrors:
        """Of a model that was trained without sums."""
        nothing = np.zeros(0, dtype=np.float32)
        return SumErrors((), nothing, nothing, nothing)

    def of(self, kind: str, key: str) -> tuple[float, float, float] | None:
        """Our error, the naive one's and mean demand of one sum; None where they are not known."""
        at = self._places.get((kind, key))
        if at is None or not np.isfinite(self.ours[at]):
            return None
        return float(self.ours[at]), float(self.naive[at]), float(self.demand[at])

    def naive_is_better(self, kind: str, keys: Sequence[str]) -> npt.NDArray[np.bool_]:
        """Whether repeating the last period was nearer than we were, and than nothing; bool [k]."""
        found = [self.of(kind, key) for key in keys]
        return np.array([one is not None and one[1] < min(one[0], one[2]) for one in found], dtype=np.bool_)

    @cached_property
    def _places(self) -> dict[tuple[str, str], int]:
        return {key: at for at, key in enumerate(self.keys)}


@dataclass(frozen=True)
class ForecastArtefact:
    """A model that was read from disk, with what is known about it."""

    name: str
    version: str
    freq: Freq
    model: ForecastModel
    errors: SeriesErrors
    metadata: dict[str, Any]
    sums: SumErrors = field(default_factory=SumErrors.none)
    effects: Effects | None = None


def artefact_name(freq: Freq) -> str:
    """The name under which a frequency's model is stored and served: forecast-W, for instance."""
    return f"forecast-{frequency(freq).freq}"


def tensors_of(model: ForecastModel, errors: SeriesErrors) -> dict[str, npt.NDArray[Any]]:
    """Everything of a model that goes into model.safetensors."""
    network = {f"network.{key}": value.cpu().numpy() for key, value in model.network.state_dict().items()}
    weights = {"mean_weights": model.weights.mean.numpy(), "quantile_weights": model.weights.quantiles.numpy()}
    place = np.array([int(model.market.start[0]), model.market.first], dtype=np.int64)
    market = {"market.totals": model.market.totals.numpy(), "market.place": place}
    return (
        network
        | weights
        | market
        | {"error.ours": errors.ours, "error.naive": errors.naive, "error.demand": errors.demand}
    )


def tensors_of_sums(errors: SumErrors) -> dict[str, npt.NDArray[Any]]:
    """What is kept of sums."""
    return {"sums.error.ours": errors.ours, "sums.error.naive": errors.naive, "sums.error.demand": errors.demand}


def model_settings(model: ForecastModel) -> dict[str, Any]:
    """What is needed beside the tensors to build the model again."""
    return {"horizon": model.horizon, "network": model.network.settings.to_dict(), "members": list(MEMBERS)}


def load_champion(root: Path, freq: Freq) -> ForecastArtefact:
    """The champion of a frequency from the folder `root` (normally var/models). Raises ArtefactError's children."""
    return parse(load_champion_artefact(Path(root), artefact_name(freq), kind=KIND))


def load_version(root: Path, freq: Freq, version: str) -> ForecastArtefact:
    """One version, champion or not."""
    return parse(load_artefact(Path(root), artefact_name(freq), version, kind=KIND))


def parse(artefact: Artefact) -> ForecastArtefact:
    """Build the model of a checked artefact. Raises ArtefactDamaged where tensors and settings do not fit each
    other.
    """
    tensors, settings = artefact.tensors, artefact.metadata.get("settings", {})
    try:
        members = settings["members"]
        freq: Freq = frequency(artefact.metadata["freq"]).freq
        network = QuantileNetwork(NetworkSettings(**settings["network"]), seed=0)
        state = {
            key.removeprefix("network."): torch.from_numpy(value)
            for key, value in tensors.items()
            if key.startswith("network.")
        }
        network.load_state_dict(state, strict=True)
        network.eval()
        weights = Weights(torch.from_numpy(tensors["mean_weights"]), torch.from_numpy(tensors["quantile_weights"]))
        start, first = (int(value) for value in tensors["market.place"])
        market = Market(torch.from_numpy(tensors["market.totals"]), torch.tensor([start]), first)
        model = ForecastModel(frequency(freq), int(settings["horizon"]), network, weights, market)
        ids = tuple(artefact.documents[SERIES])
        errors = SeriesErrors(ids, tensors["error.ours"], tensors["error.naive"], tensors["error.demand"])
        sums = _sums(artefact)
        effects = Effects.of_tensors(tensors, ids, artefact.metadata.get("factors", {}).get("calendar"))
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ArtefactDamaged(f"{artefact.name} {artefact.version} cannot be used: {error}. Train it again.") from error
    if members != list(MEMBERS):
        raise ArtefactIncompatible(
            f"{artefact.name} {artefact.version} combines other members than this code does. Train it again."
        )
    return ForecastArtefact(artefact.name, artefact.version, freq, model, errors, artefact.metadata, sums, effects)


def _sums(artefact: Artefact) -> SumErrors:
    if SUMS not in artefact.documents:
        return SumErrors.none()
    keys = tuple((str(kind), str(key)) for kind, key in artefact.documents[SUMS])
    ours, naive, demand = (artefact.tensors[f"sums.error.{name}"] for name in ("ours", "naive", "demand"))
    if not len(keys) == len(ours) == len(naive) == len(demand):
        raise ValueError("the sums' errors do not fit their keys")
    return SumErrors(keys, ours, naive, demand)
