"""The skills that a message can be labelled with: the assistant's own (``actions/skills.py``; a test compares them)."""

from __future__ import annotations

from typing import Final, Literal, get_args

SkillName = Literal[
    "place_order", "add_item", "remove_item", "change_quantity", "show_cart", "confirm", "discard_cart",
    "repeat_last_order", "order_status", "order_history", "delivery_eta", "cancel_order", "change_order",
    "return_items", "exchange_items", "refund_status", "quote_request", "invoice_request", "price_check",
    "stock_check", "product_search", "reorder_customer", "replenish", "forecast_product",
    "forecast_category_or_total", "forecast_customer", "top_movers", "slow_movers", "what_if", "explain",
    "customer_lookup", "order_for_customer", "change_address", "document_request", "subscribe_alerts",
    "unsubscribe_alerts", "promotions", "complaint", "talk_to_human", "greet", "thanks", "goodbye", "help",
    "bot_challenge", "affirm", "deny", "out_of_scope",
]  # fmt: skip
SKILLS: Final[tuple[str, ...]] = get_args(SkillName)
