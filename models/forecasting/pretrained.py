"""The pretrained networks: one per frequency, in this folder's `pretrained/`, taught on invented series alone.

`pretraining` makes them again. They know no data of anybody's: what a wholesaler's own past adds is learnt on top, and
where there is next to none, they forecast as they are.
"""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import torch
from safetensors.torch import load_file

from models.forecasting.network import NetworkSettings, QuantileNetwork
from models.forecasting.periods import Freq

FOLDER = Path(__file__).parent / "pretrained"


def weights_file(freq: Freq) -> Path:
    """Where a frequency's weights are."""
    return FOLDER / f"network-{freq}.safetensors"


def card_file(freq: Freq) -> Path:
    """Where its card is: settings, seed, steps and losses."""
    return FOLDER / f"network-{freq}.json"


def pretrained(freq: Freq) -> QuantileNetwork:
    """A fresh copy of the pretrained network, in evaluation mode."""
    settings, state = _read(freq)
    network = QuantileNetwork(settings, seed=0)
    network.load_state_dict(state, strict=True)
    network.eval()
    return network


@cache
def _read(freq: Freq) -> tuple[NetworkSettings, dict[str, torch.Tensor]]:
    card = json.loads(card_file(freq).read_text(encoding="utf-8"))
    state = {name: tensor.to(torch.float32) for name, tensor in load_file(weights_file(freq)).items()}
    return NetworkSettings(**card["network"]), state


def blended(base: QuantileNetwork, tuned: QuantileNetwork, trust: float) -> QuantileNetwork:
    """The network between two of the same origin: (1 - trust) · base + trust · tuned, weight by weight.

    Weights fine-tuned from one start can be averaged, and the average is steadier under change than either end
    (Wortsman et al. 2022, Robust fine-tuning of zero-shot models).
    """
    if trust in (0.0, 1.0):
        return tuned if trust else base
    first, second = base.state_dict(), tuned.state_dict()
    network = QuantileNetwork(base.settings, seed=0).to(base.device)
    network.load_state_dict({name: torch.lerp(first[name], second[name], trust) for name in first})
    network.eval()
    return network
