"""Purchase orders as CSV, and what the last year would have cost, over HTTP."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Final

from fastapi import APIRouter, Depends, Query, Response
from fastapi.security import OAuth2PasswordBearer
from pydantic import BaseModel

from backend.errors import NotFound, NotSignedIn
from backend.http.asking import Reading, TheDatabase
from backend.identity.api import TheSettings
from backend.identity.permissions import Principal
from backend.identity.service import principal_of, user_of_token
from backend.identity.tables import User
from backend.papers import links
from backend.purchasing import queries
from backend.purchasing.last_year import Costs, last_year
from backend.purchasing.sheet import MEDIA_TYPE, sheet
from backend.settings import Settings
from backend.work import reading

router = APIRouter(prefix="/api", tags=["purchasing"])
LINK: Final = "purchase_order.csv"
_bearer = OAuth2PasswordBearer(tokenUrl="/api/auth/token", auto_error=False)


class CostsOut(BaseModel):
    """What a year cost: goods used, holding stock, placing orders, sales at risk, and in all."""

    goods: Decimal
    holding: Decimal
    ordering: Decimal
    shortage: Decimal
    total: Decimal
    fill_rate: float
    average_stock: Decimal
    orders: int


class ProductChangeOut(BaseModel):
    """A product's share in the difference (proposed less done), and which cost most of it comes from."""

    sku: str
    name: str
    difference: Decimal
    cause: str


class LastYearOut(BaseModel):
    """The last year as it was done, and as it would have been with the proposed quantities."""

    since: str
    done: CostsOut
    proposed: CostsOut
    difference: Decimal
    products: list[ProductChangeOut]


@router.get("/replenishment/last-year")
def compared(work: Reading) -> LastYearOut:
    """What the last year would have cost with the proposed quantities, against what was done."""
    found = last_year(work)
    if found is None:
        raise NotFound("There is no year of sales to look back on yet.", code="no_history")
    return LastYearOut(
        since=found.since.isoformat(),
        done=_costs(found.done),
        proposed=_costs(found.proposed),
        difference=found.proposed.total - found.done.total,
        products=[
            ProductChangeOut(sku=one.product.sku, name=one.product.name, difference=one.difference, cause=one.cause)
            for one in found.products
        ],
    )


def _costs(costs: Costs) -> CostsOut:
    return CostsOut(
        goods=costs.goods,
        holding=costs.holding,
        ordering=costs.ordering,
        shortage=costs.shortage,
        total=costs.total,
        fill_rate=round(costs.fill_rate, 4),
        average_stock=costs.average_stock,
        orders=costs.orders,
    )


def path_of(number: str) -> str:
    """Where a purchase order is fetched as a table."""
    return f"/api/purchase-orders/{number}.csv"


def link(settings: Settings, principal: Principal, number: str) -> str:
    """The same with a token for this person, for some minutes."""
    return f"{path_of(number)}?token={links.token(settings, principal, LINK, number)}"


@router.get(
    "/purchase-orders/{number}.csv",
    response_class=Response,
    responses={200: {"content": {"text/csv": {"schema": {"type": "string"}}}}},
)
def table(
    number: str,
    database: TheDatabase,
    how: TheSettings,
    bearer: Annotated[str | None, Depends(_bearer)] = None,
    token: Annotated[str | None, Query(max_length=links.LONGEST, description="Of a signed link.")] = None,
) -> Response:
    """A purchase order as CSV, with a sign-in or by a signed link."""
    with database.read() as session:
        if bearer is not None:
            principal = principal_of(user_of_token(session, bearer))
        elif token is None:
            raise NotSignedIn("Please sign in, or ask for a link to this paper.")
        else:
            user = session.get(User, links.owner(how, token, LINK, number))
            if user is None or not user.active:
                raise NotSignedIn(links.EXPIRED, code="link_expired")
            principal = principal_of(user)
    with reading(database, principal) as work:
        order = queries.by_number(work, number)
        content = sheet(work, order)
    headers = {
        "Content-Disposition": f'attachment; filename="{order.number.lower()}.csv"',
        "Cache-Control": "no-store",
        "X-Content-Type-Options": "nosniff",
        "Referrer-Policy": "no-referrer",
    }
    return Response(content, media_type=MEDIA_TYPE, headers=headers)
