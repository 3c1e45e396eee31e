"""What a proposal says of its limits: suppliers' least orders, what is held back for them, and the budget."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from actions import texts_replenish as texts
from actions.context import Context
from actions.showing import counted, listed
from backend.catalogue.quantities import said
from backend.purchasing.budget import Budgets
from backend.purchasing.overview import HeldBack, Overview, SupplierPart
from backend.purchasing.replenishment import with_quantity


def limits_of(context: Context, whole: Overview, parts: Sequence[SupplierPart]) -> list[str]:
    """What was filled up, is below a least order, is held back, is cut by the budget or goes beyond it."""
    found = []
    for part in parts:
        name, least = part.supplier.name, context.money(part.supplier.minimum_value)
        if part.below_minimum:
            found.append(texts.BELOW_MINIMUM.format(supplier=name, total=context.money(part.total), minimum=least))
            found += _filler(context, part)
        elif any(one.for_minimum > 0 for one in part.lines):
            added = context.money(part.for_minimum)
            found.append(texts.FILLED_UP.format(supplier=name, added=added, minimum=least))
    if whole.held_back:
        found.append(texts.HELD_BACK.format(orders=listed(_held_order(context, one) for one in whole.held_back)))
    return found + _budget(context, whole)


def _filler(context: Context, part: SupplierPart) -> list[str]:
    """What was added only to reach a least order that what is left does not come to."""
    added = [one for one in part.lines if one.for_minimum > 0 and not one.changed]
    if not added:
        return []
    value = sum((one.total - with_quantity(one, one.quantity - one.for_minimum).total for one in added), Decimal(0))
    lines = listed(f"{said(one.candidate.product, one.for_minimum)} {one.candidate.product.name}" for one in added)
    return [texts.FILLER_LEFT.format(added=context.money(value), supplier=part.supplier.name, lines=lines)]


def budget_said(context: Context, found: Budgets) -> str:
    """The budget that bounds who asks, by name, with its monthly amount."""
    return found.said(context.money(found.tighter.monthly)) if found.tighter is not None else texts.THE_BUDGET


def _held_order(context: Context, held: HeldBack) -> str:
    least, total = context.money(held.supplier.minimum_value), context.money(held.total)
    return texts.HELD_ORDER.format(supplier=held.supplier.name, total=total, minimum=least)


def _budget(context: Context, whole: Overview) -> list[str]:
    tighter = whole.budgets.tighter
    if tighter is None:
        return []
    left, budget = context.money(tighter.left), budget_said(context, whole.budgets)
    found = []
    if whole.cut:
        count = f"{counted(whole.cut, 'line')} {'is' if whole.cut == 1 else 'are'}"
        needed = context.money(whole.needed)
        found.append(texts.BUDGET_CUT.format(needed=needed, left=left, budget=budget, count=count))
    if whole.total > tighter.left:
        total = context.money(whole.total)
        found.append(texts.ABOVE_BUDGET.format(total=total, left=left, budget=budget))
    return found
