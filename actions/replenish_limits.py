"""What a proposal says of its limits: suppliers' least orders, what is held back for them, and the budget."""

from __future__ import annotations

from collections.abc import Sequence

from actions import texts_replenish as texts
from actions.context import Context
from actions.showing import counted
from backend.purchasing.overview import Overview, SupplierPart


def limits_of(context: Context, whole: Overview, parts: Sequence[SupplierPart]) -> list[str]:
    """What was filled up, is below a least order, is held back, is cut by the budget or goes beyond it."""
    found = []
    for part in parts:
        name, least = part.supplier.name, context.money(part.supplier.minimum_value)
        if part.below_minimum:
            found.append(texts.BELOW_MINIMUM.format(supplier=name, total=context.money(part.total), minimum=least))
        elif any(one.for_minimum > 0 for one in part.lines):
            added = context.money(part.for_minimum)
            found.append(texts.FILLED_UP.format(supplier=name, added=added, minimum=least))
    for held in whole.held_back:
        least = context.money(held.supplier.minimum_value)
        total = context.money(held.total)
        found.append(texts.HELD_BACK.format(supplier=held.supplier.name, total=total, minimum=least))
    return found + _budget(context, whole)


def _budget(context: Context, whole: Overview) -> list[str]:
    if whole.budget is None:
        return []
    left, monthly = context.money(whole.budget.left), context.money(whole.budget.monthly)
    found = []
    if whole.cut:
        count = f"{counted(whole.cut, 'line')} {'is' if whole.cut == 1 else 'are'}"
        needed = context.money(whole.needed)
        found.append(texts.BUDGET_CUT.format(needed=needed, left=left, monthly=monthly, count=count))
    if whole.total > whole.budget.left:
        total = context.money(whole.total)
        found.append(texts.ABOVE_BUDGET.format(total=total, left=left, monthly=monthly))
    return found
