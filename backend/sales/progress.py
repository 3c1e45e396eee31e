"""The state of an order as a person sees it, derived from its lines and shipments. Pure."""

from __future__ import annotations

from backend.sales.tables import Order


def said_state(order: Order) -> str:
    """One short phrase: "on its way", "part shipped, the rest is on back order", …"""
    if order.state == "cancelled":
        return "cancelled"
    if order.state == "on_hold":
        return "on hold"
    shipped = sum(line.shipped for line in order.lines)
    waiting = sum(line.reserved + line.back_ordered for line in order.lines)
    behind = sum(line.back_ordered for line in order.lines)
    if shipped and waiting:
        return "part shipped, the rest is on back order" if behind == waiting else "part shipped"
    if shipped:
        return _of_shipments(order)
    if behind:
        return "on back order" if behind == waiting else "placed, part of it on back order"
    return "being picked" if order.state == "in_fulfilment" else "placed"


def _of_shipments(order: Order) -> str:
    states = {shipment.state for shipment in order.shipments}
    if "lost" in states:
        return "held up on its way"
    if states & {"planned", "picked"}:
        return "being picked"
    if "shipped" in states:
        return "on its way"
    return "delivered"
