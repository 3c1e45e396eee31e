"""Warehouses by chat: opened, listed, and named where goods are counted, written off and taken in."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from backend.stock.tables import Warehouse
from tests.actions.conversation import Talk
from tests.actions.test_house import on_hand
from tests.backend.shipping.handling import second_warehouse
from tests.backend.world import World


def places(world: World) -> dict[str, str]:
    with world.database.read() as session:
        return {row.code: row.name for row in session.scalars(select(Warehouse))}


@pytest.mark.parametrize(
    ("text", "code", "name"),
    [
        ("open a warehouse NORTH, Northern depot", "NORTH", "Northern depot"),
        ("please set up a new warehouse called Northern depot with the code N1", "N1", "Northern depot"),
        ("add a depot: Leith Docks (LEITH) please", "LEITH", "Leith Docks"),
        ("create warehouse W-2", "W-2", "W-2"),
    ],
)
def test_a_warehouse_is_opened_on_a_yes(world: World, text: str, code: str, name: str) -> None:
    desk = Talk(world, "desk@test")
    assert desk.say(text, "not_understood").text == f"Open a warehouse {code}, called {name}?"
    assert code not in places(world)
    assert "is open" in desk.tap("Yes").text
    assert places(world)[code] == name


def test_a_warehouse_without_a_code_is_asked_for_one(world: World) -> None:
    desk = Talk(world, "desk@test")
    assert "Which code" in desk.say("open a new warehouse for us please", "not_understood").text


def test_a_code_that_is_taken_is_refused_and_nobody_else_opens_one(world: World) -> None:
    desk = Talk(world, "desk@test")
    desk.say("open a warehouse MAIN, another", "not_understood")
    assert "already" in desk.tap("Yes").text
    for email in ("customer@test", "rep@test"):
        talk = Talk(world, email)
        talk.say("open a warehouse SOUTH, Southern depot", "not_understood")
        talk.say("yes", "affirm")
    assert "SOUTH" not in places(world)


def test_which_warehouses_there_are(world: World) -> None:
    desk = Talk(world, "desk@test")
    assert desk.say("which warehouses do we have?", "not_understood").text.startswith("We have one warehouse")
    second_warehouse(world, "10-109", 100)
    assert "(NORTH)" in desk.say("list our warehouses", "product_search").text
    assert "NORTH" not in Talk(world).say("list your warehouses", "product_search").text


def test_counts_and_write_offs_are_of_the_warehouse_that_is_named(world: World) -> None:
    second_warehouse(world, "10-109", 100)
    desk = Talk(world, "desk@test")
    assert " in North, as counted?" in desk.say("we counted 90 of 10-109 in NORTH", "stock_check").text.replace(
        "the ", ""
    )
    desk.tap("Yes")
    assert on_hand(world, "10-109") == {"MAIN": 500, "NORTH": 90}
    desk.say("write off 5 of 10-109 in the north warehouse, rusty", "stock_check")
    desk.tap("Yes")
    assert on_hand(world, "10-109") == {"MAIN": 500, "NORTH": 85}
    assert "no such warehouse" in desk.say("we counted 90 of 10-109 in the east warehouse", "stock_check").text
    desk.say("we counted 480 of 10-109", "stock_check")
    desk.tap("Yes")
    assert on_hand(world, "10-109") == {"MAIN": 480, "NORTH": 85}
