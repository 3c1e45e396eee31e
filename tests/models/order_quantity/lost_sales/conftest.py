"""The smallest problems: short lead times, a few steps of training."""

from __future__ import annotations

import numpy as np
import pytest

from models.order_quantity.lost_sales.instances import Instance
from models.order_quantity.lost_sales.networks import NetworkBatch
from models.order_quantity.lost_sales.training import Training, train_batch

LITTLE = Training(steps=40, hidden=8, scenarios=64, periods=16, unrewarded=4, snapshots=(1.0,))


@pytest.fixture(scope="session")
def problems() -> list[Instance]:
    return [
        Instance("poisson", 5.0, 9.0, 1.0, 1),
        Instance("geometric", 5.0, 4.0, 1.0, 2),
        Instance("poisson", 2.0, 4.0, 1.0, 3),
    ]


@pytest.fixture(scope="session")
def trained(problems: list[Instance]) -> NetworkBatch:
    return train_batch(problems, LITTLE, seed=1)[-1]


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)
