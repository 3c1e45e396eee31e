"""One sample of every kind of card, as the gateway would send it."""

from __future__ import annotations

import math
from datetime import date

from backend.chat.cards import (
    Card,
    CartCard,
    CartLineView,
    DocumentCard,
    Fact,
    FactsCard,
    ForecastCard,
    OrderCard,
    OrderRow,
    OrdersCard,
    Point,
    ProductRow,
    ProductsCard,
    PurchaseOrderRow,
    PurchaseOrdersCard,
    RecordCard,
    ReorderCard,
    ReorderRow,
    ReplenishmentCard,
    ReplenishmentRow,
    ShipmentView,
    TableCard,
    WaterfallCard,
    WaterfallStep,
)

SUMS = [
    Fact(label="Goods", value="£304.00"),
    Fact(label="Delivery", value="free"),
    Fact(label="VAT 0 %", value="£0.00"),
]
LINES = [
    CartLineView(
        position=1,
        sku="20-104",
        name="Hex bolt M8 × 40, zinc plated",
        quantity=60,
        quantity_text="60",
        price="£0.18",
        total="£10.80",
        stock="In stock",
    ),
    CartLineView(
        position=2,
        sku="21-008",
        name="Washer M8, form A, stainless A2",
        quantity=400,
        quantity_text="2 boxes of 200",
        price="£4.10 a box",
        total="£8.20",
        stock="In stock",
    ),
    CartLineView(
        position=3,
        sku="70-215-BLU",
        name="Linen, Irish, 150 cm wide, cornflower blue",
        quantity=250,
        quantity_text="25 m",
        price="£11.40 a metre",
        total="£285.00",
        stock="18.5 m now, 6.5 m on back order",
        short=65,
        promised_date=date(2025, 8, 12),
    ),
]


def _month(index: int) -> str:
    return f"{2022 + index // 12}-{index % 12 + 1:02d}"


def _sold(index: int) -> float:
    return round(1180 + 9 * index + 260 * math.sin(index / 12 * 2 * math.pi) + 70 * math.sin(index * 2.3))


HISTORY = [Point(period=_month(index), value=_sold(index)) for index in range(6, 42)]
FORECAST = [
    Point(period=_month(index), value=_sold(index) + 20, low=_sold(index) * (0.9 - step / 99), high=_sold(index) * 1.2)
    for step, index in enumerate(range(42, 48))
]
LAST_YEAR = [Point(period=_month(index), value=_sold(index - 12)) for index in range(42, 48)]


def _buy(number: int, name: str, supplier: str, cover: float | None) -> ReplenishmentRow:
    return ReplenishmentRow(
        sku=f"20-{number}",
        name=name,
        supplier=supplier,
        quantity=4000 + number,
        quantity_text=f"{number // 10} cases of 500",
        cost=f"£{number * 3.2:,.2f}",
        days_of_cover=cover,
        on_hand=1240,
        reserved=310,
        on_order=0,
        demand=5124.6,
        safety_stock=842.3,
        period_text="74 days",
        reason="On hand less reserved covers 11 days; Taiwan Fasteners needs 60 working days and is ordered from every "
        "second Monday, so stock has to last 74 days. Rounded up to whole cases.",
    )


