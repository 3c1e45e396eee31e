"""Why a quantity is what it is: a sentence, a waterfall that adds up to it, the service it buys, what EOQ would do."""

from __future__ import annotations

from decimal import Decimal

from actions import texts_replenish as texts
from actions.buying import draft, line_of
from actions.context import Context
from actions.drafts import Draft
from actions.memory import Shown
from actions.replenish_limits import budget_said
from actions.replenish_lines import demand_text, price
from actions.showing import day_text, percent
from backend.catalogue.quantities import said
from backend.catalogue.tables import Product
from backend.chat.cards import Fact, WaterfallCard, WaterfallStep
from backend.purchasing import reckoning
from backend.purchasing.budget import budgets
from backend.purchasing.classes import NOTHING_SOLD, classes, sold
from backend.purchasing.deciding import Decided
from backend.purchasing.replenishment import Proposal
from backend.purchasing.wording import missing


def why(context: Context, decided: Decided, product: Product) -> Draft:
    """The reasons for a product's quantity, with the buyer's own change where there is one."""
    context.memory.product = product.sku
    kept = draft(context, decided)
    one = next((line for line in (*kept.lines, *kept.dropped) if line.candidate.product.sku == product.sku), None)
    one = one or line_of(decided, product.sku)
    if one is None:
        lacking = next((row.missing for row in decided.gathered.set_aside if row.product.sku == product.sku), ())
        why_not = missing(lacking) if lacking else "it is not on sale any more"
        return Draft(texts.WHY_CANT.format(name=product.name, missing=why_not))
    shown = context.memory.shown
    if shown is None or shown.kind != "replenishment":
        context.memory.shown = Shown(kind="products", keys=[product.sku])
    sentence = _sentence(context, one)
    notes = [note for note in (*_service(one), *_eoq(context, one), _lead(one)) if note]
    card = _card(context, one, decided, notes)
    context.memory.explanation = [sentence, *notes]
    return Draft(" ".join((sentence, *notes[:2])), card=card)


def _sentence(context: Context, one: Proposal) -> str:
    product, parts = one.candidate.product, one.parts()
    position = -(parts["on_hand"] + parts["reserved"] + parts["on_order"])
    facts = {
        "name": product.name,
        "days": one.protection_days,
        "demand": said(product, parts["demand"]),
        "safety": said(product, parts["safety_stock"]),
        "position": said(product, position) if position >= 0 else f"-{said(product, -position)}",
    }
    if not one.quantity and not one.changed:
        if one.needed:
            return texts.WHY_HELD.format(**facts, needed=said(product, one.needed - one.for_batch)) + _held_for(
                context, one
            )
        level, surplus = said(product, round(one.order_up_to)), said(product, max(0, round(one.surplus)))
        return texts.WHY_NOTHING.format(**facts, level=level, surplus=surplus)
    rounding = ""
    if parts["rounding"] > 0:
        rounding += texts.WHY_MORE.format(count=said(product, parts["rounding"]))
    elif parts["rounding"] < 0:
        rounding += texts.WHY_FEWER.format(count=said(product, -parts["rounding"]))
    if one.for_batch:
        rounding += texts.WHY_BATCH.format(count=said(product, one.for_batch))
    if one.for_price:
        rounding += texts.WHY_PRICE.format(count=said(product, one.for_price), price=price(context, one))
    if one.for_minimum:
        least = context.money(one.candidate.terms.supplier.minimum_value)
        name, count = one.candidate.terms.supplier.name, said(product, one.for_minimum)
        rounding += texts.WHY_MINIMUM.format(count=count, supplier=name, minimum=least)
    if one.for_budget:
        budget = budget_said(context, budgets(context.work))
        rounding += texts.WHY_BUDGET.format(count=said(product, -one.for_budget), budget=budget)
    changed = texts.WHY_CHANGED.format(before=said(product, one.proposed)) if one.changed else ""
    return texts.WHY.format(quantity=said(product, one.quantity), rounding=rounding, **facts) + changed


def _held_for(context: Context, one: Proposal) -> str:
    """Why nothing is proposed of what is needed."""
    supplier = one.candidate.terms.supplier
    if one.for_budget:
        return texts.WHY_HELD_BUDGET.format(budget=budget_said(context, budgets(context.work)))
    return texts.WHY_HELD_MINIMUM.format(supplier=supplier.name, minimum=context.money(supplier.minimum_value))


