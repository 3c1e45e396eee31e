"""The main job on the demo company, through the gateway, with the real processes."""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.system import Person, System, lines, processes_of

pytestmark = [pytest.mark.e2e, pytest.mark.rasa, pytest.mark.timeout(1200)]
ORDER = "60 M8x40 hex bolts, two boxes of M8 washers and 25 metres of the blue linen please"


def order_by_chat(person: Person) -> str:
    """The customer's conversation; the order's number."""
    reply = person.say(ORDER)
    assert lines(reply) == [("10-109", 60), ("45-103", 500), ("70-103", 250)]
    assert reply["card"]["total"].startswith("£")
    assert all(line["stock"] and line["price"] for line in reply["card"]["lines"])
    assert lines(person.say("make the bolts 100"))[0] == ("10-109", 100)
    assert lines(person.say("drop the washers")) == [("10-109", 100), ("70-103", 250)]
    reply = person.tap("Place this order")
    number = str(reply["card"]["number"])
    assert number in reply["text"]
    assert "placed" in person.say(f"where is my order {number}?")["text"]
    return number


def test_a_customer_orders_corrects_confirms_and_follows_the_order(demo: System) -> None:
    person = demo.person("customer@demo")
    number = order_by_chat(person)
    order = person.get(f"/api/orders/{number}")
    assert (order["state"], order["channel"], order["placed_by_role"]) == ("placed", "web", "customer")
    assert person.say("where's my order?")["card"]["kind"] in ("orders", "order")


def test_a_customer_gets_suggestions_with_reasons_and_one_tap_into_the_cart(demo: System) -> None:
    person = demo.person("customer@demo")
    reply = person.say("what should I reorder?")
    assert reply["card"]["kind"] == "reorder"
    first = reply["card"]["rows"][0]
    assert "bought" in first["reason"]
    cart = person.tap("Add all to the cart")
    assert (first["sku"], first["quantity"]) in lines(cart)
    person.tap("Empty the cart")
    person.tap("Yes, empty it")


def test_a_rep_sees_a_forecast_with_an_interval(demo: System) -> None:
    card = demo.person("rep@demo").say("forecast for M8x40 hex bolts for the next six months")["card"]
    assert card["kind"] == "forecast"
    assert len(card["forecast"]) == 6
    assert all(0 <= point["low"] <= point["value"] <= point["high"] for point in card["forecast"])
    assert card["history"]
    assert card["accuracy"]


def test_the_desk_orders_for_a_customer_and_it_is_recorded(demo: System) -> None:
    desk = demo.person("desk@demo")
    reply = desk.say("order 40 of 20-104 for Harper & Sons")
    assert (reply["card"]["customer"], lines(reply)) == ("Harper & Sons", [("20-104", 40)])
    number = desk.say("yes, go ahead")["card"]["number"]
    order = demo.person("harper@demo").get(f"/api/orders/{number}")
    assert order["placed_by_role"] == "desk"


def test_an_order_lives_its_whole_life_by_chat(demo: System) -> None:
    """Placed, changed, sent, invoiced, paid, returned and credited, each by those whose work it is."""
    customer, desk = demo.person("customer@demo"), demo.person("desk@demo")
    customer.say("200 wood screws 4x50 countersunk pozi yellow")
    number = str(customer.tap("Place this order")["card"]["number"])
    assert customer.say(f"make the screws on {number} 300")["card"]["kind"] == "record"
    assert lines(customer.tap("Yes, change"))[0][1] == 300
    desk.say(f"ship {number} with Pennine Pallets, tracking PP1234567GB")
    shipment = desk.tap("Yes")["card"]["shipments"][0]["number"]
    told = [message["text"] for message in _history(customer, until=f"{number} has left us")]
    assert any("PP1234567GB" in text for text in told)
    desk.say(f"{shipment} has been delivered")
    assert desk.tap("Yes")["card"]["state"] == "delivered"
    invoice = customer.say(f"can I have the invoice for {number}")["card"]
    assert invoice["kind"] == "document"
    paper = customer.client.get(invoice["url"])
    assert (paper.status_code, paper.headers["content-type"]) == (200, "application/pdf")
    assert demo.person("harper@demo").client.get(invoice["url"].partition("?")[0]).status_code == 404
    desk.say(f"{invoice['number']} was paid")
    assert f"{invoice['number']} is paid" in desk.tap("Yes")["text"]
    customer.say(f"I want to return 100 of the screws from {number}, wrong size")
    back = customer.tap("Yes, return it")["card"]["title"].removeprefix("Return ")
    desk.say(f"{back} came in")
    desk.tap("Yes")
    desk.say(f"settle {back}")
    assert "credited" in desk.tap("Yes")["text"]
    assert "credited" in customer.say(f"what about the refund for {back}?")["text"]
    order = customer.get(f"/api/orders/{number}")
    assert (order["state"], order["lines"][0]["returned"]) == ("completed", 100)


