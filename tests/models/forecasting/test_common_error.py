"""How wrong the network is about all series together is taken out of what its copy is tuned on."""

from __future__ import annotations

import torch

from models.forecasting.common_error import common_error, steadied
from models.forecasting.fitting import Windows
from models.forecasting.periods import frequency
from models.forecasting.pretrained import pretrained

WEEKS, SERIES, LIMIT = 60, 80, 52


def windows(y: torch.Tensor) -> Windows:
    return Windows(y, torch.full((len(y),), y.shape[1]), 2700, frequency("W"), 8)


def steady_demand(factor_after_40: float = 1.0) -> torch.Tensor:
    level = torch.linspace(10, 60, SERIES).unsqueeze(1).expand(-1, WEEKS).clone()
    level[:, 40:] *= factor_after_40
    return torch.poisson(level, generator=torch.Generator().manual_seed(4))


def test_where_nothing_happens_to_all_there_is_next_to_nothing_to_take_out():
    error = common_error(pretrained("W"), windows(steady_demand()), LIMIT, seed=1)
    assert float(error[20:50].abs().max()) < 0.1


def test_what_happens_to_all_at_once_is_seen_at_the_origins_and_steps_it_belongs_to():
    error = common_error(pretrained("W"), windows(steady_demand(2.0)), LIMIT, seed=1)
    assert float(error[39, 3]) > 0.5  # the step is after the rise, the origin before it
    assert abs(float(error[25, 3])) < 0.15  # both before it
    assert float(error[51].abs().sum()) == 0  # no target before the limit


def test_the_rise_is_gone_from_the_targets_and_how_series_differ_is_not():
    plain = windows(steady_demand(2.0))
    steady = steadied(pretrained("W"), plain, LIMIT, seed=1)
    series, column = torch.arange(SERIES), torch.full((SERIES,), 39)
    before, known = plain.targets(series, column, LIMIT)
    after, still_known = steady.targets(series, column, LIMIT)
    assert torch.equal(known, still_known)
    assert plain.factors is None
    assert float(after[:, 3].sum() / before[:, 3].sum()) < 0.7
    assert torch.allclose(after[:, 3] / after[0, 3], before[:, 3] / before[0, 3])


def test_nothing_from_the_limit_on_is_looked_at():
    y = steady_demand()
    changed = y.clone()
    changed[:, LIMIT:] = 1000
    first, second = (common_error(pretrained("W"), windows(table), LIMIT, seed=1) for table in (y, changed))
    assert torch.equal(first, second)


def test_series_that_sell_nothing_leave_everything_as_it_is():
    nothing = steadied(pretrained("W"), windows(torch.zeros(5, WEEKS)), LIMIT, seed=1)
    assert nothing.factors is not None
    assert bool((nothing.factors == 1).all())
