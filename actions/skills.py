"""The vocabulary: every skill, its readable name, and who may use it. Intents, actions, tests and reports share it."""

from __future__ import annotations

from dataclasses import dataclass

from backend.identity.tables import Role

EVERYONE = frozenset(Role)
CUSTOMERS = frozenset({Role.CUSTOMER})
SELLERS = frozenset({Role.REP, Role.DESK, Role.MANAGER})
ORDERING = CUSTOMERS | SELLERS
PLANNERS = frozenset({Role.REP, Role.BUYER, Role.MANAGER})
BUYERS = frozenset({Role.BUYER, Role.MANAGER})


@dataclass(frozen=True)
class Skill:
    """A thing a person can ask for."""

    name: str
    title: str
    roles: frozenset[Role]

    @property
    def action(self) -> str:
        """The name of its action in Rasa's domain."""
        return f"action_{self.name}"


_ALL = (
    Skill("place_order", "place an order", ORDERING),
    Skill("add_item", "add to the cart", ORDERING),
    Skill("remove_item", "take something out of the cart", ORDERING),
    Skill("change_quantity", "change a quantity in the cart", ORDERING),
    Skill("show_cart", "show the cart", ORDERING),
    Skill("confirm", "place what is in the cart", ORDERING),
    Skill("discard_cart", "empty the cart", ORDERING),
    Skill("repeat_last_order", "repeat the last order", ORDERING),
    Skill("order_status", "see where an order is", ORDERING),
    Skill("order_history", "see earlier orders", ORDERING),
    Skill("delivery_eta", "see when an order arrives", ORDERING),
    Skill("cancel_order", "cancel an order", ORDERING),
    Skill("change_order", "change an order that is placed", ORDERING),
    Skill("return_items", "return goods", ORDERING),
    Skill("exchange_items", "exchange goods", ORDERING),
    Skill("refund_status", "see a refund", ORDERING),
    Skill("quote_request", "get a quote", ORDERING),
    Skill("invoice_request", "get an invoice", ORDERING),
    Skill("price_check", "check a price", EVERYONE),
    Skill("stock_check", "check stock", EVERYONE),
    Skill("product_search", "look for products", EVERYONE),
    Skill("reorder_customer", "see what a customer should reorder", ORDERING),
    Skill("replenish", "see what we should buy in", BUYERS),
    Skill("forecast_product", "forecast a product", PLANNERS),
    Skill("forecast_category_or_total", "forecast a category or everything", PLANNERS),
    Skill("forecast_customer", "forecast a customer", PLANNERS),
    Skill("top_movers", "see what sells best", PLANNERS),
    Skill("slow_movers", "see what hardly sells", PLANNERS),
    Skill("what_if", "play what-if", PLANNERS),
    Skill("explain", "explain the last answer", EVERYONE),
    Skill("customer_lookup", "look up a customer", ORDERING),
    Skill("order_for_customer", "order for a customer", ORDERING),
    Skill("change_address", "change an address", ORDERING),
    Skill("document_request", "get a document", EVERYONE),
    Skill("subscribe_alerts", "get alerts", EVERYONE),
    Skill("unsubscribe_alerts", "stop alerts", EVERYONE),
    Skill("promotions", "see offers", EVERYONE),
    Skill("complaint", "make a complaint", EVERYONE),
    Skill("talk_to_human", "talk to a person", EVERYONE),
    Skill("greet", "say hello", EVERYONE),
    Skill("thanks", "say thank you", EVERYONE),
    Skill("goodbye", "say goodbye", EVERYONE),
    Skill("help", "see what I can do", EVERYONE),
    Skill("bot_challenge", "ask who I am", EVERYONE),
    Skill("affirm", "say yes", EVERYONE),
    Skill("deny", "say no", EVERYONE),
    Skill("out_of_scope", "ask something else", EVERYONE),
)
SKILLS: dict[str, Skill] = {skill.name: skill for skill in _ALL}
NOT_UNDERSTOOD = "not_understood"
TAP = "tap"
