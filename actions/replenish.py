"""replenish: what the buyer should order, what to look at first, and approving it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from actions import texts_replenish as texts
from actions.buying import decide, draft, on_screen, product_meant, suppliers_named
from actions.context import Context
from actions.drafts import Draft, Tap
from actions.memory import Confirmation, Shown
from actions.registry import command, skill
from actions.replenish_limits import limits_of
from actions.replenish_lines import exceptions_of, row_of, set_aside_of
from actions.replenish_why import why
from actions.showing import counted, listed
from backend.catalogue.quantities import said
from backend.chat.cards import PurchaseOrderRow, PurchaseOrdersCard, ReplenishmentCard
from backend.purchasing import replenishment, service
from backend.purchasing.deciding import Decided
from backend.purchasing.drafting import Drafted, expected_difference
from backend.purchasing.overview import Overview, SupplierPart, by_supplier, overview
from backend.purchasing.replenishment import Proposal
from backend.purchasing.tables import PurchaseOrder
from backend.purchasing.wording import MISSING

LISTED: Final = 40
EXPLAINED: Final = 5
FIRST: Final = 3
MOST_SUPPLIER_TAPS: Final = 6
URGENT_ONES: Final = re.compile(
    r"\b(?:only|just)\b[^.?!]{0,40}\burgent\b|\burgent\s+(?:ones?|lines?|stuff|bits|things?|items?|products?|only)\b",
    re.IGNORECASE,
)


@skill("replenish")
def replenish(context: Context) -> list[Draft]:
    """What should be ordered now, with supplier, quantity and reason; of one product or supplier where it is named."""
    decided = decide(context)
    product = product_meant(context)
    if product is not None:
        return [why(context, decided, product)]
    suppliers = [one.code for one in suppliers_named(context)]
    context.memory.product = None  # "it" is no line of an earlier list
    context.memory.buying.narrow(suppliers, urgent=URGENT_ONES.search(context.text) is not None)
    return [show(context, decided)]


def show(context: Context, decided: Decided, lead: str = "") -> Draft:
    """The proposal, to be approved: all of it, or what the list is narrowed to."""
    all_of_it = draft(context, decided)
    whole = overview(context.work, all_of_it.lines, decided.found, decided.gathered.set_aside)
    kept = on_screen(context, all_of_it)
    parts, lines = by_supplier(context.work, kept.lines), kept.lines
    context.memory.buying.offered = {part.supplier.code: part.fingerprint for part in whole.suppliers}
    context.memory.buying.offered[""] = replenishment.fingerprint(all_of_it.lines)
    card = _card(context, whole, parts, lines)
    context.memory.explanation = card.exceptions + [f"{row.name}: {row.reason}" for row in card.rows[:EXPLAINED]]
    context.memory.shown = Shown(kind="replenishment", keys=[row.sku for row in card.rows])
    if not lines:
        context.memory.confirmation = None
        nothing = _nothing(context, whole)
        text = " ".join(part for part in (lead, nothing, *_remarks(context, whole, kept, parts)) if part)
        return Draft(text, card=card if card.exceptions or card.set_aside else None, taps=_reset_tap(context))
    return Draft(_text(context, whole, kept, parts, lead), card=card, taps=_taps(context, kept, parts))


def _nothing(context: Context, whole: Overview) -> str:
    """That there is nothing to order: what is needed and cut by the budget is not said to be covered."""
    view = context.memory.buying
    if view.narrowed:
        template = texts.NONE_OF_WITHIN if whole.cut else texts.NONE_OF
        return template.format(what=_narrowed_to(context, texts.URGENT_LINES if view.urgent else ""))
    return texts.NONE_WITHIN if whole.cut else texts.NONE


def _narrowed_to(context: Context, lines: str) -> str:
    """What the list is narrowed to, in words: "Porto Linhas", "the urgent lines of Porto Linhas"."""
    codes = context.memory.buying.suppliers
    names = listed(one.name for one in suppliers_named(context, " ".join(codes))) if codes else ""
    return f"{lines}{texts.OF.format(what=names)}" if lines and names else lines or names


def _part_only(context: Context, whole: Overview, kept: Drafted) -> list[str]:
    """That the list on the screen is a part, and that a yes is to this part."""
    left = len(whole.lines) - len(kept.lines)
    if not context.memory.buying.narrowed or left <= 0 or not kept.lines:
        return []
    lines = texts.URGENT_LINES if context.memory.buying.urgent else texts.LINES
    count = f"{counted(left, 'line')} {'is' if left == 1 else 'are'}"
    return [texts.PART_ONLY.format(what=_narrowed_to(context, lines), left=count)]


def _text(context: Context, whole: Overview, kept: Drafted, parts: Sequence[SupplierPart], lead: str) -> str:
    lines = [one for part in parts for one in part.lines]
    lines = replenishment.in_order(lines)
    urgent = sum(one.urgency == "urgent" for one in lines)
    first = listed(f"{said(one.candidate.product, one.quantity)} {one.candidate.product.name}" for one in lines[:FIRST])
    sentences = (
        lead,
        texts.PROPOSAL.format(
            count=counted(len(lines), "product"),
            value=context.money(replenishment.total_of(lines)),
            suppliers=counted(len(parts), "supplier"),
        ),
        texts.URGENT.format(count=f"{urgent:,}") if urgent else "",
        texts.FIRST.format(lines=first),
        *_remarks(context, whole, kept, parts),
    )
    return " ".join(sentence for sentence in sentences if sentence)


def _remarks(context: Context, whole: Overview, kept: Drafted, parts: Sequence[SupplierPart]) -> list[str]:
    """What one has to know before approving."""
    found = _part_only(context, whole, kept)
    own = len(kept.dropped) + sum(one.changed for one in kept.lines)
    if own:
        found.append((texts.CHANGED if own == 1 else texts.CHANGED_MANY).format(count=counted(own, "line")))
    above = [part.supplier.name for part in parts if not part.within_limit]
    if above and context.work.principal.purchase_limit is not None:
        limit = context.money(context.work.principal.purchase_limit)
        found.append(texts.ABOVE_LIMIT.format(suppliers=listed(above), limit=limit))
    found += limits_of(context, whole, parts)
    if whole.set_aside:
        count = counted(len(whole.set_aside), "product")
        found.append(texts.NOT_PROPOSABLE.format(count=count, what=_what_is_missing(whole)))
    return found


def _what_is_missing(whole: Overview) -> str:
    counts: dict[str, int] = {}
    for one in whole.set_aside:
        for name in one.missing:
            counts[name] = counts.get(name, 0) + 1
    return ", ".join(f"{count} with {MISSING[name]}" for name, count in counts.items())


def _card(
    context: Context, whole: Overview, parts: Sequence[SupplierPart], lines: Sequence[Proposal]
) -> ReplenishmentCard:
    return ReplenishmentCard(
        title=texts.TITLE,
        rows=[row_of(context, one, whole.grade(one)) for one in lines[:LISTED]],
        totals=[
            f"{part.supplier.name}: {context.money(part.total)} ({counted(len(part.lines), 'line')})" for part in parts
        ],
        more=max(0, len(lines) - LISTED),
        exceptions=exceptions_of(whole.attention),
        set_aside=set_aside_of(whole.set_aside),
    )


def _taps(context: Context, kept: Drafted, parts: Sequence[SupplierPart]) -> tuple[Tap, ...]:
    """Approve what is shown, or one supplier's part of it; never more than that."""
    view = context.memory.buying
    some: dict[str, Any] = {"suppliers": [] if view.beside else list(view.suppliers)}
    if view.urgent or view.beside:
        some["skus"] = sorted(one.candidate.product.sku for one in (*kept.lines, *kept.dropped))
    agreed = replenishment.fingerprint(kept.lines)
    arguments = {**some, "agreed": agreed}
    context.memory.confirmation = Confirmation(command="replenishment.approve", arguments=arguments)
    taps = [Tap(texts.APPROVE, "replenishment.approve", arguments, agreed)]
    if len(parts) > 1:
        for part in parts[:MOST_SUPPLIER_TAPS]:
            own = {**some, "agreed": part.fingerprint, "suppliers": [part.supplier.code]}
            title = texts.APPROVE_ONE.format(supplier=part.supplier.name)
            taps.append(Tap(title, "replenishment.approve", own, part.fingerprint))
    return (*taps, Tap(texts.NOT_NOW, "confirmation.no"), *_reset_tap(context))


