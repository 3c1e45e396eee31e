"""Tells people what has happened, in their conversations: a consumer of the outbox.

Every channel shows what stands in a conversation, so that a message kept there reaches the page, the terminal and
Telegram. Nobody is told in a conversation of what they did in it themselves: they were answered then and there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy import or_, select

from backend.chat import conversations
from backend.chat.cards import Reply
from backend.events.news import READERS, news_of
from backend.events.news_item import News
from backend.events.relay import Consumer
from backend.events.tables import AlertSubscription, OutboxEvent
from backend.identity.permissions import Permission
from backend.identity.service import principal_of
from backend.identity.tables import Role, User
from backend.work import Work

CONVERSATIONS: Final = ("web", "telegram")  # where people are answered in words; the terminal is web


def notify(work: Work, event: OutboxEvent) -> None:
    """Post an event into the conversations of the people it concerns."""
    did_it = event.user_id if event.channel in CONVERSATIONS else None
    found = news_of(work, event)
    told: dict[int, str] = {}
    for news in found:
        for user in _audience(work, news):
            text = news.own if user.role == Role.CUSTOMER else news.ours
            if text is not None and user.id != did_it:
                told.setdefault(user.id, text)
    for user_id, text in sorted(told.items()):
        conversations.tell(work.session, user_id, Reply(text=text))
    for news in found:  # after the conversations are locked, as in a turn that changes alerts
        _end_one_time_alerts(work, news)


def _audience(work: Work, news: News) -> Sequence[User]:
    """Who hears of it: whom it concerns and who follows it, as far as they may see it."""
    following = select(AlertSubscription.user_id).where(
        AlertSubscription.active, AlertSubscription.topic == (news.topic or "")
    )
    if news.product is not None:
        of_product = AlertSubscription.product_id == news.product.id
        following = following.where(or_(of_product, AlertSubscription.product_id.is_(None)))
    customer_id = news.customer.id if news.customer is not None else None
    theirs = User.customer_id == customer_id if news.product is None else User.customer_id.is_not(None)
    users = work.session.scalars(
        select(User)
        .where(User.active, or_(theirs, User.customer_id.is_(None)))
        .where(or_(User.id.in_(news.concerned), User.id.in_(following)))
        .order_by(User.id)
    ).all()
    return [user for user in users if user.id in news.concerned or _may_follow(user, news)]


def _may_follow(user: User, news: News) -> bool:
    """Of our own people: who looks after the customer, or can do something about it."""
    who = principal_of(user)
    if news.topic == "stock_low":
        return who.may(Permission.SEE_STOCK_FIGURES)
    if user.role == Role.CUSTOMER or news.product is not None:
        return True
    looks_after = news.customer is not None and news.customer.rep_email == user.email
    return looks_after or (news.may_act is not None and who.may(news.may_act))


def _end_one_time_alerts(work: Work, news: News) -> None:
    """A product that is back is told once."""
    if news.topic != "back_in_stock" or news.product is None:
        return
    for alert in work.session.scalars(
        select(AlertSubscription).where(
            AlertSubscription.active,
            AlertSubscription.topic == news.topic,
            AlertSubscription.product_id == news.product.id,
        )
    ):
        alert.active = False


NOTIFICATIONS: Final = Consumer("notifications", notify, frozenset(READERS))
