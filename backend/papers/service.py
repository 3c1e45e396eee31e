"""Papers: the PDF of a document, and what papers there are. Whoever may see a document may have its paper, by role."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from backend.customers import queries as customers
from backend.papers import billing_papers, listing, purchase_papers, queries, sales_papers
from backend.papers.content import Content
from backend.papers.kinds import TITLES, Kind
from backend.papers.layout import typeset
from backend.papers.listing import Narrowed
from backend.sales import queries as sales
from backend.work import Work


@dataclass(frozen=True)
class Paper:
    """A finished paper; the same document always gives the same ``content``, and so the same ``etag``."""

    filename: str
    content: bytes
    etag: str


@dataclass(frozen=True)
class Entry:
    """A paper in a list."""

    kind: Kind
    number: str
    date: date
    title: str
    party: str


_WRITERS: Final[Mapping[Kind, Callable[[Work, str], Content]]] = {
    Kind.QUOTE: lambda work, number: sales_papers.quote(work, queries.find_quote(work, number)),
    Kind.ORDER_CONFIRMATION: lambda work, number: sales_papers.confirmation(work, queries.find_order(work, number)),
    Kind.DELIVERY_NOTE: lambda work, number: sales_papers.delivery_note(work, queries.find_shipment(work, number)),
    Kind.INVOICE: lambda work, number: billing_papers.invoice(work, queries.find_invoice(work, number)),
    Kind.CREDIT_NOTE: lambda work, number: billing_papers.credit_note(work, queries.find_credit_note(work, number)),
    Kind.PURCHASE_ORDER: lambda work, number: purchase_papers.purchase_order(
        work, queries.find_purchase_order(work, number)
    ),
}


def written(work: Work, kind: Kind, number: str) -> Content:
    """What stands on a paper. NotFound for what is not there, is not theirs, or is not for their role."""
    return _WRITERS[kind](work, number)


def printed(content: Content) -> Paper:
    """The PDF; needs no database, so that none is held while it is made."""
    file = typeset(content)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"{content.title} {content.number}").strip("-.").lower()
    return Paper(f"{name}.pdf", file, hashlib.sha256(file).hexdigest()[:32])


def paper(work: Work, kind: Kind | str, number: str) -> Paper:
    """The paper of a document. NotFound for what is not there, is not theirs, or is not for their role."""
    return printed(written(work, Kind(kind), number))


def list_papers(
    work: Work,
    *,
    kind: Kind | None = None,
    order: str | None = None,
    customer: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> tuple[list[Entry], str | None]:
    """The papers the principal may have, newest first, and the cursor of the next page.

    ``order`` narrows to an order and what came of it, ``customer`` to a customer's code; NotFound where they are not
    the principal's to see.
    """
    only = Narrowed(
        kind,
        sales.by_number(work, order) if order is not None else None,
        customers.by_code(work, customer).id if customer is not None else None,
    )
    found, following = listing.page(work, only, after, limit)
    entries = [
        Entry(one.kind, one.number, work.clock.date_of(one.at), f"{TITLES[one.kind]} {one.number}", one.party)
        for one in found
    ]
    return entries, following