def _reset_tap(context: Context) -> tuple[Tap, ...]:
    return (Tap(texts.RESET, "replenishment.reset"),) if context.memory.buying.changes else ()


@command("replenishment.reset")
def reset(context: Context, _arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Forget the buyer's own quantities."""
    context.memory.buying.change(dict.fromkeys(context.memory.buying.changes))
    context.memory.buying.beside = []
    return [show(context, decide(context), texts.RESET_DONE)]


@command("replenishment.approve")
def approve(context: Context, arguments: Mapping[str, Any], _shown_hash: str | None) -> list[Draft]:
    """Create the purchase orders, if nothing they rest on has changed since they were shown."""
    context.memory.confirmation = None
    replenishment.lock_suppliers(context.work)
    decided = decide(context)
    suppliers, skus = (frozenset(arguments.get(name) or ()) for name in ("suppliers", "skus"))
    kept = draft(context, decided, suppliers or None, skus or None)
    whole = draft(context, decided) if suppliers or skus else kept
    if not kept.lines:
        return [show(context, decided, texts.STALE)] if whole.lines else [Draft(texts.NONE)]
    if arguments["agreed"] != replenishment.fingerprint(kept.lines):
        return [show(context, decided, texts.STALE)]
    orders = service.approve(context.work, kept.lines, kept.dropped)
    for one in (*kept.lines, *kept.dropped):
        context.memory.buying.changes.pop(one.candidate.product.sku, None)
    context.memory.buying.narrow()
    context.memory.buying.before = []
    return [_created(context, orders, kept)]


def _created(context: Context, orders: Sequence[PurchaseOrder], kept: Drafted) -> Draft:
    ready = [order for order in orders if order.state == "approved"]
    waiting = [order.number for order in orders if order.state != "approved"]
    sentences = []
    if ready:
        numbers = listed(order.number for order in ready)
        sentences.append(texts.APPROVED.format(count=counted(len(ready), "purchase order"), numbers=numbers))
    if waiting:
        limit = context.money(context.work.principal.purchase_limit or Decimal(0))
        template = texts.WAITS if len(waiting) == 1 else texts.WAIT_MANY
        sentences.append(template.format(numbers=listed(waiting), limit=limit))
    own = [one for one in (*kept.lines, *kept.dropped) if one.changed]
    if own:
        cost = sum((expected_difference(one) for one in own), Decimal(0))
        sentences.append(texts.OVERRIDES.format(cost=cost_text(context, cost)) if cost else texts.OVERRIDES_FREE)
    if ready:
        sentences.append(texts.PAPER.format(number=ready[0].number))
    rows = [
        PurchaseOrderRow(
            number=order.number,
            supplier=order.supplier.name,
            lines=len(order.lines),
            total=context.money(order.total),
            expected_date=order.expected_date,
        )
        for order in orders
    ]
    return Draft(" ".join(sentences), card=PurchaseOrdersCard(title=texts.PURCHASE_ORDERS, orders=rows))


def cost_text(context: Context, cost: Decimal) -> str:
    """An expected difference in words: "cost £3.20 more", "save £1.10"."""
    template = texts.COST_MORE if cost >= 0 else texts.COST_LESS
    return template.format(amount=context.money(abs(cost)))
