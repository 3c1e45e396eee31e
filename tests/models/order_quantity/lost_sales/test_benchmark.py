"""The benchmark's report; its full size is under `make soak`."""

from __future__ import annotations

import json
import os
from io import StringIO

import pytest
from rich.console import Console

from models.order_quantity.lost_sales import Instance, LostSalesInputError, benchmark, render_benchmark, run_benchmark
from models.order_quantity.lost_sales.shared_training import SharedTraining
from tests.models.order_quantity.lost_sales.conftest import LITTLE

LITTLE_SHARED = SharedTraining(steps=60, hidden=16, scenarios=128, periods=16, unrewarded=4)
FULL = os.environ.get("QUARTERMASTER_SOAK") == "1"
POLICIES = ["quartermaster", "quartermaster_shared", "capped_base_stock", "base_stock"]


@pytest.fixture(scope="module")
def problems() -> list[Instance]:
    return [Instance("poisson", 5.0, 4.0, 1.0, 1), Instance("geometric", 5.0, 9.0, 1.0, 2)]


def test_the_report_names_every_policy_and_its_gaps(problems: list[Instance], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "Training", lambda _steps: LITTLE)
    monkeypatch.setattr(benchmark, "SharedTraining", lambda _steps: LITTLE_SHARED)
    told: list[float] = []
    report = run_benchmark(
        seconds=1, instances=problems, held_out=False, progress=lambda _stage, done: told.append(done)
    )
    assert json.loads(json.dumps(report)) == report
    assert list(report["policies"]) == POLICIES
    for name, policy in report["policies"].items():
        gaps = [instance["gap"] for instance in policy["instances"]]
        assert policy["mean_gap"] == pytest.approx(sum(gaps) / 2)
        assert policy["max_gap"] == max(gaps)
        assert min(gaps) > -1e-5
        assert gaps == [instance["policies"][name]["gap"] for instance in report["instances"]]
    ours = report["policies"]["quartermaster"]
    assert (report["mean_gap"], report["max_gap"]) == (ours["mean_gap"], ours["max_gap"])
    assert report["max_gap"] < 0.2
    first = report["instances"][0]
    assert (first["demand"], first["mean"], first["lost_sale_penalty"], first["lead_time"]) == ("poisson", 5.0, 4.0, 1)
    assert first["optimal_cost"] == pytest.approx(4.041, abs=5e-4)
    assert first["gap"] == pytest.approx(first["cost"] / first["optimal_cost"] - 1)
    assert told == sorted(told)
    assert told[-1] == 1.0
    shown = StringIO()
    Console(file=shown, width=140).print(render_benchmark(report))
    assert "poisson, mean 5" in shown.getvalue()
    assert "4.041" in shown.getvalue()


@pytest.mark.parametrize("seconds", [0, -1, float("nan"), 1e6])
def test_a_length_that_cannot_be_is_refused(seconds: float) -> None:
    with pytest.raises(LostSalesInputError):
        run_benchmark(seconds=seconds)


@pytest.mark.soak
@pytest.mark.timeout(3600)
@pytest.mark.skipif(not FULL, reason="minutes of training: QUARTERMASTER_SOAK=1")
def test_ours_are_close_to_the_optimum_on_all_32() -> None:
    report = run_benchmark()
    assert report["mean_gap"] <= 0.0010
    assert report["max_gap"] <= 0.0025
    assert report["policies"]["quartermaster_shared"]["mean_gap"] <= 0.005
    assert report["held_out"]["mean_gap"] <= 0.01
