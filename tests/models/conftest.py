"""The smallest worlds the models' tests need: a short demand panel, trained models, an order history."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import polars as pl
import pytest
from fastapi.testclient import TestClient

from models import forecasting, order_quantity
from models.forecasting import TrainingReport
from models.serving import create_app
from tests.models.worlds import QUICK, SECRET, weekly_panel


@pytest.fixture(scope="session")
def panel() -> pl.DataFrame:
    return weekly_panel()


@pytest.fixture(scope="session")
def artefacts(tmp_path_factory: pytest.TempPathFactory, panel: pl.DataFrame) -> Path:
    """A folder with a trained weekly, monthly and order-quantity model. Do not change it: copy it."""
    root = tmp_path_factory.mktemp("artefacts")
    forecasting.train(panel, "W", root, fit_settings=QUICK, horizon=8)
    forecasting.train(panel, "M", root, fit_settings=QUICK)
    order_quantity.train(panel, root)
    return root


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory, panel: pl.DataFrame) -> TrainingReport:
    return forecasting.train(panel, "W", tmp_path_factory.mktemp("report"), fit_settings=QUICK, horizon=8)


@pytest.fixture
def client(artefacts: Path) -> Iterator[TestClient]:
    """A caller that knows the secret."""
    app = create_app(secret=SECRET, root=artefacts)
    with TestClient(app, headers={"X-Quartermaster-Secret": SECRET}, raise_server_exceptions=False) as found:
        yield found


@pytest.fixture
def orders() -> pl.DataFrame:
    """Ann buys tea every 10 days and a pot once; Bob buys pot and lid together; others too; six months."""
    rows = []
    first = date(2024, 1, 1)
    for step in range(18):
        day = first + timedelta(days=10 * step)
        rows.append(("ann", "tea", day, 12 + step % 2, f"a{step}"))
        if step == 16:
            rows.append(("ann", "pot", day, 1, f"a{step}"))
        for other in ("bob", "cy", "di"):
            rows += [(other, "pot", day, 2, f"{other}{step}"), (other, "lid", day, 2, f"{other}{step}")]
    return pl.DataFrame(rows, schema=["customer", "sku", "date", "quantity", "order_id"], orient="row")
