"""A plain model of stock: shelves in two warehouses, orders whose lines hold some of what lies there, and who waits.

It knows nothing of tables, locks or ledgers. Where it refuses something it returns False and is as it was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

WAREHOUSES = ("MAIN", "SHOP")  # in the order they were opened
SERVED = ("placed", "in_fulfilment")
OPEN = (*SERVED, "on_hold")
Place = tuple[str, str]  # SKU and warehouse


@dataclass
class Held:
    """So many in a warehouse that are a line's; ``born`` counts up."""

    warehouse: str
    quantity: int
    born: int


@dataclass
class Line:
    """A line of an order, with what is its own and what it waits for."""

    sku: str
    waiting: int
    held: list[Held] = field(default_factory=list)
    shipped: int = 0
    cancelled: int = 0

    def reserved(self, warehouse: str | None = None) -> int:
        return sum(one.quantity for one in self.held if warehouse in (None, one.warehouse))

    def give_up(self, quantity: int, warehouse: str | None = None, *, newest: bool) -> None:
        """Part with so much of what is held, the newest or the oldest of it first."""
        for one in sorted(self.held, key=lambda one: one.born, reverse=newest):
            if warehouse in (None, one.warehouse):
                taken = min(quantity, one.quantity)
                one.quantity, quantity = one.quantity - taken, quantity - taken
        assert quantity == 0
        self.held = [one for one in self.held if one.quantity]

    def parts(self) -> tuple[int, int, int, int]:
        return self.reserved(), self.waiting, self.shipped, self.cancelled


@dataclass
class Shipment:
    """What goes from a warehouse: quantities by SKU."""

    order: str
    warehouse: str
    parts: dict[str, int]
    state: str = "planned"


@dataclass
class Order:
    """An order; one that is placed later is served later."""

    lines: dict[str, Line]
    state: str = "placed"


@dataclass
class Purchase:
    """A purchase order of one product."""

    sku: str
    ordered: int
    received: int = 0
    state: str = "sent"