SAMPLES: dict[str, Card] = {
    "cart": CartCard(
        title="Your cart",
        customer="Harper & Sons",
        lines=LINES,
        breakdown=SUMS,
        total="£304.00",
        requested_date=date(2025, 8, 4),
        customer_reference="PO 4471",
        notes=["Carriage is free from £250.00.", "Washers were rounded up to whole boxes."],
    ),
    "order": OrderCard(
        number="SO-10432",
        customer="Harper & Sons",
        state="part_shipped",
        placed_on=date(2025, 7, 28),
        placed_by="Ann Harper",
        lines=LINES,
        breakdown=SUMS,
        total="£304.00",
        customer_reference="PO 4471",
        address="Harper & Sons, 3 Mill Lane, Thornbury BS35 2AA",
        notes=["Waiting for the approval of Jo Harper."],
        shipments=[
            ShipmentView(
                number="SH-2207",
                state="in_transit",
                carrier="Northern Carriers",
                tracking_number="NC 4410 2207 118",
                expected_date=date(2025, 8, 1),
            )
        ],
    ),
    "record": RecordCard(
        title="Quote QU-100017",
        facts=[Fact(label="State", value="Sent"), Fact(label="Valid until", value="14 Aug 2025")],
        lines=LINES,
        breakdown=SUMS,
        total="£304.00",
        notes=["Prices hold until that day."],
    ),
    "orders": OrdersCard(
        title="Your last orders",
        orders=[
            OrderRow(
                number="SO-10432",
                placed_on=date(2025, 7, 28),
                state="part_shipped",
                total="£304.00",
                summary="Hex bolt M8 × 40, washer M8, linen",
            ),
            OrderRow(
                number="SO-10377", placed_on=date(2025, 7, 2), state="delivered", total="£1,128.40", summary="12 lines"
            ),
            OrderRow(
                number="SO-10311",
                placed_on=date(2025, 6, 11),
                state="cancelled",
                total="£64.00",
                summary="Thread, 2 lines",
            ),
        ],
    ),
    "products": ProductsCard(
        title="Which washers do you mean?",
        products=[
            ProductRow(
                sku="21-008",
                name="Washer M8, form A, stainless A2",
                price="£4.10 a box",
                unit="each",
                stock="12,400 in stock",
                packs="box of 200",
            ),
            ProductRow(
                sku="21-108",
                name="Washer M8, form A, zinc plated",
                price="£2.35 a box",
                unit="each",
                stock="Due 12 August",
                packs="box of 200, case of 10 boxes",
            ),
        ],
    ),
    "reorder": ReorderCard(
        title="Likely to be needed next",
        customer="Harper & Sons",
        rows=[
            ReorderRow(
                sku="20-104",
                name="Hex bolt M8 × 40, zinc plated",
                quantity=400,
                quantity_text="2 boxes of 200",
                price="£36.00",
                due="in about 6 days",
                reason="You order these every 31 days, give or take 4, and last did on 4 July; your last five "
                "orders were for 400, 400, 200, 400 and 600.",
            ),
            ReorderRow(
                sku="70-215-BLU",
                name="Linen, Irish, 150 cm wide, cornflower blue",
                quantity=250,
                quantity_text="25 m",
                price="£285.00",
                due="overdue by 3 days",
                reason="Three customers like you bought this in the last month, and you have every August.",
            ),
        ],
    ),
    "forecast": ForecastCard(
        title="Hex bolt M8 × 40, the next six months",
        unit="pieces",
        history=HISTORY,
        forecast=FORECAST,
        last_year=LAST_YEAR,
        total="8,946 pieces, July to December 2025",
        drivers=["Trend: up 9 pieces a month over two years.", "Season: the second half is 18 % below the first."],
        accuracy="Over the last six cutoffs it was out by 9 % on this item; repeating last year's figures, by 16 %.",
    ),
    "replenishment": ReplenishmentCard(
        title="To buy this week",
        rows=[
            _buy(104, "Hex bolt M8 × 40, zinc plated", "Taiwan Fasteners", 11.2),
            _buy(208, "Coach screw 10 × 100", "Taiwan Fasteners", 0.6),
            _buy(311, "Irish linen, cornflower blue", "Lisburn Weavers", None),
        ],
        totals=["Taiwan Fasteners: 2 lines, £998.40", "Lisburn Weavers: 1 line, £995.20"],
        more=14,
        exceptions=["Coach screw 10 × 100 runs out about 3 Aug 2025."],
        set_aside=["Velvet (70-900): no supplier"],
    ),
    "waterfall": WaterfallCard(
        title="Why 480 of 85123A",
        steps=[
            WaterfallStep(label="Demand over 74 days", value=512, text="512"),
            WaterfallStep(label="Safety stock", value=130, text="130"),
            WaterfallStep(label="On hand", value=-200, text="-200"),
            WaterfallStep(label="Packs and least order", value=38, text="38"),
        ],
        total=WaterfallStep(label="To order", value=480, text="480"),
        facts=[Fact(label="Class", value="AX")],
        notes=["EOQ would order 600."],
    ),
    "purchase_orders": PurchaseOrdersCard(
        title="Purchase orders created",
        orders=[
            PurchaseOrderRow(
                number="PO-0331",
                supplier="Taiwan Fasteners",
                lines=2,
                total="£998.40",
                expected_date=date(2025, 10, 24),
            ),
            PurchaseOrderRow(number="PO-0332", supplier="Lisburn Weavers", lines=1, total="£995.20"),
        ],
    ),
    "facts": FactsCard(
        title="Harper & Sons",
        facts=[
            Fact(label="Code", value="C0042"),
            Fact(label="Terms", value="30 days, limit £5,000.00"),
            Fact(label="Open orders", value="2"),
            Fact(label="Bought in 12 months", value="£18,204.10"),
        ],
    ),
    "table": TableCard(
        title="Stock by warehouse",
        columns=["Warehouse", "On hand", "Reserved", "On order", "Available to promise", "Counted"],
        rows=[
            ["Leeds, main", "12,400", "1,310", "8,000", "11,090", "24 July 2025"],
            ["Bristol, cloth", "240", "0", "0", "240", "3 July 2025"],
        ],
    ),
    "document": DocumentCard(title="Invoice INV-20441", number="INV-20441", url="/api/documents/20441"),
}