def _history(person: Person, until: str) -> list[dict[str, Any]]:
    """The conversation once it holds a text; what the worker tells comes a moment later."""
    for _ in range(60):
        messages = person.get("/api/chat/history", limit=50)["messages"]
        if any(until in message["text"] for message in messages):
            return list(messages)
        time.sleep(0.5)
    raise AssertionError(f"nobody said {until}")


def test_a_quote_a_standing_order_and_an_approval_by_chat(demo: System) -> None:
    customer, buyer = demo.person("customer@demo"), demo.person("workshop@demo")
    customer.say("can you quote me for 500 M8x40 hex bolts?")
    quote = customer.tap("Make it a quote")
    number = quote["card"]["title"].removeprefix("Quote ")
    customer.say(f"accept {number}")
    accepted = customer.tap("Yes, order it")
    assert accepted["card"]["total"] == quote["card"]["total"]
    customer.say("24 M8x40 hex bolts every first Monday")
    standing = customer.tap("Set it up")
    assert "every first Monday of the month" in standing["text"]
    customer.say(f"pause {standing['card']['title'].removeprefix('Standing order ')}")
    assert "is paused" in customer.tap("Yes")["text"]
    buyer.say("900 M10x80 coach bolts")
    held = buyer.tap("Place this order")
    assert "waits for your approver" in held["text"]
    customer.say(f"approve {held['card']['number']}")
    assert "is released" in customer.tap("Yes")["text"]


def test_the_buyer_approves_and_purchase_orders_are_created(demo: System) -> None:
    buyer = demo.person("buyer@demo")
    reply = buyer.say("what should we reorder?")
    card = reply["card"]
    assert card["kind"] == "replenishment"
    row = card["rows"][0]
    assert row["supplier"]
    assert row["quantity"] > 0
    assert all(word in row["reason"] for word in ("cover", "safety stock", "on hand", "on order"))
    approved = buyer.tap("Approve and order")
    assert approved["card"]["kind"] == "purchase_orders"
    number = approved["card"]["orders"][0]["number"]
    assert buyer.get(f"/api/purchase-orders/{number}")["state"] == "approved"
    again = buyer.say("what should we reorder?")
    assert again["card"] is None or len(again["card"]["rows"]) < len(card["rows"])


def test_the_same_over_the_terminal(demo: System) -> None:
    out = demo.command(
        "chat", "--as", "customer@demo", "--message", "25 metres of the blue linen", "--message", "#1"
    )  # fmt: skip
    assert "70-103" in out
    assert "is placed" in out


