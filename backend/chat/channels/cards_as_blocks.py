"""Every kind of card as blocks. Exhaustive: a kind that is missing here is a type error."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby, zip_longest
from typing import assert_never

from backend.chat.cards import (
    Card,
    CartCard,
    CartLineView,
    DocumentCard,
    Fact,
    FactsCard,
    ForecastCard,
    OrderCard,
    OrdersCard,
    Point,
    ProductRow,
    ProductsCard,
    PurchaseOrdersCard,
    RecordCard,
    ReorderCard,
    ReplenishmentCard,
    ReplenishmentRow,
    ShipmentView,
    TableCard,
    WaterfallCard,
)
from backend.chat.channels import texts
from backend.chat.channels.blocks import (
    TIMES,
    Block,
    Entry,
    Grid,
    Labelled,
    Link,
    Listing,
    Sentence,
    Title,
    day,
    joined,
    number,
    period,
)

SERIES_WIDTH = 12  # of the name of a series at the head of its column
UNIT_WIDTH = 6  # longer would not fit a phone's width beside the other columns
_NUMBER = re.compile(r"([-–+£€$]*\d[\d,.]*\s?%?)?|–")


def blocks_of(card: Card) -> list[Block]:  # noqa: C901, PLR0911, PLR0912 - one branch for each kind
    """What a card says."""
    match card:
        case CartCard():
            return _cart(card)
        case OrderCard():
            return _order(card)
        case RecordCard():
            return _record(card)
        case OrdersCard():
            return _orders(card)
        case ProductsCard():
            return [Title(card.title), *_listing([_product(row) for row in card.products], texts.NO_PRODUCTS)]
        case ReorderCard():
            return _reorder(card)
        case ForecastCard():
            return _forecast(card)
        case ReplenishmentCard():
            return _replenishment(card)
        case WaterfallCard():
            return _waterfall(card)
        case PurchaseOrdersCard():
            return _purchase_orders(card)
        case FactsCard():
            return [Title(card.title), Labelled(tuple((fact.label, fact.value) for fact in card.facts))]
        case TableCard():
            return _table(card)
        case DocumentCard():
            return [Link(texts.DOCUMENT.format(title=card.title, number=card.number), card.url)]
    assert_never(card)


def _named(name: str, sku: str) -> str:
    return f"{name} ({sku})" if sku and sku not in name else name


def _listing(entries: Sequence[Entry], empty: str, labels: Sequence[str] = ()) -> list[Block]:
    return [Listing(tuple(entries), tuple(labels))] if entries else [Sentence(empty)]


def _labelled(*facts: tuple[str, str | None]) -> list[Block]:
    known = tuple((label, value) for label, value in facts if value)
    return [Labelled(known)] if known else []


def _lines(lines: Sequence[CartLineView]) -> list[Block]:
    return _listing([_line(line) for line in lines], texts.NO_LINES, [f"{line.position}." for line in lines])


def _line(line: CartLineView) -> Entry:
    short = texts.SHORT.format(short=line.short) if line.short and not line.stock else None
    promised = texts.PROMISED.format(date=day(line.promised_date)) if line.promised_date else None
    if promised and line.promised_date and day(line.promised_date) in line.stock:
        promised = None
    return Entry(
        _named(line.name, line.sku),
        (line.quantity_text or f"{line.quantity:,}", TIMES, line.price, "=", line.total),
        joined(line.stock, short, promised),
    )


def _cart(card: CartCard) -> list[Block]:
    requested = day(card.requested_date) if card.requested_date else None
    return [
        Title(card.title),
        *_labelled(
            (texts.CUSTOMER, card.customer), (texts.WANTED_BY, requested), (texts.REFERENCE, card.customer_reference)
        ),
        *_lines(card.lines),
        *_sum(card.breakdown, card.total),
        *(Sentence(note) for note in card.notes),
    ]


def _sum(breakdown: Sequence[Fact], total: str) -> list[Block]:
    parts = tuple((part.label, part.value) for part in breakdown)
    return [*([Labelled(parts)] if parts else []), Sentence(f"{texts.TOTAL} {total}", strong=True)]


def _record(card: RecordCard) -> list[Block]:
    return [
        Title(card.title),
        *_labelled(*((fact.label, fact.value) for fact in card.facts)),
        *(_lines(card.lines) if card.lines else []),
        *(_sum(card.breakdown, card.total) if card.total else []),
        *(Sentence(note) for note in card.notes),
    ]


def _order(card: OrderCard) -> list[Block]:
    requested = day(card.requested_date) if card.requested_date else None
    placed = texts.BY.format(date=day(card.placed_on), who=card.placed_by) if card.placed_by else day(card.placed_on)
    shipments = tuple(_shipment(shipment) for shipment in card.shipments)
    return [
        Title(texts.ORDER.format(number=card.number, state=card.state)),
        *_labelled(
            (texts.CUSTOMER, card.customer),
            (texts.PLACED, placed),
            (texts.WANTED_BY, requested),
            (texts.REFERENCE, card.customer_reference),
            (texts.DELIVERED_TO, card.address),
        ),
        *_lines(card.lines),
        *_sum(card.breakdown, card.total),
        *([Listing(shipments)] if shipments else []),
        *(Sentence(note) for note in card.notes),
    ]


def _shipment(shipment: ShipmentView) -> Entry:
    carrier = texts.CARRIER.format(carrier=shipment.carrier) if shipment.carrier else None
    tracking = texts.TRACKING.format(number=shipment.tracking_number) if shipment.tracking_number else None
    expected = texts.EXPECTED.format(date=day(shipment.expected_date)) if shipment.expected_date else None
    return Entry(
        texts.SHIPMENT.format(number=shipment.number, state=shipment.state), remark=joined(carrier, tracking, expected)
    )


def _orders(card: OrdersCard) -> list[Block]:
    entries = [
        Entry(row.number, (day(row.placed_on), row.total), row.state, (row.summary,) if row.summary else ())
        for row in card.orders
    ]
    return [Title(card.title), *_listing(entries, texts.NO_ORDERS)]


def _product(row: ProductRow) -> Entry:
    form = texts.EACH if row.unit in ("", "each") else texts.PER_UNIT
    price = form.format(price=row.price, unit=row.unit) if row.price else ""
    return Entry(_named(row.name, row.sku), (price,), row.stock, (row.packs,) if row.packs else ())


def _reorder(card: ReorderCard) -> list[Block]:
    entries = [
        Entry(
            _named(row.name, row.sku),
            (row.quantity_text or f"{row.quantity:,}", *((TIMES, row.price) if row.price else ())),
            row.due,
            (row.reason,) if row.reason else (),
        )
        for row in card.rows
    ]
    return [
        Title(card.title),
        *_labelled((texts.CUSTOMER, card.customer)),
        *_listing(entries, texts.NO_SUGGESTIONS),
    ]


def _forecast(card: ForecastCard) -> list[Block]:
    blocks: list[Block] = [Title(card.title)]
    if card.total:
        blocks.append(Sentence(card.total, strong=True))
    blocks.append(_forecast_grid(card) if card.forecast else Sentence(texts.NO_PERIODS))
    if card.drivers:
        blocks += [Sentence(f"{texts.DRIVERS}:"), Listing(tuple(Entry(driver) for driver in card.drivers))]
    if card.accuracy:
        blocks.append(Sentence(f"{texts.ACCURACY}: {card.accuracy}"))
    return [*blocks, *(Sentence(note) for note in card.notes)]


def year_earlier(card: ForecastCard) -> list[float | None]:
    """Last year's value for each period of the forecast: by its label where the labels agree, else in their order."""
    known = {point.period: point.value for point in card.last_year}
    periods = [point.period for point in card.forecast]
    if known.keys() & set(periods):
        return [known.get(name) for name in periods]
    pairs = zip_longest(periods, card.last_year[: len(periods)])
    return [point.value if point is not None else None for _, point in pairs]


