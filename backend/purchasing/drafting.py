"""A proposal as a person changes it: other quantities, lines left out or added; what that is expected to cost."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from backend.catalogue.quantities import LARGEST, said
from backend.errors import Invalid, NotFound
from backend.money import rounded
from backend.purchasing import reckoning
from backend.purchasing.replenishment import Proposal, in_order, with_quantity


@dataclass(frozen=True)
class Drafted:
    """The lines to order, the most urgent first, and those that were proposed and are left out."""

    lines: list[Proposal]
    dropped: list[Proposal]


def drafted(
    found: Sequence[Proposal],
    changes: Mapping[str, int],
    skus: Collection[str] | None = None,
    suppliers: Collection[str] | None = None,
) -> Drafted:
    """What was decided on all products (``found``), with a person's quantities by SKU; 0 leaves a line out.

    ``skus`` and ``suppliers`` (codes) narrow to some of it; what they leave out counts as not decided on yet. A
    quantity names a line of the proposal or any other product that could be bought: NotFound for others, Invalid for a
    quantity that its supplier does not sell.
    """
    known = {one.candidate.product.sku: one for one in found}
    for sku in changes:
        if sku not in known:
            raise NotFound(f"{sku} can't be bought: it is not among what I can propose.", code="not_proposable")
    lines: list[Proposal] = []
    dropped: list[Proposal] = []
    for sku, one in known.items():
        wanted = changes.get(sku, one.quantity)
        if (skus is not None and sku not in skus) or not _of(one, suppliers):
            continue
        if wanted == one.quantity:
            lines += [one] if one.quantity else []
        elif wanted == 0:
            dropped.append(with_quantity(one, 0))
        else:
            check(one, wanted)
            lines.append(with_quantity(one, wanted))
    return Drafted(in_order(lines), in_order(dropped))


def check(one: Proposal, quantity: int) -> None:
    """Invalid unless the supplier sells this quantity; the sentence names those nearest to it."""
    product, terms = one.candidate.product, one.candidate.terms
    if not 0 <= quantity <= LARGEST:
        raise Invalid(f"A line has between 0 and {LARGEST:,} units.", code="quantity_out_of_range", sku=product.sku)
    rules = one.candidate.reckoned().rules
    if rules.allows(quantity):
        return
    above = max(rules.smallest, rules.round_up(quantity))
    below = quantity // rules.step * rules.step
    nearest = [said(product, near) for near in (below, above) if near >= rules.smallest]
    sentence = (
        f"{terms.supplier.name} sells {product.name} from {said(product, rules.smallest)} in steps of "
        f"{said(product, rules.step)}: {' or '.join(dict.fromkeys(nearest))} would do."
    )
    raise Invalid(sentence, code="not_a_lot", sku=product.sku)


def expected_difference(one: Proposal) -> Decimal:
    """What the person's quantity is expected to cost more than the proposed one, beyond the goods; negative: less."""
    need, terms = one.need(), one.candidate.reckoned()
    batch = one.batch()
    wanted = reckoning.expected_cost(need, terms, one.quantity, batch)
    return rounded(wanted - reckoning.expected_cost(need, terms, one.proposed, batch))


def _of(one: Proposal, suppliers: Collection[str] | None) -> bool:
    return suppliers is None or one.candidate.terms.supplier.code in suppliers
