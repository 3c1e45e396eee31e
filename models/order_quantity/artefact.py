"""The trained order-quantity model on disk: the 6-12-1 network and the error correlation the classical policy uses."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from models.artefacts import Artefact, ArtefactDamaged, load_champion_artefact
from models.order_quantity.fixed_period_network import FixedPeriodNetwork

NAME = "order-quantity"
KIND = "order-quantity"


@dataclass(frozen=True)
class OrderQuantityArtefact:
    """correlation: of a series' forecast errors between two periods (see `demand`)."""

    name: str
    version: str
    network: FixedPeriodNetwork
    correlation: float
    metadata: dict[str, Any]


def load_champion(root: Path) -> OrderQuantityArtefact:
    """The champion from the folder `root` (normally var/models). Raises ArtefactError's children."""
    return parse(load_champion_artefact(Path(root), NAME, kind=KIND))


def parse(artefact: Artefact) -> OrderQuantityArtefact:
    """Build the model of a checked artefact."""
    try:
        network = FixedPeriodNetwork.from_tensors(artefact.tensors)
        correlation = float(artefact.metadata["settings"]["error_correlation"])
    except (KeyError, TypeError, ValueError, RuntimeError) as error:
        raise ArtefactDamaged(f"{artefact.name} {artefact.version} cannot be used: {error}. Train it again.") from error
    return OrderQuantityArtefact(artefact.name, artefact.version, network, correlation, artefact.metadata)
