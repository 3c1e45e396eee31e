"""What a buyer says about a proposal in so many words: other quantities, lines left out, approval, and why."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

from actions import replenish_edits, replenish_narrow, supplier_records, waiting_orders, what_if_follow, what_if_words
from actions import texts_replenish as texts
from actions.buying import decide, line_of, product_meant, suppliers_named
from actions.context import Context
from actions.drafts import Draft
from actions.language.people import find_customer
from actions.parties import SURE
from actions.registry import Handler
from actions.replenish import URGENT_ONES, approve, cost_text, reset, show
from actions.replenish_lines import exceptions_of
from actions.replenish_report import asks_for_report, report
from actions.replenish_why import why
from actions.showing import counted, listed
from actions.skills import BUYERS
from actions.what_if import what_if
from backend.catalogue import queries as catalogue
from backend.catalogue.quantities import in_sales_units, said
from backend.catalogue.tables import Product
from backend.customers import queries as customers
from backend.identity.tables import Role
from backend.purchasing import drafting, replenishment
from backend.purchasing.deciding import Decided
from backend.purchasing.overview import overview
from backend.purchasing.replenishment import Proposal

_WHY: Final = re.compile(
    r"\bwhy\b|\bexplain\b|\bhow\s+(?:come|did\s+you|do\s+you)\b|\bwhere\s+does\b|\bwhat'?s\s+behind\b", re.IGNORECASE
)
_NO_QUANTITY: Final = re.compile(r"\bforecast|\bsell|\bsold\b|\bdemand\b|\bprice\b|\breorder\s+point\b", re.IGNORECASE)
_SUPPOSES: Final = re.compile(
    r"\bwhat\s+(?:if|happens|would|changes)\b|\bsuppos|\bassum|\bscenario\b|\bsimulat|\bimagine\b|\bwhat-if\b|^\s*if\b"
    r"|\bplay\s+through\b|\blet\s+us\s+pretend\b|\bhow\s+much\s+(?:would|could|will|do|more|less)\b[^.?!]{0,50}\bif\b"
    r"|^\W*(?:(?:ok|okay|and|so|but|please|right|let['’]?s|we|i|say|want\s+to|should|must)\W+){0,4}"
    r"spend\s+(?:no\s+more\s+than|at\s+most|only|up\s+to|less\s+than)\s+[£$€]?\s?\d",
    re.IGNORECASE,
)
_APPROVE: Final = re.compile(
    r"^\s*(?:(?:ok|okay|yes|please|fine|right|and|now|then|go\s+ahead\s+and)[\s,]+)*"
    r"(?:approve|order|sign\s+off(?:\s+on)?|place|release|confirm|send(?=\s+(?:it|them|those|these|all|everything)(?:\s+all)?\s+(?:off|out))"
    r"|put(?=\s+(?:it|them|those|these|all|everything)(?:\s+all)?\s+through))\b(?P<rest>.*)$",
    re.IGNORECASE | re.DOTALL,
)
_ALL: Final = re.compile(
    r"^[\s,.]*(?:(?:it|them|that|this|these|the|all|everything|whole|lot|list|proposal|of|as|is|proposed|lines|orders?"
    r"|purchase|urgent|ones|only|just|please|now|then|and|those|off|out|through)\b[\s,.]*)*$",
    re.IGNORECASE,
)
_EVERYTHING: Final = re.compile(
    r"\beverything\b|\ball\s+(?:of\s+)?(?:the\s+)?suppliers\b|\b(?:whole|entire|full)\s+(?:list|proposal|thing)\b",
    re.IGNORECASE,
)
_DROP: Final = re.compile(
    r"\b(?:drop|remove|leave\s+out|leave\s+off|take\s+out|take\s+off|strike|skip|without|delete|don'?t\s+(?:order|buy)"
    r"|do\s+not\s+(?:order|buy)|no\s+need\s+for|forget|hold\s+(?:off|back)(?:\s+on)?"
    r"|leave(?=\s+(?:\S+\s+){1,3}(?:for\s+(?:now|next|later|another)|alone|till|until|this\s+time)))\b",
    re.IGNORECASE,
)
_LEAVES_OUT_APART: Final = re.compile(r"\bleave\b.*\bout\b|\btake\b.*\b(?:off|out)\b", re.IGNORECASE)
_SET: Final = re.compile(
    r"\b(?:make|change|set|order|buy|only|just|put|take|increase|reduce|raise|lower|instead|rather|better|bump|cut|knock|trim|drop|bring|up)\b",
    re.IGNORECASE,
)
_ADDS: Final = re.compile(
    r"^\W*(?:(?:and|also|ok|okay|please|pls|can|could|you|i|we|then|now|let['’]?s)\W+){0,5}(?:add|give|have|want|need|get)\b",
    re.IGNORECASE,
)
_TO_A_NUMBER: Final = re.compile(r"\bto\s+\d", re.IGNORECASE)
_RESET: Final = re.compile(
    r"\b(?:start\s+over|back\s+to\s+(?:the|your)\s+proposal|forget\s+my\s+changes|undo\s+my\s+changes|discard\s+my\s+changes"
    r"|as\s+(?:it\s+was\s+)?proposed\s+again)\b",
    re.IGNORECASE,
)
_LOOK: Final = {
    "late_delivery": re.compile(
        r"\b(?:late|overdue)\b.*\b(?:deliver|supplier|purchase)|\bdeliver\w*\b.*\blate\b", re.IGNORECASE
    ),
    "overstock": re.compile(r"\bover-?stock|\btoo\s+much\s+stock\b", re.IGNORECASE),
    "dead_stock": re.compile(r"\bdead\s+stock\b|\bnot\s+selling\s+at\s+all\b|\bobsolete\b", re.IGNORECASE),
    "runs_out": re.compile(r"\b(?:what|which)\b.*\brun(?:s|ning)?\s+out\b", re.IGNORECASE),
    "short_supplier": re.compile(
        r"\b(?:short|slow)\b.*\bsuppliers?\b|\bsuppliers?\b.*\b(?:short|slow|reliable)\b", re.IGNORECASE
    ),
}  # fmt: skip
_NUMBER: Final = re.compile(r"(?<![\w./-])(\d{1,3}(?:,\d{3})+|\d{1,7})(?:\s*([A-Za-z]{1,12}))?(?![\w/-]|\.\d)")
_FOR: Final = re.compile(r"\bfor\s+(?P<name>[^,.;?]+)", re.IGNORECASE)
_NOT_UNITS: Final = frozenset(
    {"of", "instead", "for", "units", "unit", "pieces", "and", "please", "not", "rather", "only"}
)


def supposes(text: str) -> bool:
    """Whether a message supposes something, to see what would come of it."""
    return _SUPPOSES.search(text) is not None


def concerns(context: Context) -> bool:
    """Whether a message is about a proposal, for those who buy."""
    return context.work.principal.role in BUYERS and bool(context.text) and _handler(context) is not None


def handle(context: Context) -> list[Draft]:
    """The answer."""
    found = _handler(context)
    assert found is not None
    context.intent = "what_if" if found is _suppose else "replenish"
    return found(context)


def _handler(context: Context) -> Handler | None:
    text = context.text
    if asks_for_report(context):
        return report
    if supposes(text) or what_if_follow.goes_on(context):
        supposed = what_if_words.read_all(context, what_if_follow.said(context))
        ours = supposed.ours and (supposed.selling is not None or supposed.promotion)
        return _suppose if supposed.words or ours else None
    if waiting_orders.concerns(context):
        return waiting_orders.handle
    if supplier_records.concerns(context):
        return supplier_records.handle
    if _WHY.search(text) and not _NO_QUANTITY.search(text) and product_meant(context) is not None:
        return _explain
    if any(pattern.search(text) for pattern in _LOOK.values()) and not text.lower().startswith("why"):
        return _look
    return _of_the_list(context) if context.memory.buying.offered else None


def _of_the_list(context: Context) -> Handler | None:
    """What answers a message about the list that was shown."""
    text = context.text
    edited = replenish_edits.handler(context) if _may_set(context) else None
    if edited is not None:
        return edited
    if _RESET.search(text):
        return lambda context: reset(context, {}, None)
    approves = _APPROVE.match(text)
    if approves and (_ALL.match(approves["rest"]) or (suppliers_named(context) and not _numbers(text))):
        return _approve
    if replenish_narrow.concerns(context):
        return replenish_narrow.handle
    shares = replenish_edits.SHARES.search(text) is not None
    lowers = shares or _TO_A_NUMBER.search(text) is not None
    if (
        not lowers
        and (_DROP.search(text) or _LEAVES_OUT_APART.search(text))
        and (_line_meant(context) or suppliers_named(context) or replenish_edits.lines_with(context, text))
    ):
        return _drop
    sets = _SET.search(text) or _ADDS.search(text) or _TO_A_NUMBER.search(text)
    if (shares or (sets and _numbers(text))) and _may_set(context) and _line_meant(context) is not None:
        return _set
    return None


def _drops(text: str) -> bool:
    """Whether something is left out of the proposal; "drop the thread to 3000" only lowers it."""
    if _TO_A_NUMBER.search(text):
        return False
    return _DROP.search(text) is not None or _LEAVES_OUT_APART.search(text) is not None


def _may_set(context: Context) -> bool:
    """A manager also orders for customers: there only what follows the list, or changes it by name, is about it."""
    shown = context.memory.shown
    fresh = shown is not None and shown.kind == "replenishment" and context.memory.cart_shown is None
    return context.work.principal.role is Role.BUYER or (fresh and not _for_a_customer(context))


def _for_a_customer(context: Context) -> bool:
    """Whether a message says whom it orders for: then it is no change of a proposal."""
    named = _FOR.search(context.text)
    matches = find_customer(named["name"], customers.names(context.work)) if named else []
    return bool(matches) and matches[0][1] >= SURE


def _suppose(context: Context) -> list[Draft]:
    """A supposition is no plan: what waited for a yes before does not wait on."""
    context.memory.confirmation = None
    return what_if(context)


def _explain(context: Context) -> list[Draft]:
    product = product_meant(context)
    assert product is not None
    return [why(context, decide(context), product)]


def _look(context: Context) -> list[Draft]:
    """One kind of what needs a look."""
    kinds = [kind for kind, pattern in _LOOK.items() if pattern.search(context.text)]
    if "short_supplier" in kinds:
        kinds.append("slow_supplier")
    decided = decide(context)
    whole = overview(context.work, [], decided.found, decided.gathered.set_aside)
    found = [one for one in whole.attention if one.kind in kinds]
    if not found:
        return [Draft(texts.NO_EXCEPTIONS)]
    lines = exceptions_of(found, 12)
    return [Draft("\n".join((texts.EXCEPTIONS.format(count=counted(len(found), "thing")), *lines)))]


def _approve(context: Context) -> list[Draft]:
    """Approve what is on the screen, or what one supplier of it sells. Whatever else is named, and what no longer waits
    for a yes, as after a supposition, is shown first.
    """
    suppliers = [one.code for one in suppliers_named(context)]
    view, waits = context.memory.buying, context.memory.confirmation
    waiting = waits is not None and waits.command == "replenishment.approve"
    urgent = URGENT_ONES.search(context.text) is not None
    if view.narrowed and _EVERYTHING.search(context.text):
        return replenish_narrow.to(context)
    if waiting and len(suppliers) == 1 and not (urgent or view.urgent or view.beside):
        agreed = view.offered.get(suppliers[0])
        if agreed is not None and (not view.suppliers or suppliers[0] in view.suppliers):
            return approve(context, {"agreed": agreed, "suppliers": suppliers}, None)
    if (suppliers and set(suppliers) != set(view.suppliers)) or (urgent and not view.urgent):
        return replenish_narrow.to(context, suppliers or view.suppliers, urgent=urgent or view.urgent)
    if waits is None or not waiting:
        return [replenish_narrow.asked(context, decide(context))]
    return approve(context, waits.arguments, None)


def _drop(context: Context) -> list[Draft]:
    decided = decide(context)
    several = replenish_edits.lines_with(context, _LEAVES_OUT_APART.sub(_bare, _DROP.sub(" ", context.text)))
    if len(several) > 1:
        context.memory.buying.change(dict.fromkeys(several, 0))
        names = listed(one.candidate.product.name for one in decided.found if one.candidate.product.sku in several)
        return [show(context, decided, texts.LINES_OUT.format(lines=names))]
    product = _line_meant(context)
    if product is not None:
        one = line_of(decided, product.sku)
        planned = context.memory.buying.changes.get(product.sku, one.quantity if one else 0)
        if one is None or not planned:
            return [Draft(texts.NOT_IN_PROPOSAL.format(name=product.name))]
        return [_changed(context, decided, one, 0)]
    suppliers = suppliers_named(context)
    codes = {one.code for one in suppliers}
    own = [one for one in decided.found if one.candidate.terms.supplier.code in codes and one.quantity]
    context.memory.buying.change({one.candidate.product.sku: 0 for one in own})
    what = " and ".join(one.name for one in suppliers)
    return [show(context, decided, texts.LINES_DROPPED.format(what=what, count=counted(len(own), "line")))]


def _bare(match: re.Match[str]) -> str:
    """What stands between "leave" and "out"."""
    return re.sub(r"\b(?:leave|take|out|off)\b", " ", match[0], flags=re.IGNORECASE)


def _line_meant(context: Context) -> Product | None:
    """The product that is named, or the one last spoken of where none is: "make it 90"."""
    if replenish_edits.speaks_of_it(context) and context.memory.product is not None:
        return catalogue.by_sku(context.work.session, context.memory.product)
    return product_meant(context)


def _set(context: Context) -> list[Draft]:
    product = _line_meant(context)
    assert product is not None
    decided = decide(context)
    one = line_of(decided, product.sku)
    if one is None:
        return [why(context, decided, product)]
    planned = context.memory.buying.changes.get(product.sku, one.quantity)
    quantity = replenish_edits.share_of(one, planned, context.text)
    if quantity is None:
        quantity = _quantity(product, context.text)
    if quantity is None:
        return [Draft(texts.HOW_MANY.format(name=product.name, sku=product.sku))]
    drafting.check(one, quantity)
    return [_changed(context, decided, one, quantity)]


def _numbers(text: str) -> list[tuple[str, str]]:
    return _NUMBER.findall(text)


def _quantity(product: Product, text: str) -> int | None:
    """The quantity that is said, in sales units: the last one after "to", else the first that is not part of a name."""
    bare = re.sub(re.escape(product.sku), " ", text, flags=re.IGNORECASE)
    after = re.search(r"\b(?:to|at|=|by)\s+(\d.*)$", bare, re.IGNORECASE)
    found = _numbers(after[1] if after else bare)
    names = set(product.name.lower().split())
    found = [pair for pair in found if pair[0].lower() not in names] or found
    if not found:
        return None
    count, unit = int(found[0][0].replace(",", "")), found[0][1].lower()
    if unit and unit not in _NOT_UNITS:
        units = in_sales_units(product, list(product.packs), count, unit)
        if units is not None:
            return units
    return count * product.units_per


def _changed(context: Context, decided: Decided, one: Proposal, quantity: int) -> Draft:
    """Keep the buyer's quantity, and show what it is expected to cost, and the list as it is now."""
    product = one.candidate.product
    before = context.memory.buying.changes.get(product.sku, one.quantity)
    if quantity == before:
        return Draft(texts.LINE_AS_IT_IS.format(name=product.name, quantity=said(product, quantity)))
    context.memory.buying.change({product.sku: None if quantity == one.quantity else quantity})
    view = context.memory.buying
    if not view.shows(product.sku, one.candidate.terms.supplier.code, urgent=one.urgency == "urgent"):
        view.beside.append(product.sku)
    context.memory.product = product.sku
    now = replenishment.with_quantity(one, quantity)
    cost = drafting.expected_difference(now) if now.changed else Decimal(0)
    lead = _lead(one, quantity, before, cost).format(
        name=product.name,
        quantity=said(product, quantity),
        before=said(product, before),
        money=context.money(now.total),
        cost=cost_text(context, cost),
    )
    return show(context, decided, lead)


def _lead(one: Proposal, quantity: int, before: int, cost: Decimal) -> str:
    if not quantity:
        return texts.LINE_DROPPED if cost and one.proposed else texts.LINE_DROPPED_FREE
    if not before:
        return texts.LINE_ADDED
    return texts.LINE_CHANGED if cost else texts.LINE_CHANGED_FREE