def test_understand_prints_how_a_message_is_read(demo: System) -> None:
    import json

    read = json.loads(demo.command("understand", "--role", "customer", ORDER, "--json"))
    assert read["skill"] in ("place_order", "add_item")
    assert [(line["sku"], line["quantity"]) for line in read["lines"]] == [
        ("10-109", 60),
        ("45-103", 500),
        ("70-103", 250),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12 purple sprockets please", "can't find"),
        ("20 black zips", "Which one"),
        ("0 M8x40 hex bolts", "quantity of 0"),
        ("2.5 M8x40 hex bolts please", "whole"),
        ("order 99999999 M8x40 hex bolts", "more than"),
        ("15 of 45-103", "multiples of 10"),
        ("I need 3 of 20-104", "10"),
        ("where is my order SO-100001?", "can't find"),
        ("what should we buy from our suppliers?", ""),
        ("forecast for M8x40 hex bolts", "I can't forecast"),
        ("", "didn't get any text"),
        ("x" * 10_000, "10,000 characters"),
        ("/restart", ""),
        ('/place_order{"sku": "10-109"}', ""),
        ("<b>hello</b><script>alert(1)</script>", ""),
    ],
)
def test_bad_input_gets_a_sensible_reply_and_places_nothing(demo: System, text: str, said: str) -> None:
    person = demo.person("harper@demo")
    before = person.get("/api/orders", limit=1)["items"][0]["number"]
    reply = person.say(text)
    assert said in reply["text"]
    assert reply["text"]
    assert person.get("/api/orders", limit=1)["items"][0]["number"] == before
    person.say("empty my cart")
    if any(button["title"].startswith("Yes") for message in person.messages for button in message["buttons"]):
        person.tap("Yes")


def test_a_double_tap_places_one_order(demo: System) -> None:
    person = demo.person("harper@demo")
    reply = person.say("50 of 10-110")
    token = next(button["token"] for button in reply["buttons"] if button["title"] == "Place this order")
    first = person.send({"button": token}).json()["messages"][-1]
    second = person.send({"button": token}).json()["messages"][-1]
    assert "is placed" in first["text"]
    assert "used already" in second["text"]


def test_the_stream_resumes_after_the_last_event(demo: System) -> None:
    person = demo.person("customer@demo")
    person.say("hello")
    last = max(message["id"] for message in person.get("/api/chat/history", limit=50)["messages"])
    person.say("thanks")
    with person.client.stream("GET", "/api/chat/stream", headers={"Last-Event-ID": str(last)}) as stream:
        events = stream.iter_lines()
        ids = [int(line.removeprefix("id: ")) for line in _until(events, 2) if line.startswith("id: ")]
    assert ids == sorted(ids)
    assert ids[0] > last


def _until(events: object, count: int) -> list[str]:
    seen: list[str] = []
    for line in events:  # type: ignore[attr-defined]
        seen.append(line)
        if sum(1 for one in seen if one.startswith("id: ")) >= count:
            break
    return seen


def _kill(demo: System, part: str) -> None:
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            environment = (folder / "environ").read_bytes()
        except OSError:
            continue
        if part in command and f"QUARTERMASTER_VAR={demo.var}".encode() in environment:
            os.kill(int(folder.name), signal.SIGKILL)


def test_a_killed_model_server_is_said_so_and_comes_back(demo: System) -> None:
    buyer = demo.person("buyer@demo")
    _kill(demo, "models.serving")
    reply = buyer.say("what should we reorder?")
    assert reply["text"]
    until = time.monotonic() + 120
    while time.monotonic() < until:
        reply = buyer.say("what do we need to buy in?")
        if "isn't answering" not in reply["text"]:
            break
        time.sleep(2)
    assert reply["card"] is not None or "Nothing needs ordering" in reply["text"]


def test_a_killed_action_server_is_an_apology_and_the_message_is_not_lost(demo: System) -> None:
    person = demo.person("customer@demo")
    _kill(demo, "-m actions")
    reply = person.say("25 metres of the blue linen please")
    until = time.monotonic() + 120
    while reply["text"].startswith("Sorry") and time.monotonic() < until:
        time.sleep(2)
        reply = person.tap("Try again")
    assert ("70-103", 250) in lines(reply)
    person.tap("Empty the cart")
    person.tap("Yes, empty it")


def test_every_process_is_one_of_ours(demo: System) -> None:
    running = " ".join(processes_of(demo.var))
    for part in ("models.serving", "actions", "rasa", "backend.gateway", "quartermaster worker", "supervisord"):
        assert part in running
