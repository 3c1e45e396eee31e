"""Customers as the API takes and shows them. Codes and owners can't be sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from backend.http.bodies import PLAIN, Code, Money

AddressKind = Literal["delivery", "invoice"]
MethodKind = Literal["account", "card", "bank_transfer", "direct_debit"]
AmountIn = Annotated[Decimal, Field(ge=0, max_digits=11, decimal_places=2)]
Line = Annotated[str, Field(min_length=1, max_length=200, pattern=PLAIN)]
City = Annotated[str, Field(min_length=1, max_length=100, pattern=PLAIN)]
Postcode = Annotated[str, Field(max_length=20, pattern=PLAIN)]
Country = Annotated[str, Field(min_length=1, max_length=60, pattern=PLAIN)]
Label = Annotated[str, Field(min_length=1, max_length=60, pattern=PLAIN)]
Email = Annotated[str, Field(min_length=3, max_length=200, pattern=PLAIN)]
Yes = Annotated[bool, Field(strict=True)]


class CustomerOut(BaseModel):
    """A customer and its terms; a limit of null is none, a minimum of null the company's."""

    code: str
    name: str
    country: str
    region: str | None
    rep_email: str | None
    price_group: str | None
    payment_days: int
    credit_limit: Money | None
    minimum_order: Money | None
    tax_exempt: bool


class TermsIn(BaseModel):
    """What is to be different of a customer's terms; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    credit_limit: AmountIn | None = None
    minimum_order: AmountIn | None = None
    price_group: Code | None = None
    tax_exempt: Yes = False
    payment_days: Annotated[int, Field(ge=0, le=365, strict=True)] = 30


class AddressIn(BaseModel):
    """A new address."""

    model_config = ConfigDict(extra="forbid")

    kind: AddressKind = "delivery"
    line1: Line
    line2: Annotated[str | None, Field(max_length=200, pattern=PLAIN)] = None
    city: City
    postcode: Postcode | None = None
    country: Country
    default: Yes = False


class AddressChangeIn(BaseModel):
    """What is to be different of an address; what is left out stays. The default is unset by choosing another."""

    model_config = ConfigDict(extra="forbid")

    line1: Line | None = None
    line2: Annotated[str | None, Field(max_length=200, pattern=PLAIN)] = None
    city: City | None = None
    postcode: Postcode | None = None
    country: Country | None = None
    default: Literal[True] | None = None


class AddressOut(BaseModel):
    """An address; `id` is what an order's `address_id` names."""

    id: int
    kind: str
    line1: str
    line2: str | None
    city: str
    postcode: str | None
    country: str
    default: bool


class PaymentMethodIn(BaseModel):
    """A new way to pay, by a name such as "Visa ending 4242"; never a number."""

    model_config = ConfigDict(extra="forbid")

    kind: MethodKind
    label: Label
    default: Yes = False


class PaymentMethodChangeIn(BaseModel):
    """Make a payment method the default one or no longer that, or give it up (`active` false)."""

    model_config = ConfigDict(extra="forbid")

    default: Yes | None = None
    active: Literal[False] | None = None


class PaymentMethodOut(BaseModel):
    """A way to pay; its label is what an order's `payment_method` names."""

    id: int
    kind: str
    label: str
    default: bool
    active: bool


class PersonChangeIn(BaseModel):
    """How much a person may order alone (null: any amount), and the e-mail address of who approves more."""

    model_config = ConfigDict(extra="forbid")

    order_limit: AmountIn | None = None
    approver: Email | None = None


class PersonOut(BaseModel):
    """A person of a customer."""

    id: int
    name: str
    email: str
    order_limit: Money | None
    approver: str | None
