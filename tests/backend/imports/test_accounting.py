"""imported + merged + set aside = read, in lines, units and money, whatever is in the file."""

from __future__ import annotations

from datetime import datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.imports.report import Account, ImportReport, NotReconciled, Tally, account, total
from backend.imports.rules import Outcome, Reason, judged, outcome_of

SCHEMA = {
    "sheet": pl.UInt16,
    "row": pl.UInt32,
    "invoice": pl.String,
    "code": pl.String,
    "description": pl.String,
    "quantity": pl.Int64,
    "at": pl.Datetime("us"),
    "price": pl.Int64,
    "customer": pl.String,
    "country": pl.String,
}

lines = st.fixed_dictionaries(
    {
        "sheet": st.integers(0, 2),
        "row": st.integers(1, 1_000_000),
        "invoice": st.sampled_from(["536365", "536366", "C536379", "A506401", "c1"]),
        "code": st.sampled_from(["84879", "84997b", "84997B ", "POST", "M", "B", "DCGS0003", "gift_0001_10", "?"]),
        "description": st.sampled_from([None, "RED CUP", " RED CUP", "damaged"]),
        "quantity": st.integers(-100_000, 100_000),
        "at": st.datetimes(datetime(2009, 12, 1), datetime(2011, 12, 9)),
        "price": st.integers(-600_000_000, 600_000_000) | st.sampled_from([0, 1, 16_900]),
        "customer": st.sampled_from([None, "14911", "13047"]),
        "country": st.sampled_from(["United Kingdom", "EIRE"]),
    }
)


@settings(max_examples=60, deadline=None)
@given(st.lists(lines, min_size=1, max_size=30), st.lists(st.integers(0, 29), max_size=15))
def test_the_identity(rows: list[dict[str, object]], again: list[int]):
    rows = sorted([*rows, *(rows[at % len(rows)] for at in again)], key=lambda row: row["sheet"])
    found = judged(pl.DataFrame(rows, schema=SCHEMA).with_row_index("n"))
    accounted = account(found)
    accounted.check()
    parts = [*accounted.imported.values(), *accounted.merged.values(), *accounted.set_aside.values()]
    assert total(parts).rows == len(rows)
    assert total(parts).units == sum(row["quantity"] for row in rows)
    assert found["reason"].null_count() == 0


def test_a_mismatch_is_an_error():
    read, less = Tally(2, 10, 1690), Tally(1, 10, 1690)
    with pytest.raises(NotReconciled, match="do not add up"):
        Account(read, {"sale": less}, {}, {}).check()
    with pytest.raises(NotReconciled):
        Account(read, {"sale": Tally(2, 10, 1689)}, {}, {}).check()
    Account(read, {"sale": less}, {"duplicate": Tally(1, 0, 0)}, {}).check()


def test_every_reason_has_one_outcome():
    assert {outcome_of(reason) for reason in Reason} == set(Outcome)


def test_the_report_survives_json():
    from datetime import date

    parts = Account(
        Tally(3, -5, -123), {"sale": Tally(1, 1, 2)}, {"overlap": Tally(1, 1, 1)}, {"test": Tally(1, -7, -126)}
    )
    report = ImportReport(
        ["a.csv"], "f" * 64, date(2009, 12, 1), date(2011, 12, 9), parts, {"a": 1}, {"b": 2}, {"c": 3}, 1.5
    )
    assert ImportReport.from_json(report.as_json()) == report
    assert report.as_json()["read"] == {"rows": 3, "units": -5, "money": "-1.23"}