@dataclass
class PlainStock:
    """The whole company, as far as it is about stock."""

    on_hand: dict[Place, int]
    orders: dict[str, Order] = field(default_factory=dict)
    shipments: dict[str, Shipment] = field(default_factory=dict)
    purchases: dict[str, Purchase] = field(default_factory=dict)
    moved: dict[str, int] = field(default_factory=dict)  # what the ledger adds up to, by kind
    clock: int = 0

    # ---- what there is ---------------------------------------------------------------------------------------------

    def lines(self, sku: str) -> Iterator[tuple[Order, Line]]:
        for order in self.orders.values():
            if sku in order.lines:
                yield order, order.lines[sku]

    def reserved(self, sku: str, warehouse: str) -> int:
        return sum(line.reserved(warehouse) for _, line in self.lines(sku))

    def free(self, sku: str, warehouse: str | None = None) -> int:
        places = [warehouse] if warehouse else WAREHOUSES
        return sum(self.on_hand[sku, place] - self.reserved(sku, place) for place in places)

    def packed(self, number: str, sku: str, warehouse: str) -> int:
        """How much of a line is in shipments from a warehouse that have not left."""
        waiting = [one for one in self.shipments.values() if one.state == "planned"]
        return sum(one.parts.get(sku, 0) for one in waiting if (one.order, one.warehouse) == (number, warehouse))

    # ---- what is done with it --------------------------------------------------------------------------------------

    def take(self, line: Line, wanted: int) -> None:
        """Reserve what there is of a wish: from one warehouse where one has all of it, else from the first on."""
        for place in sorted(WAREHOUSES, key=lambda place: self.free(line.sku, place) < wanted):
            taken = min(wanted, self.free(line.sku, place))
            if taken > 0:
                self.clock += 1
                line.held.append(Held(place, taken, self.clock))
                line.waiting, wanted = line.waiting - taken, wanted - taken

    def fill(self, sku: str) -> None:
        for order, line in self.lines(sku):
            if order.state in SERVED:
                self.take(line, line.waiting)

    def move(self, sku: str, warehouse: str, change: int, kind: str) -> None:
        self.on_hand[sku, warehouse] += change
        self.moved[kind] = self.moved.get(kind, 0) + change

    def place(self, number: str, wishes: dict[str, int]) -> None:
        self.orders[number] = Order({sku: Line(sku, quantity) for sku, quantity in wishes.items()})
        for line in self.orders[number].lines.values():
            self.take(line, line.waiting)

    def cancel(self, number: str) -> bool:
        order = self.orders[number]
        if order.state not in ("placed", "on_hold"):
            return False
        order.state = "cancelled"
        freed = [line.sku for line in order.lines.values() if line.held]
        for line in order.lines.values():
            line.cancelled, line.waiting, line.held = line.reserved() + line.waiting, 0, []
        for sku in freed:
            self.fill(sku)
        return True

    def hold(self, number: str) -> bool:
        return self._step(number, "placed", "on_hold")

    def release(self, number: str) -> bool:
        if not self._step(number, "on_hold", "placed"):
            return False
        for line in self.orders[number].lines.values():
            self.take(line, line.waiting)
        return True

    def expire(self, number: str) -> None:
        """A held order loses all that is reserved for it, to whoever waits."""
        lost = [line for line in self.orders[number].lines.values() if line.held]
        for line in lost:
            line.waiting, line.held = line.waiting + line.reserved(), []
        for line in lost:
            self.fill(line.sku)

    def _step(self, number: str, current: str, wanted: str) -> bool:
        if self.orders[number].state != current:
            return False
        self.orders[number].state = wanted
        return True

    def plan(self, number: str) -> Shipment | None:
        """A shipment of all that is held in the warehouse that has most of it."""
        order = self.orders[number]
        parts = {
            place: {
                sku: line.reserved(place) - self.packed(number, sku, place)
                for sku, line in order.lines.items()
                if line.reserved(place) > self.packed(number, sku, place)
            }
            for place in WAREHOUSES
        }
        best = max(WAREHOUSES, key=lambda place: sum(parts[place].values()))
        if order.state not in SERVED or not parts[best]:
            return None
        order.state = "in_fulfilment"
        return Shipment(number, best, parts[best])

    def send(self, shipment: Shipment) -> bool:
        """Picked, shipped and delivered."""
        if shipment.state != "planned":
            return False
        shipment.state, order = "delivered", self.orders[shipment.order]
        for sku, quantity in shipment.parts.items():
            line = order.lines[sku]
            line.give_up(quantity, shipment.warehouse, newest=False)
            line.shipped += quantity
            self.move(sku, shipment.warehouse, -quantity, "issue")
        self._follow(shipment.order)
        return True

    def unpack(self, shipment: Shipment) -> bool:
        if shipment.state != "planned":
            return False
        shipment.state = "cancelled"
        self._follow(shipment.order)
        return True

    def _follow(self, number: str) -> None:
        order = self.orders[number]
        packing = any(one.order == number and one.state == "planned" for one in self.shipments.values())
        gone = any(line.shipped for line in order.lines.values())
        if gone and not packing and not any(line.held or line.waiting for line in order.lines.values()):
            order.state = "completed"
        elif not gone and not packing:
            order.state = "placed"

    def receive(self, number: str, quantity: int, warehouse: str, *, over: bool) -> bool:
        order = self.purchases[number]
        if order.state not in ("sent", "part_received") or (quantity > order.ordered - order.received and not over):
            return False
        order.received += quantity
        order.state = "received" if order.received >= order.ordered else "part_received"
        self.move(order.sku, warehouse, quantity, "receipt")
        self.fill(order.sku)
        return True

    def set_to(self, sku: str, warehouse: str, on_hand: int, kind: str) -> bool:
        """Change what is on hand. Where too little is left, the newest that is held goes back, but nothing packed."""
        if on_hand < 0:
            return False
        short = self.reserved(sku, warehouse) - on_hand
        spare = [(number, self._spare(number, sku, warehouse)) for number in self.orders]
        if short > sum(quantity for _, quantity in spare):
            return False
        while short > 0:
            number, quantity = max(
                ((number, quantity) for number, quantity in spare if quantity),
                key=lambda one: max(held.born for held in self._own(one[0], sku, warehouse)),
            )
            line = self.orders[number].lines[sku]
            newest = max(self._own(number, sku, warehouse), key=lambda held: held.born)
            back = min(short, quantity, newest.quantity)
            line.give_up(back, warehouse, newest=True)
            line.waiting, short = line.waiting + back, short - back
            spare = [(one, left - back if one == number else left) for one, left in spare]
        self.move(sku, warehouse, on_hand - self.on_hand[sku, warehouse], kind)
        self.fill(sku)
        return True

    def _own(self, number: str, sku: str, warehouse: str) -> list[Held]:
        return [held for held in self.orders[number].lines[sku].held if held.warehouse == warehouse]

    def _spare(self, number: str, sku: str, warehouse: str) -> int:
        line = self.orders[number].lines.get(sku)
        return line.reserved(warehouse) - self.packed(number, sku, warehouse) if line else 0

    def transfer(self, sku: str, out: str, into: str, quantity: int) -> bool:
        if quantity > self.free(sku, out):
            return False
        self.move(sku, out, -quantity, "transfer")
        self.move(sku, into, quantity, "transfer")
        return True
