"""What bodies of requests share: text as every database takes it, and the body that says nothing."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, PlainSerializer

PLAIN = r"^[^\x00]*$"  # PostgreSQL keeps no NUL

Code = Annotated[str, Field(min_length=1, max_length=40, pattern=PLAIN)]
Reference = Annotated[str, Field(max_length=80, pattern=PLAIN)]


@lru_cache(maxsize=65_536)
def _money(amount: Decimal) -> str:
    return f"{amount:.2f}"


@lru_cache(maxsize=65_536)
def _price(price: Decimal) -> str:
    return f"{price.normalize():f}"


Money = Annotated[Decimal, PlainSerializer(_money, return_type=str, when_used="json")]
Price = Annotated[Decimal, PlainSerializer(_price, return_type=str, when_used="json")]


class NothingIn(BaseModel):
    """A step that needs no facts."""

    model_config = ConfigDict(extra="forbid")
