"""Suppositions that go on from what was said: another number, another supplier, "it" and "they", and edited lists."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import select

from backend.catalogue.tables import Category, Product
from tests.actions.conversation import Talk
from tests.actions.suppliers import three_suppliers
from tests.backend.purchasing.planning import Plan


@pytest.fixture
def several(plan: Plan) -> Talk:
    """A buyer who has been shown a proposal of three suppliers."""
    return three_suppliers(plan)


def supposed(talk: Talk, text: str, skill: str = "what_if") -> str:
    """What the answer says it supposes."""
    found = re.match(r"Suppose (.*?): ", talk.say(text, skill).text)
    assert found is not None, talk.last[-1].text
    return found[1]


@pytest.mark.parametrize(
    ("first", "then", "words"),
    [
        ("what if the service level is 97%", "and 99%?", "a service level of 99 %"),
        ("what if the service level is 97%", "what if we went to 99%", "a service level of 99 %"),
        ("what if the service level is 97%", "and 98?", "a service level of 98 %"),
        ("what if the service level is 97%", "and if it were 90%?", "a service level of 90 %"),
        ("what if demand goes up 10%", "and if it were 20%?", "demand +20 %"),
        ("what if demand goes up 10%", "and if it fell by 20%?", "demand -20 %"),
        ("what if demand for 20-104 rises by a fifth", "or by half?", "demand +50 % of Coach bolt M10x80 zinc"),
        ("what if the lead time is 2 weeks", "and 3 weeks?", "a lead time of 15 working days"),
        ("what if the lead time doubles", "ok and 4 weeks?", "a lead time of 20 working days"),
        ("what if we only have £12 to spend", "and with £10?", "£10.00 to spend"),
        ("what if we skip Porto Linhas", "what about lisburn", "nothing from Lisburn Linen"),
        ("what if we skip Porto Linhas", "and without Steel Supplies?", "nothing from Steel Supplies"),
    ],
)
@pytest.mark.parametrize("skill", ["what_if", "not_understood"])
def test_the_same_is_supposed_with_the_other_number(
    several: Talk, first: str, then: str, words: str, skill: str
) -> None:
    several.say(first, "what_if")
    assert supposed(several, then, skill) == words


@pytest.mark.parametrize(
    "text", ["and if demand goes up 15% as well", "what if demand goes up 15% too", "and also if demand rises by 15%"]
)
def test_what_is_supposed_as_well_is_supposed_beside_the_former(several: Talk, text: str) -> None:
    several.say("what if Porto Linhas takes 4 weeks", "what_if")
    words = "a lead time of 20 working days of Porto Linhas and demand +15 %"
    assert supposed(several, text, "not_understood") == words
    assert supposed(several, "and 20%?") == words.replace("15", "20")


def test_a_supposition_of_its_own_leaves_the_former(several: Talk) -> None:
    several.say("what if the service level is 97%", "what_if")
    assert supposed(several, "what if demand goes up 15%") == "demand +15 %"


@pytest.mark.parametrize("text", ["what if demand for it is 20% lower", "what if it sells 20% less"])
def test_it_is_the_product_that_was_spoken_of(several: Talk, text: str) -> None:
    several.say("why 540 of the coach bolt", "explain")
    assert supposed(several, text) == "demand -20 % of Coach bolt M10x80 zinc"


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("what if they take twice as long", "the lead time times 2 of Porto Linhas"),
        ("what if they put prices up 10%", "costs +10 % of Porto Linhas"),
        ("and if they need 4 weeks?", "a lead time of 20 working days of Porto Linhas"),
        ("what if their lead time is 4 weeks", "a lead time of 20 working days of Porto Linhas"),
    ],
)
def test_they_are_whom_the_list_is_narrowed_to(several: Talk, text: str, words: str) -> None:
    several.say("what should we buy from Porto Linhas", "replenish")
    assert supposed(several, text) == words
    assert "instead of £10.80" in several.last[-1].text


def test_they_are_who_sells_what_was_spoken_of(several: Talk) -> None:
    several.say("why 540 of 20-104?", "explain")
    assert supposed(several, "what if they take twice as long") == "the lead time times 2 of Porto Linhas"


@pytest.mark.parametrize(
    "text", ["what if demand for hex bolts falls by a tenth", "what if demand for the hex bolts is 10% lower"]
)
def test_words_narrower_than_a_category_mean_the_products_that_have_them(plan: Plan, text: str) -> None:
    with plan.world.database.write() as session:
        bolts = session.scalars(select(Category).where(Category.name == "Bolts")).one()
        for size in ("M8x60", "M10x60", "M12x80"):
            session.add(
                Product(
                    sku=f"12-{size}", name=f"Hex bolt {size} zinc", category_id=bolts.id, unit="each", units_per=1,
                    sales_moq=1, sales_multiple=1, active=True,
                )
            )  # fmt: skip
    talk = three_suppliers(plan)
    assert supposed(talk, text) == "demand -10 % of hex bolts (4 products)"
    assert supposed(talk, "what if demand for bolts falls by a tenth") == "demand -10 % of Bolts"


def test_a_supposition_starts_from_the_list_as_it_was_edited(several: Talk) -> None:
    several.say("drop 20-104", "remove_item")
    now = re.search(r": (£[\d.,]+) in all", several.last[-1].text)
    assert now is not None
    text = several.say("what if demand rises by a fifth", "what_if").text
    assert f"instead of {now[1]}" in text
    assert "Lines that you changed stay as you changed them." in text
    text = several.say("what if we only have £10 to spend", "what_if").text
    assert f"orders of £10.00 instead of {now[1]}" in text


def test_what_is_skipped_runs_out_too(several: Talk) -> None:
    text = several.say("what if we skip Porto Linhas", "what_if").text
    assert "1 product falls out" in text
    found = re.search(r"(\d+) products? instead of (\d+) would run out", text)
    assert found is None or int(found[1]) >= int(found[2])


def test_lines_come_in_and_fall_out_in_english(several: Talk) -> None:
    text = several.say("what if demand falls by 90%", "what_if").text
    assert re.search(r"\b\d products fall out\b|\b1 product falls out\b", text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("what if I've only got 15 quid", "£15.00 to spend"),
        ("what if we had just £15", "£15.00 to spend"),
        ("spend no more than 0.015k", "£15.00 to spend"),
        ("ok let's spend at most £15", "£15.00 to spend"),
        ("how much would we save if we skipped porto", "nothing from Porto Linhas"),
        ("how much less would it be if we dropped Porto Linhas", "nothing from Porto Linhas"),
        ("what if porto only has got 3 weeks of lead time", "a lead time of 15 working days of Porto Linhas"),
    ],
)
def test_other_wordings_of_a_budget_and_of_a_supplier_less(several: Talk, text: str, words: str) -> None:
    assert supposed(several, text, "not_understood") == words
