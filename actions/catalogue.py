"""The search index over the catalogue, made from the database and remade when the catalogue changes."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from actions.language.catalogue import CatalogueIndex, Entry, Pack
from backend.catalogue import queries
from backend.catalogue.tables import Product
from backend.database import Database


@dataclass(frozen=True)
class Catalogue:
    """An index and the state of the catalogue that it was made from."""

    index: CatalogueIndex
    stamp: tuple[int, datetime | None]


def entry_of(product: Product) -> Entry:
    """A product as the search index wants it."""
    return Entry(
        sku=product.sku,
        name=product.name,
        category=product.category.name,
        unit=product.unit,
        units_per=product.units_per,
        packs=tuple(Pack(pack.name, pack.quantity) for pack in product.packs),
        aliases=tuple(alias.text for alias in product.aliases),
        active=product.active,
    )


class CatalogueSource:
    """Hands out the current catalogue; one thread makes it anew, the others wait for it."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._current: Catalogue | None = None

    def current(self) -> Catalogue:
        """The catalogue as it is in the database now."""
        with self._lock, self._database.read() as session:
            stamp = queries.stamp(session)
            if self._current is None or self._current.stamp != stamp:
                entries = [entry_of(product) for product in queries.all_active(session)]
                self._current = Catalogue(CatalogueIndex(entries), stamp)
            return self._current
