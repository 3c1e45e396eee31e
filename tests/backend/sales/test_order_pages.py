"""How pages of orders are found: by which index, and without sorting what does not go on the page."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import event

from backend.sales import queries
from tests.backend.world import World


@pytest.mark.parametrize(
    ("sought", "before", "index"),
    [
        ({}, 100, "INTEGER PRIMARY KEY"),
        ({"customer_id": 1}, None, "ix_sales_order_customer_id_id"),
        ({"customer_id": 1}, 100, "ix_sales_order_customer_id_id"),
        ({"state": "on_hold"}, 100, "ix_sales_order_state_id"),
        ({"held": True}, None, "ix_sales_order_state_id"),
        ({"customer_reference": "4711"}, 100, "ix_sales_order_customer_reference"),
        ({"product_id": 1}, 100, "ix_sales_order_line_product_id_order_id"),
        ({"placed_from": date(2026, 1, 1), "placed_to": date(2026, 2, 1)}, None, "ix_sales_order_placed_at_id"),
        ({"placed_from": date(2026, 1, 1), "placed_to": date(2026, 2, 1)}, 100, "ix_sales_order_placed_at_id"),
        ({"placed_to": date(2026, 2, 1), "customer_id": 1}, 100, "ix_sales_order_customer_id_placed_at"),
    ],
)
def test_a_page_is_read_from_its_index(small: World, sought: dict[str, Any], before: int | None, index: str) -> None:
    with small.reading("desk@test") as work:
        said: list[tuple[str, Any]] = []
        event.listen(small.database.engine, "before_cursor_execute", lambda *args: said.append((args[2], args[3])))
        queries.keys_page(work, before=before, limit=51, sought=queries.Sought(**sought))
        statement, values = said[0] if said[0][0].startswith("SELECT") else said[1]
        rows = work.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)
        plan = [str(row[3]) for row in rows]
    assert any(index in step for step in plan), plan
    assert not any("TEMP B-TREE" in step for step in plan), plan
