"""Products with variants, units, packs, other names, and prices with quantity breaks.

Every quantity in the database is an integer in *sales units*. A product sold by the metre in steps of 0.1 m has
``unit='metre'`` and ``units_per=10``: 2.5 m is 25 sales units, and its price is per 0.1 m.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from backend.database import Base, Key, now


class Category(Base):
    """A group of products, as the price list has it."""

    __tablename__ = "category"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(120), unique=True)


class ProductFamily(Base):
    """What variants have in common: the M8 hex bolt, in every length and finish."""

    __tablename__ = "product_family"

    id: Mapped[Key]
    name: Mapped[str] = mapped_column(String(200), unique=True)


class Product(Base):
    """One SKU: a variant with its own stock and price."""

    __tablename__ = "product"
    __table_args__ = (
        CheckConstraint("units_per >= 1", name="units_per"),
        CheckConstraint("sales_moq >= 1", name="sales_moq"),
        CheckConstraint("sales_multiple >= 1", name="sales_multiple"),
    )

    id: Mapped[Key]
    sku: Mapped[str] = mapped_column(String(40), unique=True)
    name: Mapped[str] = mapped_column(String(200))
    description: Mapped[str | None] = mapped_column(Text)
    category_id: Mapped[int] = mapped_column(ForeignKey("category.id"), index=True)
    family_id: Mapped[int | None] = mapped_column(ForeignKey("product_family.id"), index=True)
    options: Mapped[dict[str, Any]] = mapped_column(default=dict)
    unit: Mapped[str] = mapped_column(String(20), default="each")
    units_per: Mapped[int] = mapped_column(default=1)
    sales_moq: Mapped[int] = mapped_column(default=1)
    sales_multiple: Mapped[int] = mapped_column(default=1)
    tax_category: Mapped[str] = mapped_column(String(20), default="standard")
    active: Mapped[bool] = mapped_column(default=True)
    successor_id: Mapped[int | None] = mapped_column(ForeignKey("product.id"))
    assumed: Mapped[list[str]] = mapped_column(default=list)
    created_at: Mapped[datetime] = mapped_column(default=now)
    changed_at: Mapped[datetime] = mapped_column(default=now, onupdate=now, index=True)

    category: Mapped[Category] = relationship(lazy="joined")
    family: Mapped[ProductFamily | None] = relationship()
    successor: Mapped[Product | None] = relationship(remote_side="Product.id")
    packs: Mapped[list[ProductPack]] = relationship(order_by="ProductPack.quantity", cascade="all, delete-orphan")
    aliases: Mapped[list[ProductAlias]] = relationship(order_by="ProductAlias.id", cascade="all, delete-orphan")
    prices: Mapped[list[Price]] = relationship(order_by="Price.min_quantity", cascade="all, delete-orphan")


class ProductPack(Base):
    """A named pack of a product, in sales units: a box of 200."""

    __tablename__ = "product_pack"
    __table_args__ = (UniqueConstraint("product_id", "name"), CheckConstraint("quantity >= 1", name="quantity"))

    id: Mapped[Key]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    name: Mapped[str] = mapped_column(String(40))
    quantity: Mapped[int]
    assumed: Mapped[bool] = mapped_column(default=False)


class ProductAlias(Base):
    """Another name that people use for a product."""

    __tablename__ = "product_alias"
    __table_args__ = (UniqueConstraint("product_id", "text"),)

    id: Mapped[Key]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    text: Mapped[str] = mapped_column(String(200))


class Price(Base):
    """Net price per sales unit from a quantity on; for a customer, a price group, or everyone where both are None."""

    __tablename__ = "price"
    __table_args__ = (
        CheckConstraint("price >= 0", name="price"),
        CheckConstraint("min_quantity >= 1", name="min_quantity"),
        CheckConstraint("valid_to IS NULL OR valid_from IS NULL OR valid_from <= valid_to", name="validity"),
        Index("ix_price_product_id_min_quantity", "product_id", "min_quantity"),
    )

    id: Mapped[Key]
    product_id: Mapped[int] = mapped_column(ForeignKey("product.id"))
    price_group: Mapped[str | None] = mapped_column(String(40))
    customer_id: Mapped[int | None] = mapped_column(ForeignKey("customer.id"), index=True)
    min_quantity: Mapped[int] = mapped_column(default=1)
    price: Mapped[Decimal]
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    promotion: Mapped[str | None] = mapped_column(String(120))


class TaxRate(Base):
    """The rate (0.2 is 20 %) on a category of products delivered to a country; a country without rates is untaxed."""

    __tablename__ = "tax_rate"
    __table_args__ = (
        UniqueConstraint("country", "category", "valid_from"),
        CheckConstraint("rate >= 0 AND rate < 10000", name="rate"),
    )

    id: Mapped[Key]
    country: Mapped[str] = mapped_column(String(60))
    category: Mapped[str] = mapped_column(String(20), default="standard")
    rate: Mapped[Decimal]
    valid_from: Mapped[date] = mapped_column(default=date(1970, 1, 1))