def _grid_beside(card: ForecastCard) -> Grid:
    """The medians of two forecasts; the ranges are in the picture and the spreadsheet."""
    other = {point.period: point.value for series in card.others[:1] for point in series.forecast}
    names = (card.name, *(series.name for series in card.others[:1]))
    rows = [(period(one.period), number(one.value), number(other.get(one.period))) for one in card.forecast]
    return Grid((texts.PERIOD, *(_short(name) for name in names)), tuple(rows), frozenset({1, 2}))


def _short(name: str) -> str:
    return name if len(name) <= SERIES_WIDTH else f"{name[: SERIES_WIDTH - 1].rstrip()}…"


def _forecast_grid(card: ForecastCard) -> Grid:
    if card.others:
        return _grid_beside(card)
    unit = card.unit if 0 < len(card.unit) <= UNIT_WIDTH else texts.UNITS
    columns = [texts.PERIOD, unit, texts.RANGE]
    before = year_earlier(card)
    with_before = any(value is not None for value in before)
    rows = []
    for point, value in zip(card.forecast, before, strict=True):
        cells = [period(point.period), number(point.value), _range(point)]
        rows.append((*cells, number(value)) if with_before else tuple(cells))
    if with_before:
        columns.append(texts.LAST_YEAR)
    return Grid(tuple(columns), tuple(rows), frozenset({1, 2, 3}))


