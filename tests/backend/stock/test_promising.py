"""What may be promised by which date. Pure."""

from __future__ import annotations

from datetime import date

from backend.stock.promising import Promise, available_by_date, promise

TODAY = date(2026, 6, 17)  # a Wednesday
SOON, LATER = date(2026, 6, 19), date(2026, 6, 24)


def test_today_there_is_what_is_free() -> None:
    assert available_by_date(40, [], 0, TODAY) == [(TODAY, 40)]
    assert available_by_date(-5, [], 5, TODAY) == [(TODAY, 0)]


def test_receipts_add_what_they_leave_to_newcomers() -> None:
    found = available_by_date(0, [(SOON, 30), (LATER, 100)], 50, TODAY)
    assert found == [(TODAY, 0), (date(2026, 6, 25), 80)]
    assert available_by_date(10, [(SOON, 30), (LATER, 100)], 0, TODAY) == [
        (TODAY, 10),
        (date(2026, 6, 22), 40),  # a Friday's receipt is ready on Monday
        (date(2026, 6, 25), 140),
    ]


def test_receipts_of_one_day_are_one_step_and_overdue_ones_are_expected_tomorrow() -> None:
    late = date(2026, 6, 1)
    assert available_by_date(0, [(late, 5), (TODAY, 5), (LATER, 1)], 0, TODAY) == [
        (TODAY, 0),
        (date(2026, 6, 18), 10),
        (date(2026, 6, 25), 11),
    ]


def test_it_agrees_with_what_an_order_is_promised() -> None:
    receipts, waiting = [(SOON, 30), (LATER, 100)], 20
    dated = available_by_date(7, receipts, waiting, TODAY)
    for wanted in range(1, dated[-1][1] + 1):
        first = next(day for day, total in dated if total >= wanted)
        expected = promise(wanted, 7, receipts, waiting, TODAY, 10)
        assert expected.promised_date in (None, first)
        assert (expected.promised_date is None) == (wanted <= 7)
    assert promise(dated[-1][1] + 1, 7, receipts, waiting, TODAY, 10) == Promise(7, 111, date(2026, 7, 2))
