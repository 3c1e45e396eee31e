"""Forecasts with quantiles for every series at once, and how far to trust them.

Everywhere the input is a polars long table `unique_id: str, ds: date, y: float`; frequencies are 'D', 'W' (weeks start
on Monday) and 'M' (months start on the 1st). Start at `train`, `load_champion`, `forecast`; `backtest` compares our
procedure with the baselines on any such table.
"""

from models.forecasting.artefact import (
    ForecastArtefact,
    SeriesErrors,
    artefact_name,
    load_champion,
    load_version,
)
from models.forecasting.backtest import backtest
from models.forecasting.days import spread_over_days, weekday_shares
from models.forecasting.factors.layer import KnownFactors
from models.forecasting.fitting import FitSettings
from models.forecasting.model import HorizonError
from models.forecasting.panel import Panel, PanelError, build_panel
from models.forecasting.periods import FREQUENCIES, Freq
from models.forecasting.prediction import QUANTILE_COLUMNS, forecast
from models.forecasting.quantiles import QUANTILES
from models.forecasting.report import OURS, TrainingReport
from models.forecasting.sums import SumForecast, forecast_sums
from models.forecasting.training import train

__all__ = [
    "FREQUENCIES",
    "OURS",
    "QUANTILES",
    "QUANTILE_COLUMNS",
    "FitSettings",
    "ForecastArtefact",
    "Freq",
    "HorizonError",
    "KnownFactors",
    "Panel",
    "PanelError",
    "SeriesErrors",
    "SumForecast",
    "TrainingReport",
    "artefact_name",
    "backtest",
    "build_panel",
    "forecast",
    "forecast_sums",
    "load_champion",
    "load_version",
    "spread_over_days",
    "train",
    "weekday_shares",
]
