"""What returns come to: what is credited, line by line, and what is charged for what is sent instead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, select

from backend.billing.history import invoices_of
from backend.billing.shares import Share, shares, take
from backend.billing.tables import CreditNote
from backend.company.service import company
from backend.errors import Conflict
from backend.money import line_total
from backend.sales.tables import Order, OrderLine, SalesReturn, SalesReturnLine
from backend.sales.terms import terms_for
from backend.sales.totals import ZERO, totals
from backend.work import Work

_OVER: Final = frozenset({"settled", "rejected"})  # without a credit note then, there will be none


_NOTES: Final = select(CreditNote).where(CreditNote.return_id.in_(bindparam("keys", expanding=True)))


@dataclass(frozen=True)
class LineMoney:
    """Net: what is credited for a line, what its replacement costs, and how much more that is (less, below zero)."""

    credit: Decimal
    replacement: Decimal | None

    @property
    def difference(self) -> Decimal | None:
        """None where nothing is sent instead."""
        return None if self.replacement is None else self.replacement - self.credit


@dataclass(frozen=True)
class Sum:
    """A net amount and its tax."""

    net: Decimal
    tax: Decimal

    @property
    def total(self) -> Decimal:
        """Both."""
        return self.net + self.tax


@dataclass(frozen=True)
class ReturnMoney:
    """What a return comes to, line by line and in all."""

    lines: tuple[LineMoney, ...]
    credit: Sum
    replacement: Sum | None

    @property
    def difference(self) -> Decimal | None:
        """With tax: what is to be paid for an exchange (above zero) or is left of the credit (below)."""
        return None if self.replacement is None else self.replacement.total - self.credit.total


def money(work: Work, sales_return: SalesReturn) -> ReturnMoney:
    """What is credited for what comes (or came) back, and what is charged for what is sent instead."""
    return moneys(work, [sales_return])[0]


def moneys(
    work: Work, returns: Sequence[SalesReturn], notes: Mapping[int | None, CreditNote] | None = None
) -> list[ReturnMoney]:
    """The same for several returns, in a handful of queries; ``notes`` are their credit notes, by return."""
    notes = notes_of(work, returns) if notes is None else notes
    possible = _possible(work, [row for row in returns if row.id not in notes and row.state not in _OVER])
    return [_money(work, row, _tax(work, row, notes.get(row.id), possible)) for row in returns]


def notes_of(work: Work, returns: Iterable[SalesReturn]) -> dict[int | None, CreditNote]:
    """The credit notes of returns, by return."""
    found = work.session.scalars(_NOTES, {"keys": [row.id for row in returns]})
    return {note.return_id: note for note in found}


def sent(line: SalesReturnLine) -> int:
    """How much is sent instead of a line: as much as was announced, whatever of that came."""
    return line.quantity if line.announced is None else line.announced


def _money(work: Work, sales_return: SalesReturn, tax: Decimal) -> ReturnMoney:
    lines = sales_return.lines
    new = [None if line.exchange_price is None else line_total(line.exchange_price, sent(line)) for line in lines]
    return ReturnMoney(
        lines=tuple(LineMoney(line.total, amount) for line, amount in zip(lines, new, strict=True)),
        credit=Sum(sum((line.total for line in lines), ZERO), tax),
        replacement=_replacement(work, sales_return) if sales_return.resolution == "exchange" else None,
    )


def _possible(work: Work, returns: Sequence[SalesReturn]) -> dict[int, list[Share]]:
    """What can still be credited of the lines that come back, by order line."""
    sold = {line.order_line.id: line.order_line for row in returns for line in row.lines if line.order_line}
    found: dict[int, list[Share]] = {key: [] for key in sold}
    if sold:
        for share in shares(work, list(sold.values()), invoices_of(work, {line.order_id for line in sold.values()})):
            found[share.order_line.id].append(share)
    return found


def _tax(
    work: Work, sales_return: SalesReturn, note: CreditNote | None, possible: Mapping[int, Sequence[Share]]
) -> Decimal:
    """As its credit note has it; until there is one, as that will have it."""
    if note is not None:
        return note.tax
    known = [(line, line.order_line) for line in sales_return.lines if line.order_line and line.quantity]
    if sales_return.state in _OVER:
        return _by_rate(work, known)
    own = {sold.id: [replace(share) for share in possible[sold.id]] for _, sold in known}  # as if it were the next one
    try:
        parts = [part for line, sold in known for part in take(own[sold.id], sold, line.quantity)]
    except Conflict:  # more than is left to credit: settling will say so
        return _by_rate(work, known)
    return sum((part.amounts.tax for part in parts), ZERO)


def _by_rate(work: Work, known: Iterable[tuple[SalesReturnLine, OrderLine]]) -> Decimal:
    row = company(work.session)
    entries = [(line.total, sold.tax_rate) for line, sold in known]
    return totals(entries, ZERO, row.tax_rounding if row else "document").tax


def _replacement(work: Work, sales_return: SalesReturn) -> Sum:
    """As its order has it: lines of one product at one price are one line there, taxed where it goes."""
    row, placed = company(work.session), sales_return.exchange_order
    rates = {line.product_id: line.tax_rate for line in placed.lines} if placed else {}
    terms = None if placed else terms_for(work, sales_return.customer, _country(sales_return.order))
    wanted: Counter[tuple[int, Decimal]] = Counter()
    for line in sales_return.lines:
        if line.exchange_product is not None and line.exchange_price is not None:
            if terms is not None:
                rates[line.exchange_product.id] = terms.rate(line.exchange_product)
            wanted[line.exchange_product.id, line.exchange_price] += sent(line)
    entries = [(line_total(price, count), rates.get(key, ZERO)) for (key, price), count in wanted.items()]
    sums = totals(entries, ZERO, row.tax_rounding if row else "document")
    return Sum(sums.goods, sums.tax)


def _country(order: Order | None) -> str | None:
    return (order.delivery_address or {}).get("country") if order else None


def as_credited(sales_return: SalesReturn, note: CreditNote) -> None:
    """Bring a return's lines to the amounts that its credit note has, so that they add up to it to the penny."""
    for sold in {line.order_line for line in sales_return.lines if line.order_line}:
        came = [line for line in sales_return.lines if line.order_line is sold and line.quantity]
        left = sum((line.total for line in note.lines if line.order_line_id == sold.id), ZERO)
        for line in came:
            line.total = left if line is came[-1] else min(line.total, left)
            left -= line.total
    sales_return.total = sum((line.total for line in sales_return.lines), ZERO)
