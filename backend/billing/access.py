"""Who may book and who may see invoices, payments and credit notes."""

from __future__ import annotations

from backend.identity.permissions import Permission
from backend.work import Work


def require_billing(work: Work, besides: Permission | None = None) -> None:
    """NotAllowed for whoever does not keep our books; ``besides`` lets in who brings a booking about by other work."""
    if besides is not None and work.principal.may(besides):
        return
    work.principal.require(Permission.BILL, "Invoices, payments and credits are booked by our order desk.")


def on_behalf_of(work: Work, customer_id: int) -> int | None:
    """The customer that somebody else acts for, for the audit trail; None where their own people act."""
    return customer_id if work.principal.customer_id != customer_id else None


def sees_all(work: Work) -> bool:
    """Whether every customer's documents are visible, not only those of the principal's own company."""
    return work.principal.may(Permission.SEE_ALL_ORDERS)