def _range(point: Point) -> str:
    if point.low is None and point.high is None:
        return "–"
    return f"{number(point.low)}–{number(point.high)}"


def _replenishment(card: ReplenishmentCard) -> list[Block]:
    blocks: list[Block] = [Title(card.title)]
    if card.exceptions:
        blocks += [Sentence(texts.FIRST, strong=True), Listing(tuple(Entry(text) for text in card.exceptions))]
    if not card.rows:
        blocks.append(Sentence(texts.NOTHING_TO_BUY))
    for supplier, rows in groupby(card.rows, key=lambda row: row.supplier):
        blocks += [
            Sentence(texts.FROM_SUPPLIER.format(supplier=supplier), strong=True),
            Listing(tuple(_to_buy(row) for row in rows)),
        ]
    if card.more:
        blocks.append(Sentence(texts.AND_MORE.format(count=card.more)))
    blocks += [Sentence(total, strong=True) for total in card.totals]
    if card.set_aside:
        blocks += [Sentence(texts.SET_ASIDE, strong=True), Listing(tuple(Entry(text) for text in card.set_aside))]
    return blocks


def _waterfall(card: WaterfallCard) -> list[Block]:
    rows = tuple((step.label, step.text) for step in [*card.steps, card.total])
    return [
        Title(card.title),
        Grid(texts.WATERFALL, rows, frozenset({1})),
        *_labelled(*((fact.label, fact.value) for fact in card.facts)),
        *(Sentence(note) for note in card.notes),
    ]


def _to_buy(row: ReplenishmentRow) -> Entry:
    days = number(row.days_of_cover)
    cover = (
        texts.COVER_UNKNOWN
        if row.days_of_cover is None
        else texts.COVER.format(days=days, word="day" if days == "1" else "days")
    )
    stock = texts.ON_HAND.format(on_hand=row.on_hand, reserved=row.reserved, on_order=row.on_order)
    expected = row.demand_text or number(row.demand)
    demand = texts.DEMAND.format(demand=expected, period=f" {row.period_text}" if row.period_text else "")
    safety = texts.SAFETY_STOCK.format(quantity=number(row.safety_stock))
    beneath = [f"{cover}; {stock}; {joined(demand, safety)}"]
    if row.reason:
        beneath.append(row.reason)
    remark = joined(row.grade or None, row.price_text or None, row.note or None)
    return Entry(
        _named(row.name, row.sku), (row.quantity_text or f"{row.quantity:,}", row.cost), remark, beneath=tuple(beneath)
    )


def _purchase_orders(card: PurchaseOrdersCard) -> list[Block]:
    entries = []
    for row in card.orders:
        lines = texts.LINES.format(count=row.lines, word="line" if row.lines == 1 else "lines")
        expected = texts.EXPECTED.format(date=day(row.expected_date)) if row.expected_date else None
        entries.append(Entry(row.number, (lines, row.total), joined(row.supplier, expected)))
    return [Title(card.title), *_listing(entries, texts.NO_PURCHASE_ORDERS)]


def _table(card: TableCard) -> list[Block]:
    if not card.rows:
        return [Title(card.title), Sentence(texts.NO_ROWS)]
    width = max(len(card.columns), *(len(row) for row in card.rows))
    columns = tuple(card.columns) + ("",) * (width - len(card.columns))
    rows = tuple(tuple(row) + ("",) * (width - len(row)) for row in card.rows)
    numeric = frozenset(at for at in range(1, width) if all(_NUMBER.fullmatch(row[at].strip()) for row in rows))
    return [Title(card.title), Grid(columns, rows, numeric)]
