"""Order lines as read beside order lines as meant."""

from __future__ import annotations

import pytest

from actions.evaluation.messages import ExpectedLine, Labelled
from actions.evaluation.order_lines import Booked, compare, figures, right
from backend.identity.tables import Role


def meant(*lines: ExpectedLine) -> Labelled:
    return Labelled(text="some bolts", role=Role.CUSTOMER, skill="place_order", lines=lines)


def booked(sku: str, quantity: int) -> Booked:
    return Booked(sku, quantity, (sku,), asks=False)


def asked(*candidates: str, sku: str | None = None) -> Booked:
    return Booked(sku, None, candidates, asks=True)


@pytest.mark.parametrize(
    ("expected", "read", "is_right"),
    [
        (ExpectedLine(sku="A", quantity=10), booked("A", 10), True),
        (ExpectedLine(sku="A", quantity=10), booked("A", 12), False),
        (ExpectedLine(sku="A", quantity=10), booked("B", 10), False),
        (ExpectedLine(sku="A", quantity=10), asked("A", "B"), False),  # there was nothing to ask
        (ExpectedLine(sku="A", quantity=10, candidates=("B",)), booked("B", 10), True),
        (ExpectedLine(sku="A", quantity=10, candidates=("B",)), asked("A", "B"), True),
        (ExpectedLine(quantity=10, candidates=("A", "B")), asked("B", "C"), True),
        (ExpectedLine(quantity=10, candidates=("A", "B")), asked("C"), False),
        (ExpectedLine(quantity=10, candidates=("A", "B")), booked("A", 10), True),
        (ExpectedLine(sku="A"), asked("A", sku="A"), True),  # how many?
        (ExpectedLine(sku="A"), booked("A", 1), False),
        (ExpectedLine(quantity=10), asked("C"), True),  # nobody has it: anything but a booking
        (ExpectedLine(quantity=10), booked("C", 10), False),
    ],
)
def test_a_line_is_right_where_product_and_quantity_are_or_a_question_is(
    expected: ExpectedLine, read: Booked, is_right: bool
):
    assert right(expected, read) is is_right


def test_a_message_is_exact_with_every_line_right_and_none_too_many():
    message = meant(ExpectedLine(sku="A", quantity=1), ExpectedLine(sku="B", quantity=2))
    assert compare(message, [booked("B", 2), booked("A", 1)]).exact
    assert not compare(message, [booked("A", 1)]).exact
    assert not compare(message, [booked("A", 1), booked("B", 2), asked("C")]).exact


def test_each_line_is_paired_once():
    message = meant(ExpectedLine(sku="A", quantity=1), ExpectedLine(sku="A", quantity=1))
    compared = compare(message, [booked("A", 1)])
    assert (compared.found, compared.exact) == (1, False)


def test_wrong_without_asking_is_a_wrong_booking_or_a_line_that_vanished():
    message = meant(ExpectedLine(sku="A", quantity=1), ExpectedLine(sku="B", quantity=2))
    assert not compare(message, [booked("A", 1), booked("B", 2)]).wrong_unasked
    assert not compare(message, [booked("A", 1), asked("B", "C")]).wrong_unasked
    assert compare(message, [booked("A", 1), booked("B", 3)]).wrong_unasked
    assert compare(message, [booked("A", 1)]).wrong_unasked
    assert compare(message, [booked("A", 1), booked("B", 2), booked("C", 1)]).wrong_unasked


def test_figures_are_shares_of_messages_and_f1_of_lines():
    message = meant(ExpectedLine(sku="A", quantity=1), ExpectedLine(sku="B", quantity=2))
    found = figures([compare(message, [booked("A", 1), booked("B", 2)]), compare(message, [booked("A", 1)])])
    assert found["order_messages"] == 2
    assert (found["order_exact"], found["order_wrong_unasked"]) == (0.5, 0.5)
    assert found["line_f1"] == pytest.approx(2 * 3 / (4 + 3))
    assert figures([])["order_exact"] == 0.0
