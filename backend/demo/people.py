"""Customers with their addresses, and the people who sign in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from backend.demo.names import CUSTOMERS, STREETS

TRADE_PLUS: Final = "trade-plus"
FIRST_CODE: Final = 1001
REPS: Final = ("rep@demo", "siobhan.kerr@thornbury.example", "dafydd.rees@thornbury.example")
HARPER: Final = "Harper & Sons"
HERO: Final = "Ferndale Joinery & Upholstery"
# Who stopped ordering, and how many days ago; who started, and how many days ago.
QUIET: Final = {"Redwell Fabrication": 70, "Stitch & Sparrow": 95, "Kilbride Fencing": 120, "Corbel Shopfitting": 160}
NEWCOMERS: Final = {"Little Dray Upholstery": 150, "Ormskirk Green Energy": 260, "Atelier Morvan": 330}


@dataclass(frozen=True)
class Buyer:
    """A customer; ``size`` scales how much and how many products it buys (1 is the average)."""

    index: int
    code: str
    name: str
    kind: str
    city: str
    postcode: str
    country: str
    region: str
    street: str
    size: float
    price_group: str | None
    rep: str
    payment_days: int
    credit_limit: int
    since: int | None
    until: int | None

    @property
    def id(self) -> int:
        """Primary key."""
        return self.index + 1

    @property
    def domain(self) -> str:
        """Of its e-mail addresses; never a real one."""
        letters = "".join(c for c in self.name.lower().replace("&", "and") if c.isalnum() and c.isascii())
        return f"{letters}.example"


@dataclass(frozen=True)
class Person:
    """Someone who signs in; ``customer`` is the name of the customer of a customer's person.

    ``limit`` is what such a person may order alone, in pounds; above it ``approver`` (an e-mail address) has to agree.
    """

    email: str
    name: str
    role: str
    customer: str | None = None
    limit: int | None = None
    approver: str | None = None


PEOPLE: Final = (
    Person("customer@demo", "Alex Turner", "customer", HERO),
    Person("harper@demo", "Jo Harper", "customer", HARPER),
    Person("rep@demo", "Rowan Pike", "rep"),
    Person("desk@demo", "Dana Webb", "desk"),
    Person("buyer@demo", "Imran Shah", "buyer"),
    Person("manager@demo", "Margaret Thorn", "manager"),
    Person("workshop@demo", "Sam Okoro", "customer", HERO, limit=250, approver="customer@demo"),
)


def customers(rng: np.random.Generator) -> list[Buyer]:
    """All customers, in the order of their codes."""
    sizes = np.clip(rng.lognormal(0, 0.55, len(CUSTOMERS)), 0.3, 3.5)
    sizes /= sizes.mean()
    return [_buyer(index, entry, float(sizes[index]), rng) for index, entry in enumerate(CUSTOMERS)]


def _buyer(index: int, entry: tuple[str, str, str, str, str], size: float, rng: np.random.Generator) -> Buyer:
    name, kind, city, area, region = entry
    street = f"{rng.integers(1, 180)} {STREETS[int(rng.integers(len(STREETS)))]}"
    letters = rng.integers(0, 20, 2)
    inward = f"{rng.integers(1, 10)}{''.join('ABDEFGHJLNPQRSTUWXYZ'[int(n)] for n in letters)}"
    british = region not in ("Ireland", "Europe")
    country = "United Kingdom" if british else "Ireland" if region == "Ireland" else city.partition(", ")[2]
    trade = name == HARPER or (name != HERO and (size > 1.6 or rng.random() < 0.08))
    if name in (HARPER, HERO):
        size = 1.4
    rep = REPS[{"North": 0, "Midlands": 0, "Scotland": 1, "Ireland": 1}.get(region, 2)]
    return Buyer(
        index=index,
        code=f"C{FIRST_CODE + index}",
        name=name,
        kind=kind,
        city=city.partition(", ")[0],
        postcode=f"{area} {inward}" if british else area,
        country=country,
        region=region,
        street=street,
        size=size,
        price_group=TRADE_PLUS if trade else None,
        rep=rep,
        payment_days=int(rng.choice((30, 30, 30, 14, 60))),
        credit_limit=int(np.ceil(size * 4)) * 2500,
        since=NEWCOMERS.get(name),
        until=QUIET.get(name),
    )
