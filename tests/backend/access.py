"""Who may do what over HTTP, as a table: an endpoint, a request that would succeed, and what each role gets for it.

The request names documents of customer C1 (``$name``, see ``rich``). The statuses are, in this order, those of a person
of C1, a person of another customer, a rep, the order desk, a buyer, a manager, and somebody without a sign-in. A dash
means that it is not tried.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from tests.backend.rich import MONTHLY
from tests.backend.world import PASSWORD

ROLES = ("owner", "other", "rep", "desk", "buyer", "manager", "nobody")


@dataclass(frozen=True)
class Case:
    """A request, and the status each role gets for it."""

    statuses: str
    body: Any = None
    query: dict[str, Any] = field(default_factory=dict)
    form: dict[str, str] | None = None
    file: tuple[str, str, str] | None = None  # name, content, type
    path: dict[str, str] = field(default_factory=dict)

    def expected(self) -> dict[str, int]:
        """Statuses by role, without those that are not tried."""
        pairs = zip(ROLES, self.statuses.split(), strict=True)
        return {role: int(status) for role, status in pairs if status != "-"}


def _of(number: str, statuses: str, body: Any = None) -> Case:
    return Case(statuses, body, path={"number": number})


LINES = [{"sku": "10-109", "quantity": 40}]
ORDER = {"lines": LINES, "customer": "C1"}
C1 = {"code": "C1"}
BOLT = {"sku": "10-109"}
BOX = [{"position": 1, "quantity": 5}]
SIGN_IN = {"username": "customer@test", "password": PASSWORD}
PLACE = {**C1, "address_id": "$address"}
METHOD = {**C1, "method_id": "$method"}
HOOK = {"webhook_id": "$webhook"}
KEPT = {"kept_id": "$kept"}
INVOICE = {"kind": "invoice", "number": "$invoice"}
ADDRESS = {"line1": "2 High Street", "city": "York", "country": "United Kingdom"}
AMOUNT = [{"invoice": "$invoice", "amount": "0.20"}]

TABLE: dict[str, Case] = {
    # ---- signing in, and what everybody has of their own
    "POST /api/auth/token": Case("200 200 200 200 200 200 200", form=SIGN_IN),
    "POST /api/auth/sign-out": Case("204 204 204 204 204 204 401"),
    "GET /api/me": Case("200 200 200 200 200 200 401"),
    "PATCH /api/me": Case("200 200 200 200 200 200 401", {"keep_messages": False}),
    "GET /api/public": Case("200 200 200 200 200 200 200"),
    "POST /api/telegram/link": Case("409 409 409 409 409 409 401"),
    "POST /api/chat/messages": Case("200 200 200 200 200 200 401", {"text": "hello", "message_id": "1"}),
    "POST /api/chat/files": Case(
        "200 200 200 200 200 200 401", form={"message_id": "f1"}, file=("list.csv", "qty,sku\n5,10-109", "text/csv")
    ),
    "GET /api/chat/history": Case("200 200 200 200 200 200 401"),
    "GET /api/chat/stream": Case("- - - - - - 401"),
    "GET /api/alerts": Case("200 200 200 200 200 200 401"),
    "POST /api/alerts": Case("201 201 201 201 201 201 401", {"topic": "back_in_stock", "sku": "45-103"}),
    "DELETE /api/alerts/{alert_id}": Case("200 404 404 404 404 404 401", path={"alert_id": "$alert"}),
    # ---- products and stock
    "GET /api/products": Case("200 200 200 200 200 200 401"),
    "GET /api/products/{sku}": Case("200 200 200 200 200 200 401", path=BOLT),
    "GET /api/products/{sku}/substitutes": Case("200 200 200 200 200 200 401", path=BOLT, query={"quantity": 5}),
    "GET /api/stock": Case("403 403 200 200 200 200 401"),
    "GET /api/stock/{sku}": Case("403 403 200 200 200 200 401", path=BOLT),
    "GET /api/stock/{sku}/availability": Case("403 403 200 200 200 200 401", path=BOLT, query={"quantity": 5}),
    "GET /api/stock/{sku}/ledger": Case("403 403 200 200 200 200 401", path=BOLT),
    "POST /api/stock/{sku}/adjustments": Case(
        "403 403 403 201 201 201 401", {"change": 5, "reason": "found"}, path=BOLT
    ),
    "POST /api/stock/{sku}/counts": Case(
        "403 403 403 201 201 201 401", {"counted": 5000, "reason": "counted"}, path=BOLT
    ),
    "POST /api/stock/{sku}/transfers": Case(
        "403 403 403 201 201 201 401", {"from": "MAIN", "to": "$warehouse", "quantity": 5, "reason": "room"}, path=BOLT
    ),
    "GET /api/warehouses": Case("403 403 200 200 200 200 401"),
    "POST /api/warehouses": Case("403 403 403 201 201 201 401", {"code": "SOUTH", "name": "South"}),
    # ---- buying in, forecasts, suggestions
    "GET /api/replenishment": Case("403 403 403 403 200 200 401"),
    "POST /api/replenishment/approve": Case("403 403 403 403 201 201 401", {"fingerprint": "$fingerprint"}),
    "POST /api/replenishment/what-if": Case("403 403 403 403 200 200 401", {"demand_factor": 1.2}),
    "GET /api/replenishment/budget": Case("403 403 403 403 200 200 401"),
    "PUT /api/replenishment/budget": Case("403 403 403 403 403 200 401", {"monthly": "20000.00"}),
    "GET /api/replenishment/budgets": Case("403 403 403 403 200 200 401"),
    "PUT /api/replenishment/budgets/{buyer}": Case(
        "403 403 403 403 403 200 401", {"monthly": "5000.00"}, path={"buyer": "buyer@test"}
    ),
    "GET /api/replenishment/last-year": Case("403 403 403 403 404 404 401"),
    "POST /api/purchase-orders/{number}/approve": _of("$waiting", "404 404 404 403 200 200 401", {}),
    "GET /api/purchase-orders/{number}.csv": _of("$coming", "404 404 404 200 200 200 401"),
    "GET /api/purchase-orders": Case("200 200 200 200 200 200 401"),
    "GET /api/purchase-orders/{number}": _of("$coming", "404 404 404 200 200 200 401"),
    "POST /api/purchase-orders/{number}/send": _of("$to_send", "404 404 404 403 200 200 401", {}),
    "POST /api/purchase-orders/{number}/cancel": _of("$to_send", "404 404 404 403 200 200 401", {"reason": "too dear"}),
    "POST /api/purchase-orders/{number}/receive": _of("$coming", "404 404 404 200 200 200 401", {"lines": BOX}),
    "GET /api/forecasts/{sku}": Case("403 403 200 403 200 200 401", path=BOLT),
    "POST /api/forecasts/what-if": Case("403 403 200 403 200 200 401", {"skus": ["10-109"], "price_factor": 0.9}),
    "GET /api/forecast-sheets/{name}.xlsx": Case("403 403 200 403 200 200 401", path={"name": "M6+0|product:10-109"}),
    "GET /api/suggestions": Case("200 404 200 200 403 200 401", query={"customer": "C1"}),
    # ---- orders
    "POST /api/orders": Case("201 404 201 201 404 201 401", ORDER),
    "GET /api/orders": Case("200 200 200 200 200 200 401"),
    "POST /api/orders/check": Case("200 404 200 200 404 200 401", ORDER),
    "GET /api/orders/{number}": _of("$order", "200 404 200 200 404 200 401"),
    "PATCH /api/orders/{number}": _of("$order", "200 404 200 200 404 200 401", {"lines": BOX}),
    "POST /api/orders/{number}/check": _of("$order", "200 404 200 200 404 200 401", {"lines": BOX}),
    "POST /api/orders/{number}/cancel": _of("$order", "200 404 200 200 404 200 401", {"reason": "no longer needed"}),
    "POST /api/orders/{number}/repeat": _of("$order", "201 404 201 201 404 201 401", {"place": True}),
    "POST /api/orders/{number}/hold": _of("$order", "403 404 403 200 404 200 401", {"detail": "which address?"}),
    "POST /api/orders/{number}/release": _of("$held", "403 404 403 403 404 200 401", {}),
    "GET /api/orders/{number}/returnable": _of("$delivered", "200 404 200 200 404 200 401"),
    # ---- customers
    "GET /api/customers": Case("200 200 200 200 200 200 401"),
    "GET /api/customers/{code}": Case("200 404 200 200 404 200 401", path=C1),
    "PATCH /api/customers/{code}": Case("403 404 403 403 404 200 401", {"payment_days": 14}, path=C1),
    "GET /api/customers/{code}/addresses": Case("200 404 200 200 404 200 401", path=C1),
    "POST /api/customers/{code}/addresses": Case("201 404 201 201 404 201 401", ADDRESS, path=C1),
    "PATCH /api/customers/{code}/addresses/{address_id}": Case(
        "200 404 200 200 404 200 401", {"city": "Goole"}, path=PLACE
    ),
    "DELETE /api/customers/{code}/addresses/{address_id}": Case("200 404 200 200 404 200 401", path=PLACE),
    "GET /api/customers/{code}/payment-methods": Case("200 404 200 200 404 200 401", path=C1),
    "POST /api/customers/{code}/payment-methods": Case(
        "201 404 201 201 404 201 401", {"kind": "card", "label": "Visa 1111"}, path=C1
    ),
    "PATCH /api/customers/{code}/payment-methods/{method_id}": Case(
        "200 404 200 200 404 200 401", {"active": False}, path=METHOD
    ),
    "GET /api/customers/{code}/people": Case("200 404 200 200 404 200 401", path=C1),
    "PATCH /api/customers/{code}/people/{person_id}": Case(
        "403 404 403 403 404 200 401", {"order_limit": "900"}, path={**C1, "person_id": "$person"}
    ),
    "GET /api/customers/{code}/balance": Case("200 404 200 200 404 200 401", path=C1),
    "GET /api/customers/{code}/statement": Case("200 404 200 200 404 200 401", path=C1),
    # ---- shipments
    "GET /api/shipments": Case("200 200 200 200 200 200 401"),
    "GET /api/shipments/{number}": _of("$shipped", "200 404 200 200 404 200 401"),
    "POST /api/orders/{number}/shipments": _of("$order", "403 404 403 201 404 201 401", {"lines": BOX}),
    "POST /api/shipments/{number}/pick": _of("$planned", "403 404 403 200 404 200 401"),
    "POST /api/shipments/{number}/ship": _of("$picked", "403 404 403 200 404 200 401", {"carrier": "Parcel Co"}),
    "POST /api/shipments/{number}/deliver": _of("$shipped", "403 404 403 200 404 200 401"),
    "POST /api/shipments/{number}/lose": _of("$shipped", "403 404 403 200 404 200 401", {"remedy": "replace"}),
    "POST /api/shipments/{number}/cancel": _of("$planned", "403 404 403 200 404 200 401"),
    # ---- invoices, payments, credit notes
    "GET /api/invoices": Case("200 200 200 200 200 200 401"),
    "GET /api/invoices/{number}": _of("$invoice", "200 404 200 200 404 200 401"),
    "POST /api/invoices/{number}/credit": _of(
        "$invoice", "403 404 403 201 404 201 401", {"reason": "damaged", "lines": BOX}
    ),
    "GET /api/payments": Case("200 200 200 200 200 200 401"),
    "POST /api/payments": Case(
        "403 403 403 201 403 201 401", {"customer": "C1", "amount": "1.00", "method": "bank_transfer"}
    ),
    "GET /api/payments/{number}": _of("$pending", "200 404 200 200 404 200 401"),
    "POST /api/payments/{number}/settle": _of("$refund", "403 404 403 200 404 200 401"),
    "POST /api/payments/{number}/fail": _of("$pending", "403 404 403 200 404 200 401", {"reason": "bounced"}),
    "POST /api/payments/{number}/withdraw": _of("$asked_back", "200 404 403 200 404 200 401"),
    "POST /api/payments/{number}/allocate": _of("$unspent", "403 404 403 200 404 200 401", {"invoices": AMOUNT}),
    "POST /api/payments/{number}/refund": _of("$unspent", "201 404 403 201 404 201 401", {"amount": "0.50"}),
    "GET /api/goodwill-credits": Case("200 200 200 200 200 200 401"),
    "GET /api/goodwill-credits/{number}": _of("$goodwill", "404 404 404 200 404 200 401"),
    "POST /api/goodwill-credits": Case(
        "403 403 403 201 403 201 401", {"customer": "C1", "amount": "9.00", "reason": "late"}
    ),
    "POST /api/goodwill-credits/{number}/grant": _of("$goodwill", "404 404 404 403 404 200 401"),
    "POST /api/goodwill-credits/{number}/refuse": _of("$goodwill", "404 404 404 403 404 200 401", {"reason": "no"}),
    "GET /api/credit-notes": Case("200 200 200 200 200 200 401"),
    "GET /api/credit-notes/{number}": _of("$refundable", "200 404 200 200 404 200 401"),
    "POST /api/credit-notes/{number}/refund": _of("$refundable", "200 404 403 200 404 200 401", {"amount": "0.50"}),
    "POST /api/credit-notes/{number}/apply": _of("$refundable", "403 404 403 200 404 200 401", {"invoices": AMOUNT}),
    # ---- returns
    "GET /api/returns": Case("200 200 200 200 200 200 401"),
    "POST /api/returns": Case(
        "201 404 201 201 404 201 401",
        {"order": "$delivered", "resolution": "credit", "lines": BOX},
    ),
    "GET /api/returns/{number}": _of("$requested", "200 404 200 200 404 200 401"),
    "POST /api/returns/{number}/approve": _of("$requested", "403 404 403 200 404 200 401"),
    "POST /api/returns/{number}/reject": _of("$requested", "403 404 403 200 404 200 401", {"reason": "too late"}),
    "POST /api/returns/{number}/withdraw": _of("$requested", "200 404 200 200 404 200 401"),
    "POST /api/returns/{number}/receive": _of("$approved", "403 404 403 200 404 200 401"),
    "POST /api/returns/{number}/settle": _of("$received", "403 404 403 200 404 200 401"),
    # ---- inquiries and quotes
    "GET /api/inquiries": Case("200 200 200 200 200 200 401"),
    "POST /api/inquiries": Case("201 404 201 201 404 201 401", {"text": "Is it galvanised?", "customer": "C1"}),
    "GET /api/inquiries/{number}": _of("$open", "200 404 200 200 404 200 401"),
    "POST /api/inquiries/{number}/answer": _of("$open", "403 404 200 200 404 200 401", {"text": "Yes."}),
    "POST /api/inquiries/{number}/close": _of("$answered", "200 404 200 200 404 200 401"),
    "POST /api/inquiries/{number}/reopen": _of("$answered", "200 404 403 403 404 403 401", {"text": "And M12?"}),
    "POST /api/inquiries/{number}/quote": _of("$open", "403 404 201 201 404 201 401", {"lines": LINES}),
    "GET /api/quotes": Case("200 200 200 200 200 200 401"),
    "POST /api/quotes": Case("201 404 201 201 404 201 401", ORDER),
    "GET /api/quotes/{number}": _of("$sent", "200 404 200 200 404 200 401"),
    "PATCH /api/quotes/{number}": _of("$draft", "404 404 200 200 404 200 401", {"note": "while stocks last"}),
    "POST /api/quotes/{number}/send": _of("$draft", "404 404 200 200 404 200 401"),
    "POST /api/quotes/{number}/accept": _of("$sent", "200 404 200 200 404 200 401", {"customer_reference": "OURS-9"}),
    "POST /api/quotes/{number}/decline": _of("$sent", "200 404 200 200 404 200 401", {"reason": "too dear"}),
    # ---- standing orders
    "GET /api/standing-orders": Case("200 200 200 200 200 200 401"),
    "POST /api/standing-orders": Case("201 404 201 201 404 201 401", {**ORDER, "rule": MONTHLY}),
    "GET /api/standing-orders/{number}": _of("$active", "200 404 200 200 404 200 401"),
    "PATCH /api/standing-orders/{number}": _of("$active", "200 404 200 200 404 200 401", {"lines": LINES}),
    "POST /api/standing-orders/{number}/pause": _of("$active", "200 404 200 200 404 200 401"),
    "POST /api/standing-orders/{number}/resume": _of("$paused", "200 404 200 200 404 200 401"),
    "POST /api/standing-orders/{number}/end": _of("$active", "200 404 200 200 404 200 401"),
    "POST /api/standing-orders/{number}/skip": _of("$active", "200 404 200 200 404 200 401"),
    # ---- papers
    "GET /api/documents": Case("200 200 200 200 200 200 401"),
    "GET /api/documents/{kind}/{number}.pdf": Case("200 404 200 200 404 200 401", path=INVOICE),
    "POST /api/documents/{kind}/{number}/link": Case("200 404 200 200 404 200 401", path=INVOICE),
    # ---- webhooks, messages kept for review, events, the audit trail
    "GET /api/webhooks": Case("403 403 403 403 403 200 401"),
    "POST /api/webhooks": Case("403 403 403 403 403 201 401", {"url": "https://shop.example.com/hook"}),
    "GET /api/webhooks/{webhook_id}": Case("403 403 403 403 403 200 401", path=HOOK),
    "PATCH /api/webhooks/{webhook_id}": Case("403 403 403 403 403 200 401", {"active": False}, path=HOOK),
    "DELETE /api/webhooks/{webhook_id}": Case("403 403 403 403 403 200 401", path=HOOK),
    "POST /api/webhooks/{webhook_id}/rotate": Case("403 403 403 403 403 200 401", path=HOOK),
    "POST /api/webhooks/{webhook_id}/ping": Case("403 403 403 403 403 202 401", path=HOOK),
    "GET /api/webhooks/{webhook_id}/deliveries": Case("403 403 403 403 403 200 401", path=HOOK),
    "POST /api/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver": Case(
        "403 403 403 403 403 200 401", path={"webhook_id": "$webhook", "delivery_id": "$delivery"}
    ),
    "GET /api/review": Case("403 403 403 403 403 200 401"),
    "GET /api/review/{kept_id}": Case("403 403 403 403 403 200 401", path=KEPT),
    "POST /api/review/{kept_id}/label": Case("403 403 403 403 403 200 401", {"skill": "order_status"}, path=KEPT),
    "POST /api/review/{kept_id}/dismiss": Case("403 403 403 403 403 200 401", path=KEPT),
    "GET /api/events": Case("403 403 403 403 403 200 401"),
    "GET /api/audit": Case("403 403 403 403 403 200 401"),
    # ---- health
    "GET /healthz": Case("200 200 200 200 200 200 200"),
    "GET /readyz": Case("503 503 503 503 503 503 503"),
    "GET /metrics": Case("200 200 200 200 200 200 200"),
    "GET /": Case("200 200 200 200 200 200 200"),
}
