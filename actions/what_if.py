"""what_if: what a supposition would change in what we order; the plan stays as it is."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from actions import price_what_if, what_if_follow
from actions import texts_replenish as texts
from actions.buying import decide, draft
from actions.context import Context
from actions.drafts import Draft
from actions.registry import skill
from actions.replenish_report import difference_text
from actions.showing import counted, listed, percent
from actions.skills import BUYERS
from actions.what_if_words import Supposed, read_all
from backend.catalogue.quantities import said
from backend.chat.cards import TableCard
from backend.purchasing.replenishment import with_quantity
from backend.purchasing.scenario import AS_IT_IS, Scenario
from backend.purchasing.what_if import Difference, Outcome, outcome

LISTED: Final = 12
NAMED: Final = 3


@skill("what_if")
def what_if(context: Context) -> list[Draft]:
    """The difference that a supposition makes, to those who buy; to others, what can be told them."""
    said = what_if_follow.said(context)
    supposed = read_all(context, said)
    buys = context.work.principal.role in BUYERS
    if supposed.ours:
        return [price_what_if.answer(context, supposed) or _of_our_price(supposed, buys=buys)]
    if not buys:
        return [Draft(texts.WHAT_IF_REP)]
    if supposed.scenario == AS_IT_IS or not supposed.words:
        return [Draft(texts.WHAT_IF_HOW)]
    context.memory.buying.supposed = said
    if supposed.product is not None:
        context.memory.product = supposed.product.sku
    decided = decide(context, supposed.scenario)
    draft(context, decided)  # forgets what no longer fits
    changes = context.memory.buying.changes
    found = outcome(decided, supposed.scenario, changes, _suppliers(context, supposed.scenario))
    return [_answer(context, supposed, found)]


def _suppliers(context: Context, scenario: Scenario) -> list[str] | None:
    """The suppliers that the list is narrowed to, where nothing is supposed beyond them; None for all."""
    view = context.memory.buying
    parts = (scenario, *scenario.beside)
    within = all(one.suppliers is not None and one.suppliers <= set(view.suppliers) for one in parts)
    return view.suppliers if view.suppliers and within and scenario.budget is None and not scenario.without else None


def _of_our_price(supposed: Supposed, *, buys: bool) -> Draft:
    """Where no effect of our price is measured, that is said, and what follows without one."""
    change = Decimal(str(round((supposed.selling or 1.0) - 1, 4)))
    about = f" on {supposed.product.name}" if supposed.product is not None else ""
    sign = "-" if change < 0 else "+"
    text = texts.WHAT_IF_PRICE if buys else texts.WHAT_IF_PRICE_REP
    return Draft(text.format(about=about, change=f"{sign}{percent(abs(change))} %"))


def _answer(context: Context, supposed: Supposed, found: Outcome) -> Draft:
    words = listed(supposed.words)
    if not found.lines and not found.lost:
        same = texts.WHAT_IF_SAME.format(supposed=words, before=context.money(found.before))
        return Draft(f"{same} {texts.WHAT_IF_NOTHING_DONE}")
    both = sum(one.before is not None and one.after is not None for one in found.lines)
    more = sum(one.before is None for one in found.lines)
    sentences = [
        texts.WHAT_IF.format(
            supposed=words,
            after=context.money(found.after),
            before=context.money(found.before),
            difference=difference_text(context, found.after - found.before),
            lines=_lines(both, more, len(found.lines) - both - more),
        )
    ]
    if context.memory.buying.changes:
        sentences.append(texts.WHAT_IF_OWN)
    if found.urgent_after != found.urgent_before:
        urgent = texts.WHAT_IF_URGENT.format(after=counted(found.urgent_after, "product"), before=found.urgent_before)
        sentences.append(urgent)
    if found.lost:
        names = [one.product.name for one in found.lost[:NAMED]]
        left = len(found.lost) - NAMED
        sentences.append(texts.WHAT_IF_LOST.format(lines=listed([*names, *([f"{left} more"] if left > 0 else [])])))
    if found.unpaid:
        value = sum((with_quantity(one, -one.for_budget).total for one in found.unpaid), Decimal(0))
        count = counted(len(found.unpaid), "line")
        sentences.append(texts.WHAT_IF_UNPAID.format(count=count, value=context.money(value)))
    sentences.append(texts.WHAT_IF_NOTHING_DONE)
    context.memory.explanation = [_explained(context, one) for one in found.lines[:NAMED]]
    rows = [_row(context, one) for one in found.lines[:LISTED]]
    return Draft(" ".join(sentences), TableCard(title=texts.WHAT_IF_TITLE, columns=texts.WHAT_IF_COLUMNS, rows=rows))


def _lines(changed: int, more: int, fewer: int) -> str:
    """How many lines would be others: "2 lines change, 1 product comes in, 9 fall out"."""
    found = [f"{counted(changed, 'line')} {'changes' if changed == 1 else 'change'}"] if changed else []
    if more:
        found.append(f"{counted(more, 'product')} {'comes' if more == 1 else 'come'} in")
    if fewer:
        count = f"{fewer:,}" if more else counted(fewer, "product")
        found.append(f"{count} {'falls' if fewer == 1 else 'fall'} out")
    return ", ".join(found)


def _row(context: Context, one: Difference) -> list[str]:
    product = one.product
    before, after = (said(product, side.quantity) if side else "–" for side in (one.before, one.after))
    sign = "+" if one.money > 0 else ""
    return [product.sku, product.name, before, after, f"{sign}{context.money(one.money)}"]


def _explained(context: Context, one: Difference) -> str:
    """The parts of the line, as it would be."""
    side = one.after or one.before
    assert side is not None
    parts = side.parts()
    named = [
        f"{texts.PARTS[name].format(days=side.protection_days).lower()} {said(one.product, abs(value))}"
        for name, value in parts.items()
        if value and name in ("demand", "safety_stock")
    ]
    return f"{one.product.name}: {listed(named)}; {difference_text(context, one.money)}."
