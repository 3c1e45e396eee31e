"""One network for all items: what it is trained on, what it suggests, and its artefact."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch

from models.artefacts import ArtefactDamaged, ArtefactMissing
from models.order_quantity.lost_sales import (
    Items,
    LostSalesInputError,
    load_shared_policy,
    suggest,
    train_shared_policy,
)
from models.order_quantity.lost_sales import shared_policy as artefact
from models.order_quantity.lost_sales.evaluation import Gap
from models.order_quantity.lost_sales.instances import (
    HELD_OUT_MEANS,
    HELD_OUT_PENALTY_RATIOS,
    Instance,
    held_out_instances,
)
from models.order_quantity.lost_sales.shared import SharedNetwork
from models.order_quantity.lost_sales.shared_training import (
    HELD_OUT_MARGIN,
    SharedTraining,
    draw_demand,
    draw_items,
    train_shared,
)
from models.order_quantity.lost_sales.suggestion import policy_for

LITTLE = SharedTraining(steps=20, hidden=8, scenarios=128, periods=16, unrewarded=4)


@pytest.fixture(scope="module")
def network() -> SharedNetwork:
    return train_shared(LITTLE, seed=1)


def items(count: int = 3) -> Items:
    return Items(
        on_hand=np.arange(count),
        on_order=np.tile([2, 0, 0], (count, 1)),
        lead_time=np.full(count, 2),
        mean=np.full(count, 5.0),
        deviation=np.full(count, np.sqrt(5.0)),
        lost_sale_penalty=np.full(count, 18.0),
        holding_cost=np.full(count, 2.0),
    )


def test_no_training_item_is_near_what_is_held_out(rng: np.random.Generator) -> None:
    drawn = draw_items(20_000, rng)
    for values, held_out in ((drawn.mean, HELD_OUT_MEANS), (drawn.penalty_ratio, HELD_OUT_PENALTY_RATIOS)):
        for value in held_out:
            assert (values / value - 1).abs().min() >= HELD_OUT_MARGIN - 1e-6
    assert {(instance.mean, instance.lost_sale_penalty) for instance in held_out_instances()} == {
        (mean, penalty) for mean in HELD_OUT_MEANS for penalty in HELD_OUT_PENALTY_RATIOS
    }


def test_demand_drawn_has_the_mean_and_the_variance_of_its_item(rng: np.random.Generator) -> None:
    drawn = draw_items(50, rng)
    demand = draw_demand(drawn, 20_000, rng)[:, 0]
    np.testing.assert_allclose(demand.mean(dim=0), drawn.mean, rtol=0.05)
    np.testing.assert_allclose(demand.var(dim=0), drawn.mean * drawn.dispersion, rtol=0.15)


def test_equal_seeds_give_equal_networks(network: SharedNetwork) -> None:
    again, other = train_shared(LITTLE, seed=1), train_shared(LITTLE, seed=2)
    for name, weights in network.state_dict().items():
        assert torch.equal(weights, again.state_dict()[name])
        assert not torch.equal(weights, other.state_dict()[name])


def test_many_items_at_once_are_ordered_as_each_alone(network: SharedNetwork) -> None:
    found = suggest(network, items())
    instance = Instance("poisson", 5.0, 9.0, 1.0, 2)
    assert found.orders.tolist() == policy_for(network, instance)(np.array([[0, 2], [1, 2], [2, 2]])).tolist()
    assert found.orders.dtype == np.int64
    assert found.covered.all()


def test_only_the_ratio_of_the_costs_matters(network: SharedNetwork) -> None:
    dearer = replace(items(), lost_sale_penalty=np.full(3, 180.0), holding_cost=np.full(3, 20.0))
    assert suggest(network, items()).orders.tolist() == suggest(network, dearer).orders.tolist()


def test_what_lies_outside_the_training_is_said(network: SharedNetwork) -> None:
    unusual = replace(
        items(), mean=np.array([5.0, 500.0, 5.0]), deviation=np.array([40.0, 22.4, 2.2]),
        lost_sale_penalty=np.array([18.0, 18.0, 1800.0]),
    )  # fmt: skip
    assert suggest(network, unusual).covered.tolist() == [False, False, False]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"on_hand": np.array([0, -1, 2])}, "on_hand"),
        ({"mean": np.array([5.0, 0.0, 5.0])}, "mean"),
        ({"mean": np.array([5.0, np.nan, 5.0])}, "mean"),
        ({"lead_time": np.array([1, 2, 5])}, "Lead times"),
        ({"holding_cost": np.ones(2)}, "holding_cost"),
        ({"on_order": np.tile([2, 1, 0], (3, 1))}, "as late as"),
    ],
)
def test_items_that_cannot_be_are_refused(given: dict[str, object], message: str) -> None:
    with pytest.raises(LostSalesInputError, match=message):
        replace(items(), **given)


def test_an_artefact_holds_the_network_and_is_replaced_by_a_better_one_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    costs = iter([1.02, 1.03])
    monkeypatch.setattr(
        artefact, "held_out_gaps", lambda _: [Gap(Instance("poisson", 5.0, 9.0, 1.0, 1), 1.0, next(costs))]
    )
    with pytest.raises(ArtefactMissing):
        load_shared_policy(tmp_path)
    first, second = (train_shared_policy(tmp_path, steps=1, seed=seed) for seed in (1, 2))
    assert first.promoted
    assert first.mean_gap == pytest.approx(0.02)
    assert not second.promoted
    loaded, trained = load_shared_policy(tmp_path), train_shared(SharedTraining(steps=1), seed=1)
    assert suggest(loaded, items()).orders.tolist() == suggest(trained, items()).orders.tolist()
    (tmp_path / artefact.NAME / first.version / "model.safetensors").write_bytes(b"")
    with pytest.raises(ArtefactDamaged):
        load_shared_policy(tmp_path)
