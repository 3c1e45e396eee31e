"""The two catalogues, and readers bound to them."""

from collections.abc import Callable
from datetime import date

import pytest

from actions.language.catalogue import CatalogueIndex
from actions.language.orders import OrderReading, read_order
from tests.actions.language.catalogues import REAL_FILE, fasteners_and_textiles, giftware, seaside_shop

Lines = list[tuple[str | None, int | None]]


@pytest.fixture(scope="session")
def today() -> date:
    return date(2025, 11, 21)  # a Friday


@pytest.fixture(scope="session")
def index() -> CatalogueIndex:
    return fasteners_and_textiles()


@pytest.fixture(scope="session")
def gifts() -> CatalogueIndex:
    if not REAL_FILE.exists():
        pytest.skip(f"the real wholesaler's file is not here ({REAL_FILE})")
    pytest.importorskip("polars", reason="polars, which reads the real file, is not installed")
    return giftware()


@pytest.fixture
def read(index: CatalogueIndex, today: date) -> Callable[..., OrderReading]:
    return lambda text, **hints: read_order(text, index, today=today, **hints)


@pytest.fixture
def lines(read: Callable[..., OrderReading]) -> Callable[..., Lines]:
    return lambda text, **hints: [(line.sku, line.quantity) for line in read(text, **hints).lines]


@pytest.fixture(scope="session")
def seaside() -> CatalogueIndex:
    return seaside_shop()


@pytest.fixture
def read_shop(seaside: CatalogueIndex, today: date) -> Callable[..., OrderReading]:
    return lambda text: read_order(text, seaside, today=today)


@pytest.fixture
def shop_lines(read_shop: Callable[..., OrderReading]) -> Callable[..., Lines]:
    return lambda text: [(line.sku, line.quantity) for line in read_shop(text).lines]


@pytest.fixture
def gift_lines(gifts: CatalogueIndex, today: date) -> Callable[..., Lines]:
    return lambda text: [(line.sku, line.quantity) for line in read_order(text, gifts, today=today).lines]
