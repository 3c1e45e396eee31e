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
ADDRESS = {"line1": "2 High Street", "city": "York", "country": "United Kingdom"}
AMOUNT = [{"invoice": "$invoice", "amount": "0.20"}]
X = "200 200 200 200 200 200 401"

TABLE: dict[str, Case] = {
    # ---- signing in, and what everybody has of their own
    "POST /api/auth/token": Case(X, form={"username": "customer@test", "password": PASSWORD}),
    "POST /api/auth/sign-out": Case(X),
    "GET /api/me": Case(X),
    "GET /api/public": Case(X),
    "POST /api/telegram/link": Case(X),
    "POST /api/chat/messages": Case(X, {"text": "hello", "message_id": "1"}),
    "GET /api/chat/history": Case(X),
    "GET /api/chat/stream": Case("- - - - - - 401"),
    "GET /api/alerts": Case(X),
    "POST /api/alerts": Case(X, {"topic": "back_in_stock", "sku": "45-103"}),
    "DELETE /api/alerts/{alert_id}": Case(X, path={"alert_id": "$alert"}),
    # ---- products and stock
    "GET /api/products": Case(X),
    "GET /api/products/{sku}": Case(X, path=BOLT),
    "GET /api/products/{sku}/substitutes": Case(X, path=BOLT, query={"quantity": 5}),
    "GET /api/stock": Case(X),
    "GET /api/stock/{sku}": Case(X, path=BOLT),
    "GET /api/stock/{sku}/availability": Case(X, path=BOLT, query={"quantity": 5}),
    "GET /api/stock/{sku}/ledger": Case(X, path=BOLT),
    "POST /api/stock/{sku}/adjustments": Case(X, {"change": 5, "reason": "found"}, path=BOLT),
    "POST /api/stock/{sku}/counts": Case(X, {"counted": 5000, "reason": "counted"}, path=BOLT),
    "POST /api/stock/{sku}/transfers": Case(
        X, {"from": "MAIN", "to": "$warehouse", "quantity": 5, "reason": "room"}, path=BOLT
    ),
    "GET /api/warehouses": Case(X),
    "POST /api/warehouses": Case(X, {"code": "SOUTH", "name": "South"}),
    # ---- buying in, forecasts, suggestions
    "GET /api/replenishment": Case(X),
    "POST /api/replenishment/approve": Case(X, {"fingerprint": "$fingerprint"}),
    "GET /api/purchase-orders": Case(X),
    "GET /api/purchase-orders/{number}": _of("$coming", X),
    "POST /api/purchase-orders/{number}/send": _of("$to_send", X, {}),
    "POST /api/purchase-orders/{number}/cancel": _of("$to_send", X, {"reason": "too dear"}),
    "POST /api/purchase-orders/{number}/receive": _of("$coming", X, {"lines": [{"position": 1, "quantity": 10}]}),
    "GET /api/forecasts/{sku}": Case(X, path=BOLT),
    "GET /api/suggestions": Case(X, query={"customer": "C1"}),
    # ---- orders
    "POST /api/orders": Case(X, ORDER),
    "GET /api/orders": Case(X),
    "POST /api/orders/check": Case(X, ORDER),
    "GET /api/orders/{number}": _of("$order", X),
    "PATCH /api/orders/{number}": _of("$order", X, {"lines": [{"position": 1, "quantity": 50}]}),
    "POST /api/orders/{number}/check": _of("$order", X, {"lines": [{"position": 1, "quantity": 50}]}),
    "POST /api/orders/{number}/cancel": _of("$order", X, {"reason": "no longer needed"}),
    "POST /api/orders/{number}/repeat": _of("$order", X, {"place": True}),
    "POST /api/orders/{number}/hold": _of("$order", X, {"detail": "the address is unclear"}),
    "POST /api/orders/{number}/release": _of("$held", X, {}),
    "GET /api/orders/{number}/returnable": _of("$delivered", X),
    # ---- customers
    "GET /api/customers": Case(X),
    "GET /api/customers/{code}": Case(X, path=C1),
    "PATCH /api/customers/{code}": Case(X, {"payment_days": 14}, path=C1),
    "GET /api/customers/{code}/addresses": Case(X, path=C1),
    "POST /api/customers/{code}/addresses": Case(X, ADDRESS, path=C1),
    "PATCH /api/customers/{code}/addresses/{address_id}": Case(
        X, {"city": "Goole"}, path={**C1, "address_id": "$address"}
    ),
    "DELETE /api/customers/{code}/addresses/{address_id}": Case(X, path={**C1, "address_id": "$address"}),
    "GET /api/customers/{code}/payment-methods": Case(X, path=C1),
    "POST /api/customers/{code}/payment-methods": Case(X, {"kind": "card", "label": "Visa ending 1111"}, path=C1),
    "PATCH /api/customers/{code}/payment-methods/{method_id}": Case(
        X, {"active": False}, path={**C1, "method_id": "$method"}
    ),
    "GET /api/customers/{code}/people": Case(X, path=C1),
    "PATCH /api/customers/{code}/people/{person_id}": Case(
        X, {"order_limit": "900"}, path={**C1, "person_id": "$person"}
    ),
    "GET /api/customers/{code}/balance": Case(X, path=C1),
    "GET /api/customers/{code}/statement": Case(X, path=C1),
    # ---- shipments
    "GET /api/shipments": Case(X),
    "GET /api/shipments/{number}": _of("$shipped", X),
    "POST /api/orders/{number}/shipments": _of("$order", X, {"lines": [{"position": 1, "quantity": 5}]}),
    "POST /api/shipments/{number}/pick": _of("$planned", X),
    "POST /api/shipments/{number}/ship": _of("$picked", X, {"carrier": "Parcel Co"}),
    "POST /api/shipments/{number}/deliver": _of("$shipped", X),
    "POST /api/shipments/{number}/lose": _of("$shipped", X, {"remedy": "replace"}),
    "POST /api/shipments/{number}/cancel": _of("$planned", X),
    # ---- invoices, payments, credit notes
    "GET /api/invoices": Case(X),
    "GET /api/invoices/{number}": _of("$invoice", X),
    "POST /api/invoices/{number}/credit": _of("$invoice", X, {"reason": "damaged", "lines": [{"position": 1, "quantity": 1}]}),
    "GET /api/payments": Case(X),
    "POST /api/payments": Case(X, {"customer": "C1", "amount": "1.00", "method": "bank_transfer"}),
    "GET /api/payments/{number}": _of("$pending", X),
    "POST /api/payments/{number}/settle": _of("$pending", X),
    "POST /api/payments/{number}/fail": _of("$pending", X, {"reason": "bounced"}),
    "POST /api/payments/{number}/allocate": _of("$unspent", X, {"invoices": AMOUNT}),
    "GET /api/credit-notes": Case(X),
    "GET /api/credit-notes/{number}": _of("$refundable", X),
    "POST /api/credit-notes/{number}/refund": _of("$refundable", X, {"amount": "0.50"}),
    "POST /api/credit-notes/{number}/apply": _of("$refundable", X, {"invoices": AMOUNT}),
    # ---- returns
    "GET /api/returns": Case(X),
    "POST /api/returns": Case(
        X, {"order": "$delivered", "resolution": "credit", "lines": [{"position": 1, "quantity": 1}]}
    ),
    "GET /api/returns/{number}": _of("$requested", X),
    "POST /api/returns/{number}/approve": _of("$requested", X),
    "POST /api/returns/{number}/reject": _of("$requested", X, {"reason": "too late"}),
    "POST /api/returns/{number}/receive": _of("$approved", X),
    "POST /api/returns/{number}/settle": _of("$received", X),
    # ---- inquiries and quotes
    "GET /api/inquiries": Case(X),
    "POST /api/inquiries": Case(X, {"text": "Is it galvanised?", "customer": "C1"}),
    "GET /api/inquiries/{number}": _of("$open", X),
    "POST /api/inquiries/{number}/answer": _of("$open", X, {"text": "Yes."}),
    "POST /api/inquiries/{number}/close": _of("$answered", X),
    "POST /api/inquiries/{number}/reopen": _of("$answered", X, {"text": "And M12?"}),
    "POST /api/inquiries/{number}/quote": _of("$open", X, {"lines": LINES}),
    "GET /api/quotes": Case(X),
    "POST /api/quotes": Case(X, ORDER),
    "GET /api/quotes/{number}": _of("$sent", X),
    "PATCH /api/quotes/{number}": _of("$draft", X, {"note": "while stocks last"}),
    "POST /api/quotes/{number}/send": _of("$draft", X),
    "POST /api/quotes/{number}/accept": _of("$sent", X, {"customer_reference": "OURS-9"}),
    "POST /api/quotes/{number}/decline": _of("$sent", X, {"reason": "too dear"}),
    # ---- standing orders
    "GET /api/standing-orders": Case(X),
    "POST /api/standing-orders": Case(X, {**ORDER, "rule": MONTHLY}),
    "GET /api/standing-orders/{number}": _of("$active", X),
    "PATCH /api/standing-orders/{number}": _of("$active", X, {"lines": LINES}),
    "POST /api/standing-orders/{number}/pause": _of("$active", X),
    "POST /api/standing-orders/{number}/resume": _of("$paused", X),
    "POST /api/standing-orders/{number}/end": _of("$active", X),
    "POST /api/standing-orders/{number}/skip": _of("$active", X),
    # ---- papers
    "GET /api/documents": Case(X),
    "GET /api/documents/{kind}/{number}.pdf": Case(X, path={"kind": "invoice", "number": "$invoice"}),
    "POST /api/documents/{kind}/{number}/link": Case(X, path={"kind": "invoice", "number": "$invoice"}),
    # ---- webhooks, events, the audit trail
    "GET /api/webhooks": Case(X),
    "POST /api/webhooks": Case(X, {"url": "https://shop.example.com/hook"}),
    "GET /api/webhooks/{webhook_id}": Case(X, path={"webhook_id": "$webhook"}),
    "PATCH /api/webhooks/{webhook_id}": Case(X, {"active": False}, path={"webhook_id": "$webhook"}),
    "DELETE /api/webhooks/{webhook_id}": Case(X, path={"webhook_id": "$webhook"}),
    "POST /api/webhooks/{webhook_id}/rotate": Case(X, path={"webhook_id": "$webhook"}),
    "POST /api/webhooks/{webhook_id}/ping": Case(X, path={"webhook_id": "$webhook"}),
    "GET /api/webhooks/{webhook_id}/deliveries": Case(X, path={"webhook_id": "$webhook"}),
    "POST /api/webhooks/{webhook_id}/deliveries/{delivery_id}/redeliver": Case(
        X, path={"webhook_id": "$webhook", "delivery_id": "$delivery"}
    ),
    "GET /api/events": Case(X),
    "GET /api/audit": Case(X),
    # ---- health
    "GET /healthz": Case(X),
    "GET /readyz": Case(X),
    "GET /metrics": Case(X),
    "GET /": Case(X),
}
