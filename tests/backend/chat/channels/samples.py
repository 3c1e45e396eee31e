"""One reply of every kind, as an order desk of fasteners and textiles would give."""

from __future__ import annotations

import math
from datetime import date

from backend.chat.cards import (
    CartCard,
    CartLineView,
    DocumentCard,
    Fact,
    FactsCard,
    ForecastCard,
    ForecastSeries,
    OrderCard,
    OrderRow,
    OrdersCard,
    Part,
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

LINES = [
    CartLineView(
        position=1,
        sku="10-201",
        name="M8x40 hex bolt, zinc",
        quantity=60,
        quantity_text="60",
        price="£0.12",
        total="£7.20",
        stock="in stock",
    ),
    CartLineView(
        position=2,
        sku="20-104",
        name="M8 washer",
        quantity=400,
        quantity_text="2 boxes of 200",
        price="£0.015",
        total="£6.00",
        stock="150 in stock, 250 on back order",
        short=250,
        promised_date=date(2026, 3, 4),
    ),
]
CART = CartCard(
    title="Your cart",
    customer="Harper & Sons",
    lines=LINES,
    total="£13.20",
    requested_date=date(2026, 2, 27),
    customer_reference="PO-77",
    notes=["Prices are without VAT."],
)
ORDER = OrderCard(
    number="SO-1042",
    customer="Harper & Sons",
    state="part shipped",
    placed_on=date(2026, 2, 20),
    placed_by="Ann Harper",
    lines=LINES[:1],
    total="£7.20",
    shipments=[
        ShipmentView(
            number="SH-9", state="on its way", carrier="DPD", tracking_number="X1", expected_date=date(2026, 2, 24)
        )
    ],
)
ORDERS = OrdersCard(
    title="Your last orders",
    orders=[
        OrderRow(
            number="SO-1042",
            placed_on=date(2026, 2, 20),
            state="part shipped",
            total="£7.20",
            summary="60 M8x40 hex bolt, zinc",
        ),
        OrderRow(
            number="SO-998",
            placed_on=date(2026, 1, 5),
            state="delivered",
            total="£1,140.00",
            summary="2 products",
        ),
    ],
)
PRODUCTS = ProductsCard(
    title="Which one do you mean?",
    products=[
        ProductRow(
            sku="10-201",
            name="M8x40 hex bolt, zinc",
            price="£0.12",
            unit="each",
            stock="4,200 in stock",
            packs="box of 200, case of 2,000",
        ),
        ProductRow(sku="30-107", name="Linen, blue", price="£18.00", unit="metre", stock="on back order"),
    ],
)
REORDER = ReorderCard(
    title="What you may need next",
    customer="Harper & Sons",
    rows=[
        ReorderRow(
            sku="10-201",
            name="M8x40 hex bolt, zinc",
            quantity=400,
            quantity_text="2 boxes of 200",
            price="£0.12",
            due="due since 3 Feb 2026",
            reason="You buy about 400 every 5 weeks; the last time was 6 weeks ago.",
        )
    ],
)
FORECAST = ForecastCard(
    title="M8x40 hex bolt, zinc (10-201)",
    unit="bolts",
    history=[
        Point(period=f"{2023 + at // 12}-{at % 12 + 1:02}", value=round(900 + 12 * at + 240 * math.sin(at / 1.9)))
        for at in range(36)
    ],
    forecast=[
        Point(period=f"2026-{at + 1:02}", value=v, low=v - 150 - 20 * at, high=v + 180 + 25 * at)
        for at, v in enumerate([1320, 1488, 1590.5, 1522, 1375, 1290])
    ],
    last_year=[Point(period=f"2025-{at + 1:02}", value=v) for at, v in enumerate([1240, 1330, 1412, 1380, 1265, 1190])],
    total="8,586 bolts over 6 months; between 7,236 and 10,041 in four cases of five.",
    drivers=["Trend: +1.1 % a month", "Season: March is 14 % above an average month"],
    accuracy="On this item it was off by 9 % on average over the last 12 months; a naive forecast by 15 %.",
)
COMPARISON = FORECAST.model_copy(
    update={
        "title": "M8x40 hex bolt, zinc and Flat washer M8 form A zinc",
        "name": "M8x40 hex bolt, zinc",
        "last_year": [],
        "notes": ["From sales up to Dec 2025."],
        "others": [
            ForecastSeries(
                name="Flat washer M8 form A zinc",
                unit="washers",
                history=[Point(period=f"2025-{at + 1:02}", value=2000 + at) for at in range(12)],
                forecast=[Point(period=f"2026-{at + 1:02}", value=2100, low=1800, high=2500) for at in range(6)],
                total="12,600 washers",
            )
        ],
    }
)
REPLENISHMENT = ReplenishmentCard(
    title="What to buy",
    rows=[
        ReplenishmentRow(
            sku="10-201",
            name="M8x40 hex bolt, zinc",
            supplier="Baltic Fasteners",
            quantity=12000,
            quantity_text="6 cases of 2,000",
            cost="£540.00",
            days_of_cover=12.4,
            on_hand=1200,
            reserved=300,
            on_order=0,
            demand=9480.5,
            safety_stock=1100,
            period_text="over lead time plus review (74 days)",
            reason="Without it you run out around 9 Mar 2026.",
        ),
        ReplenishmentRow(
            sku="30-107",
            name="Linen, blue",
            supplier="Lyon Textiles",
            quantity=500,
            quantity_text="50 m",
            cost="£410.00",
            days_of_cover=None,
            on_hand=0,
            reserved=0,
            on_order=0,
            demand=0,
            safety_stock=0,
            period_text="",
            reason="",
        ),
    ],
    totals=["Baltic Fasteners: £540.00", "Lyon Textiles: £410.00"],
    more=3,
)
PURCHASE_ORDERS = PurchaseOrdersCard(
    title="Purchase orders created",
    orders=[
        PurchaseOrderRow(
            number="PO-31", supplier="Baltic Fasteners", lines=1, total="£540.00", expected_date=date(2026, 5, 6)
        ),
        PurchaseOrderRow(number="PO-32", supplier="Lyon Textiles", lines=2, total="£410.00"),
    ],
)
FACTS = FactsCard(
    title="Harper & Sons",
    facts=[Fact(label="Code", value="C-014"), Fact(label="Last order", value="20 Feb 2026")],
)
TABLE = TableCard(
    title="Sales", columns=["Month", "Units", "Value"], rows=[["Jan", "1,200", "£90.00"], ["Feb", "80", "£1,004.50"]]
)
RECORD = RecordCard(
    title="Quote QU-100017",
    facts=[Fact(label="State", value="sent"), Fact(label="Valid until", value="14 Mar 2026")],
    lines=LINES,
    breakdown=[Fact(label="Goods", value="£11.00"), Fact(label="VAT 20 %", value="£2.20")],
    total="£13.20",
    notes=["The prices hold until that day."],
)
DOCUMENT = DocumentCard(title="Invoice", number="IN-7", url="/api/documents/7")
WATERFALL = WaterfallCard(
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
)
CARDS: list[Part] = [
    CART,
    ORDER,
    RECORD,
    ORDERS,
    PRODUCTS,
    REORDER,
    FORECAST,
    REPLENISHMENT,
    PURCHASE_ORDERS,
    WATERFALL,
    FACTS,
    TABLE,
    DOCUMENT,
]
