"""Who may do what: one table of roles and permissions, asked by services, endpoints and actions alike."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from backend.errors import NotAllowed
from backend.identity.tables import Role


class Permission(StrEnum):
    """A thing that may be allowed."""

    ORDER = "order"
    ORDER_FOR_CUSTOMER = "order_for_customer"
    SEE_OWN_ORDERS = "see_own_orders"
    SEE_ALL_ORDERS = "see_all_orders"
    SEE_CUSTOMERS = "see_customers"
    SEE_STOCK_FIGURES = "see_stock_figures"
    SEE_SUGGESTIONS = "see_suggestions"
    SEE_FORECASTS = "see_forecasts"
    SEE_REPLENISHMENT = "see_replenishment"
    APPROVE_PURCHASES = "approve_purchases"
    RELEASE_HOLDS = "release_holds"
    GRANT_DISCOUNT = "grant_discount"
    FULFIL = "fulfil"
    ADJUST_STOCK = "adjust_stock"
    BILL = "bill"
    HANDLE_RETURNS = "handle_returns"
    QUOTE = "quote"
    HANDLE_INQUIRIES = "handle_inquiries"
    MANAGE_WEBHOOKS = "manage_webhooks"
    SEE_AUDIT = "see_audit"
    REVIEW_MESSAGES = "review_messages"
    SET_BUDGET = "set_budget"


_OWN = {Permission.ORDER, Permission.SEE_OWN_ORDERS, Permission.SEE_SUGGESTIONS}
_SELLING = {
    Permission.ORDER_FOR_CUSTOMER,
    Permission.SEE_ALL_ORDERS,
    Permission.SEE_CUSTOMERS,
    Permission.SEE_STOCK_FIGURES,
    Permission.SEE_SUGGESTIONS,
    Permission.GRANT_DISCOUNT,
    Permission.QUOTE,
    Permission.HANDLE_INQUIRIES,
}
_DESK = {Permission.FULFIL, Permission.BILL, Permission.HANDLE_RETURNS}
_BUYING = {
    Permission.SEE_FORECASTS,
    Permission.SEE_STOCK_FIGURES,
    Permission.SEE_REPLENISHMENT,
    Permission.APPROVE_PURCHASES,
    Permission.ADJUST_STOCK,
}
_MANAGING = {
    Permission.RELEASE_HOLDS,
    Permission.MANAGE_WEBHOOKS,
    Permission.SEE_AUDIT,
    Permission.REVIEW_MESSAGES,
    Permission.SET_BUDGET,
}

GRANTS: dict[Role, frozenset[Permission]] = {
    Role.CUSTOMER: frozenset(_OWN),
    Role.REP: frozenset(_SELLING | {Permission.SEE_FORECASTS}),
    Role.DESK: frozenset(_SELLING | _DESK | {Permission.ADJUST_STOCK}),
    Role.BUYER: frozenset(_BUYING),
    Role.MANAGER: frozenset(_SELLING | _DESK | _BUYING | _MANAGING),
}
DISCOUNT_LIMITS: dict[Role, Decimal] = {
    Role.REP: Decimal("0.10"),
    Role.DESK: Decimal("0.05"),
    Role.MANAGER: Decimal(1),
}
GOODWILL_LIMITS: dict[Role, Decimal] = {Role.DESK: Decimal(50)}  # to one customer within 30 days; others have none
PURCHASE_LIMITS: dict[Role, Decimal] = {Role.BUYER: Decimal(5000)}  # of one purchase order; others have none


@dataclass(frozen=True)
class Principal:
    """Who acts. ``customer_id`` is set for a customer's person, and only then. ``order_limit`` is the most that they
    may order alone: of a customer's person in sales orders, of a buyer of ours in a purchase order.
    """

    user_id: int
    email: str
    name: str
    role: Role
    customer_id: int | None = None
    order_limit: Decimal | None = None

    @property
    def purchase_limit(self) -> Decimal | None:
        """The most that one purchase order may come to without a manager's yes: the person's own limit where there is
        one, else the role's; None for no limit.
        """
        return self.order_limit if self.order_limit is not None else PURCHASE_LIMITS.get(self.role)

    @property
    def goodwill_limit(self) -> Decimal | None:
        """The most that may be credited to one customer as goodwill within 30 days without a manager's yes; None for
        no limit.
        """
        return GOODWILL_LIMITS.get(self.role)

    def may(self, permission: Permission) -> bool:
        """Whether the role grants it."""
        return permission in GRANTS[self.role]

    def require(self, permission: Permission, sentence: str = "You may not do that with this sign-in.") -> None:
        """Raise NotAllowed where the role does not grant it."""
        if not self.may(permission):
            raise NotAllowed(sentence)


SYSTEM = Principal(0, "system", "Quartermaster", Role.MANAGER)  # who acts in the worker's jobs; no user's row
