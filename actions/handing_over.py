"""The hand-over to a person: what was said, what is in the cart and what was not understood go into the inquiry."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select

from actions import texts_conversation as words
from actions.context import Context
from actions.showing import listed
from actions.skills import ORDERING
from backend.catalogue.quantities import said
from backend.chat.tables import Message
from backend.quotes.inquiries import LONGEST_TEXT
from backend.sales.tables import Cart

MESSAGES: Final = 12
LONGEST_MESSAGE: Final = 200
LONGEST_WISH: Final = 1_000


def handed_over(context: Context) -> str:
    """The person's own words first, then what our people need in order to take over; never longer than they may be."""
    wish = context.text.strip()[:LONGEST_WISH]
    parts = [wish, *_carts(context), *_left_open(context)]
    rest = LONGEST_TEXT - len("\n\n".join(parts)) - len(words.TRANSCRIPT) - 4
    transcript: list[str] = []
    for line in _transcript(context):
        if sum(len(kept) + 1 for kept in transcript) + len(line) > rest:
            break
        transcript.insert(0, line)
    if transcript:
        parts.append("\n".join([words.TRANSCRIPT, *transcript]))
    return "\n\n".join(part for part in parts if part)[:LONGEST_TEXT]


def _transcript(context: Context) -> list[str]:
    """The last messages, the newest first."""
    rows = context.work.session.scalars(
        select(Message)
        .where(Message.conversation_id == context.conversation.id)
        .order_by(Message.id.desc())
        .limit(MESSAGES)
    )
    name = context.work.principal.name
    found = []
    for row in rows:
        text = " ".join(str(row.body.get("text", "")).split())[:LONGEST_MESSAGE]
        found.append(
            words.PERSON_SAID.format(name=name, text=text)
            if row.author == "person"
            else words.WE_SAID.format(text=text)
        )
    return found


def _carts(context: Context) -> list[str]:
    if context.work.principal.role not in ORDERING:
        return []
    mine = select(Cart).where(Cart.user_id == context.work.principal.user_id)
    return [
        "\n".join(
            [
                words.CART_OF.format(customer=cart.customer.name),
                *(
                    words.CART_LINE.format(
                        quantity=said(line.product, line.quantity), name=line.product.name, sku=line.product.sku
                    )
                    for line in cart.lines[:20]
                ),
            ]
        )
        for cart in context.work.session.scalars(mine)
        if cart.lines
    ]


def _left_open(context: Context) -> list[str]:
    memory = context.memory
    parts = [words.OPEN_QUESTION.format(question=question.text) for question in memory.questions[:3]]
    if memory.failed:
        parts.append(words.FAILED.format(texts=listed(f"“{text[:LONGEST_MESSAGE]}”" for text in memory.failed)))
    return parts
