"""What our own price, or a promotion, would do to sales: read, worked out, and said with its evidence."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import select

from actions import forecast_answer
from actions import texts_forecast as words
from actions import texts_price as texts
from actions.buying import product_meant
from actions.context import Context
from actions.drafts import Draft
from actions.forecast_periods import read, without
from actions.forecast_subjects import category_named
from actions.language.words import tokens
from actions.showing import counted, listed
from actions.subjects import named_part
from actions.what_if_words import Supposed, in_figures
from backend.catalogue.tables import Product
from backend.chat.cards import TableCard
from backend.insight import queries, scopes, supposing
from backend.insight.effects import effects
from backend.insight.service import Asked
from backend.insight.supposing import Change, Range, Told

HALF_YEAR: Final = {"M": Asked("M", 6), "W": Asked("W", 26)}
LITTLE: Final = 0.5  # of what is known comes from the product itself
_WORDS: Final = re.compile(
    r"\b(?:what|if|would|happens?|happen|suppose|imagine|play|through|effect|impact|mean|cuts?|raise[sd]?|rais(?:e|ing)|"
    r"increase[sd]?|increasing|lower(?:ed|ing|s)?|drop(?:s|ped)?|reduc(?:e|ed|ing|tion)|put(?:s|ting)?|make|made|give|"
    r"higher|cheaper|dearer|knock(?:s|ed|ing)?|slash(?:es|ed|ing)?|shav(?:e[sd]?|ing)|tak(?:es?|ing)|took|off|hik(?:e[sd]?|ing)|"
    r"discount(?:ed)?|promo(?:s|tions?|tional)?|announced?|per\s?cent|percent|pct|selling|rise|"
    r"down|by|cost|half|a\s+(?:third|quarter|fifth|tenth)|double[sd]?|change[sd]?|turnover|revenue|volume|demand|sales)\b"
    r"|[%+]|(?<!\w)[-−–]?\d+(?:[.,]\d+)?\s*%|\d+\s*(?:per\s?cent|percent|pct)",
    re.IGNORECASE,
)
_IT: Final = re.compile(r"\b(?:its?|that|this|them|those|these)\b", re.IGNORECASE)


@dataclass(frozen=True)
class Meant:
    """The products that are meant, and what they are called together."""

    title: str
    products: Sequence[Product]


def answer(context: Context, supposed: Supposed) -> Draft | None:
    """What our price would do; None where no effect of any price is measured."""
    found = _meant(context)
    if isinstance(found, Draft):
        return found
    if not effects(context.work.session, [product.id for product in found.products]):
        return None
    if supposed.selling is None and not supposed.promotion:
        return Draft(texts.HOW_MUCH)
    change = Change(supposed.selling, promotion=supposed.promotion)
    outcome = supposing.suppose(context.work, found.title, found.products, change, _asked(context))
    if len(found.products) == 1:
        forecast_answer.remember(context, (scopes.of_product(found.products[0]),))
    if not outcome.lines:
        return Draft(_cant(outcome))
    context.memory.explanation = _explained(outcome)
    return Draft(" ".join(_sentences(context, outcome)), _card(context, outcome))


def _meant(context: Context) -> Meant | Draft:
    """The product, the products of one name, the category, or everything where nothing is named."""
    session, text = context.work.session, without(in_figures(context.text))
    named = named_part(_WORDS.sub(" ", text))
    said = set(tokens(_IT.sub(" ", named)))
    if not said:
        spoken = context.memory.product if _IT.search(text) else None
        query = select(Product).where(Product.active).order_by(Product.id)
        rows = list(session.scalars(query.where(Product.sku == spoken) if spoken else query))
        return Meant(rows[0].name if spoken and rows else texts.ALL, rows)
    category = category_named(context, named)
    if category is not None and said <= set(tokens(category.name)) | {"product", "range", "category"}:
        rows = list(session.scalars(select(Product).where(Product.active, Product.category_id == category.id)))
        return Meant(category.name, rows)
    if not any(context.catalogue.index.get(word.strip(".,?")) for word in named.split()):
        active = session.scalars(select(Product).where(Product.active).order_by(Product.id))
        called = [product for product in active if said <= set(tokens(product.name))]
        if len(called) > 1:
            return Meant(texts.CALLED.format(count=len(called), name=named), called)
    product = product_meant(context, named)
    return Meant(product.name, [product]) if product is not None else Draft(texts.WHICH.format(name=named[:80]))


def _asked(context: Context) -> Asked:
    """The periods that a message names, by month where months are forecast; else the next half year."""
    stored = [freq for freq in ("M", "W") if queries.current_run(context.work.session, freq) is not None]
    usual = HALF_YEAR[stored[0] if stored else "M"]
    found = read(context.text, context.today, usual).asked
    return found if found.freq in stored else usual


def _cant(outcome: supposing.Supposed) -> str:
    why = max(outcome.untold, key=lambda each: outcome.untold[each]) if outcome.untold else Told.NOT_MEASURED
    sentences = [texts.CANT[why.value].format(title=outcome.title)]
    if outcome.change.price is not None:
        sentences.append(texts.SAME_VOLUME.format(change=_signed(outcome.change.price - 1)))
    return " ".join([*sentences, texts.NOTHING_DONE])


def _sentences(context: Context, outcome: supposing.Supposed) -> list[str]:
    item = _measure(outcome)
    units, revenue, margin = outcome.units, outcome.revenue, outcome.margin
    first = forecast_answer.period_text(outcome.first, outcome.freq)
    span = words.IN_ONE.format(period=first)
    if outcome.steps > 1:
        span = words.FROM_TO.format(
            first=first,
            last=forecast_answer.period_text(outcome.last, outcome.freq),
            count=counted(outcome.steps, words.PERIODS[outcome.freq]),
        )
    sentences = [
        texts.UNITS.format(
            what=_what(outcome),
            title=outcome.title,
            when=span,
            share=_share(units),
            after=forecast_answer.amount(item, units.after),
            before=forecast_answer.bare(item, units.before),
            low=forecast_answer.bare(item, units.low),
            high=forecast_answer.bare(item, units.high),
        ),
        texts.REVENUE.format(share=_share(revenue), **_money(context, revenue)),
    ]
    if margin is not None:
        sentences.append(texts.MARGIN.format(**_money(context, margin)))
    sentences.append(_evidence(outcome))
    if outcome.untold:
        why = listed(texts.WHY[each.value] for each in outcome.untold)
        sentences.append(texts.UNTOLD.format(count=counted(sum(outcome.untold.values()), "product"), why=why))
    if outcome.beyond and len(outcome.lines) == 1:
        sentences.append(texts.BEYOND)
    if not any(_trust(outcome, one) for one in outcome.lines):
        sentences.append(texts.NOT_USED)
    return [*sentences, texts.NOTHING_DONE]


def _what(outcome: supposing.Supposed) -> str:
    """What is supposed, in words; the depth of a promotion is that of earlier ones where none is said."""
    price = outcome.lines[0].price_factor if len(outcome.lines) == 1 else outcome.change.price
    if outcome.change.promotion:
        return texts.PROMOTED.format(share=_percent(1 - price)) if price is not None else texts.PROMOTED_PLAIN
    change = (price or 1.0) - 1
    return (texts.LOWER if change < 0 else texts.HIGHER).format(share=_percent(abs(change)))


def _evidence(outcome: supposing.Supposed) -> str:
    promoted = outcome.change.promotion
    if len(outcome.lines) > 1:
        many = texts.LEARNT_PROMOTED_MANY if promoted else texts.LEARNT_MANY
        return many.format(count=counted(len(outcome.lines), "product"))
    effect = outcome.lines[0].effect
    assert effect is not None
    if promoted:
        borrowed = texts.BORROWED if effect.promotion_own < LITTLE else ""
        count = counted(effect.promotion_periods, outcome.period)
        return texts.LEARNT_PROMOTED.format(count=count, discount=_percent(1 - effect.discount), borrowed=borrowed)
    return texts.LEARNT.format(
        count=f"{effect.price_periods:,}",
        periods=counted(effect.periods, outcome.period),
        low=_percent(effect.lowest),
        high=_percent(effect.highest),
        borrowed=texts.BORROWED if effect.price_own < LITTLE else "",
    )


def _explained(outcome: supposing.Supposed) -> list[str]:
    effect = outcome.lines[0].effect
    assert effect is not None
    if len(outcome.lines) > 1:
        return [texts.HOW_MANY, texts.PRICES]
    lift = texts.LIFT.format(lift=_signed(math.exp(effect.lift) - 1)) if outcome.change.promotion else ""
    how = texts.HOW.format(elasticity=f"{effect.elasticity:.1f}", deviation=f"{effect.elasticity_sd:.1f}", lift=lift)
    return [how, texts.PRICES]


def _card(context: Context, outcome: supposing.Supposed) -> TableCard:
    item, units = _measure(outcome), outcome.units
    rows = [
        [
            texts.ROW_UNITS,
            forecast_answer.amount(item, units.before),
            forecast_answer.amount(item, units.after),
            f"{forecast_answer.bare(item, units.low)} – {forecast_answer.bare(item, units.high)}",
        ]
    ]
    for label, found in ((texts.ROW_REVENUE, outcome.revenue), (texts.ROW_MARGIN, outcome.margin)):
        if found is not None:
            said = _money(context, found)
            rows.append([label, said["before"], said["after"], f"{said['low']} – {said['high']}"])
    return TableCard(title=texts.TITLE.format(title=outcome.title), columns=texts.COLUMNS, rows=rows)


def _measure(outcome: supposing.Supposed) -> Product | None:
    """A product in whose unit all can be said."""
    units = {(one.product.unit, one.product.units_per) for one in outcome.lines}
    return outcome.lines[0].product if len(units) == 1 and not outcome.untold else None


def _trust(outcome: supposing.Supposed, one: supposing.Line) -> float:
    assert one.effect is not None
    return one.effect.promotion_trust if outcome.change.promotion else one.effect.price_trust


def _money(context: Context, found: Range) -> dict[str, str]:
    return {name: context.money(_pence(getattr(found, name))) for name in ("before", "after", "low", "high")}


def _pence(value: float) -> Decimal:
    return Decimal(str(round(value, 2))).quantize(Decimal("0.01"))


def _share(found: Range) -> str:
    return _signed(found.after / found.before - 1) if found.before > 0 else _signed(0.0)


def _signed(share: float) -> str:
    return f"{'-' if share < -0.0005 else '+'}{_percent(abs(share))}"


def _percent(share: float) -> str:
    """3.5 %, 12 %."""
    return f"{100 * share:.1f}".removesuffix(".0") + " %"