def _service(one: Proposal) -> list[str]:
    if not one.quantity:
        return []
    chance = reckoning.service(one.need(), one.quantity)
    asked = percent(Decimal(str(one.candidate.service_level)))
    return [texts.WHY_SERVICE.format(service=_chance(chance), level=f"{asked} %")]


def _chance(value: float) -> str:
    return "over 99.9 %" if value > 0.999 else f"{value * 100:.1f} %".replace(".0 %", " %")


def _eoq(context: Context, one: Proposal) -> list[str]:
    if not one.quantity:
        return []
    terms = one.candidate.reckoned()
    found = reckoning.classical(one.need(), terms, one.quantity, one.beside)
    if found is None:
        return [texts.WHY_NO_EOQ]
    quantity = said(one.candidate.product, found.quantity)
    template = texts.WHY_EOQ_SAME if not found.difference else texts.WHY_EOQ_MORE
    template = texts.WHY_EOQ_LESS if found.difference < 0 else template
    basis = texts.WHY_EOQ_BASIS.format(
        order_cost=context.money(terms.order_cost / one.beside), rate=f"{percent(reckoning.HOLDING_RATE)} %"
    )
    return [template.format(quantity=quantity, amount=context.money(abs(found.difference))), basis]


def _lead(one: Proposal) -> str:
    lead, days = one.candidate.lead, one.candidate.lead_time_days
    if lead.days == lead.stated and lead.measured is None:
        return texts.WHY_LEAD_STATED.format(days=days, supplier=one.candidate.terms.supplier.name)
    deviation = f"{lead.deviation:.1f}"
    return texts.WHY_LEAD.format(days=days, count=lead.deliveries, stated=lead.stated, deviation=deviation)


def _card(context: Context, one: Proposal, decided: Decided, notes: list[str]) -> WaterfallCard:
    product, parts = one.candidate.product, one.parts()
    balanced = dict(parts)
    surplus = 0
    if not one.quantity and not one.changed and not one.needed:  # what is there beyond the level is no part of an order
        surplus, balanced["rounding"] = parts["rounding"], 0
    steps = [
        WaterfallStep(label=_label(one, name), value=value, text=_signed(one, value))
        for name, value in balanced.items()
        if value or name in ("demand", "safety_stock", "on_hand", "on_order")
    ]
    if surplus:
        steps.append(WaterfallStep(label="More than needed", value=surplus, text=_signed(one, surplus)))
    total = WaterfallStep(label=texts.TO_ORDER, value=one.quantity, text=said(product, one.quantity))
    title = texts.WHY_TITLE.format(quantity=said(product, one.quantity), sku=product.sku)
    return WaterfallCard(title=title, steps=steps, total=total, facts=_facts(context, one, decided), notes=notes)


def _label(one: Proposal, part: str) -> str:
    if part == "for_minimum" and one.for_minimum < 0:
        return texts.HELD_PART
    return texts.PARTS[part].format(days=one.protection_days)


def _signed(one: Proposal, value: int) -> str:
    amount = said(one.candidate.product, abs(value))
    return f"-{amount}" if value < 0 else amount


def _facts(context: Context, one: Proposal, decided: Decided) -> list[Fact]:
    product = one.candidate.product
    costs = {line.candidate.product.id: line.candidate.reckoned().cost for line in decided.found}
    grade = classes(sold(context.work), costs).get(product.id, NOTHING_SOLD)
    before = "no demand" if one.days_of_cover is None else f"{one.days_of_cover:.0f}"
    after = "no demand" if one.days_after is None else f"{one.days_after:.0f}"
    pairs = [
        (texts.FACT_INTERVAL, demand_text(one)),
        (texts.FACT_COVER, f"{before} and {after}"),
        (texts.FACT_OUT, day_text(one.out_on) if one.out_on else texts.NO_STOCK_OUT),
        (texts.FACT_PRICE, f"{price(context, one)}, {context.money(one.total)} in all"),
        (texts.FACT_CLASS, grade),
    ]
    if one.network_quantity >= 0:
        pairs.append((texts.FACT_NETWORK, said(product, one.network_quantity)))
    return [Fact(label=label, value=value) for label, value in pairs]
