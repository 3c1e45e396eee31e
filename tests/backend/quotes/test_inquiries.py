"""Inquiries: who asks, who answers, who sees them, and what becomes of them."""

from __future__ import annotations

import pytest

from backend.customers.queries import by_code
from backend.errors import Conflict, Invalid, NotAllowed, NotFound
from backend.quotes import inquiries, queries, quoting
from backend.quotes.tables import Inquiry
from tests.backend.quotes.offers import audited, events, inquired, wishes
from tests.backend.sales.test_placing import place
from tests.backend.world import World


def of(world: World, number: str, email: str = "desk@test") -> Inquiry:
    with world.reading(email) as work:
        return queries.inquiry(work, number)


def test_a_question_is_opened_answered_and_closed(world: World) -> None:
    number = inquired(world)
    assert (of(world, number).state, of(world, number).customer.code, of(world, number).version) == ("open", "C1", 1)
    with world.writing("desk@test") as work:
        inquiries.answer(work, queries.inquiry(work, number), "  From Monday on.  ")
    answered = of(world, number, "customer@test")
    assert (answered.state, answered.answer, answered.answered_by.name, answered.version) == (
        "answered", "From Monday on.", "Desk", 2,
    )  # fmt: skip
    with world.writing() as work:
        inquiries.close(work, queries.inquiry(work, number))
    assert of(world, number).state == "closed"
    assert events(world, "inquiry") == [("inquiry.opened", number), ("inquiry.answered", number)]
    assert [(event.kind, event.on_behalf_of_id is not None) for event in audited(world, number)] == [
        ("inquiry.opened", False), ("inquiry.answered", True), ("inquiry.closed", False),
    ]  # fmt: skip


def test_an_answer_that_settles_nothing_is_asked_again(world: World) -> None:
    number = inquired(world, "In blue?")
    with world.writing("rep@test") as work:
        inquiries.answer(work, queries.inquiry(work, number), "Yes.")
    with world.writing("desk@test") as work, pytest.raises(NotAllowed):
        inquiries.reopen(work, queries.inquiry(work, number))
    with world.writing() as work:
        inquiries.reopen(work, queries.inquiry(work, number), "And by when?")
    again = of(world, number)
    assert (again.state, again.text, again.version) == ("open", "In blue?\n\nAnd by when?", 3)
    assert [kind for kind, _ in events(world, "inquiry")] == ["inquiry.opened", "inquiry.answered", "inquiry.opened"]


@pytest.mark.parametrize("step", ["answer", "reopen", "close"])
def test_what_is_closed_stays_closed(small: World, step: str) -> None:
    number = inquired(small)
    with small.writing() as work:
        inquiries.close(work, queries.inquiry(work, number))
    email = "desk@test" if step == "answer" else "customer@test"
    with small.writing(email) as work, pytest.raises(Conflict) as caught:
        inquiry = queries.inquiry(work, number)
        inquiries.answer(work, inquiry, "Yes") if step == "answer" else getattr(inquiries, step)(work, inquiry)
    assert caught.value.code == "illegal_transition"
    assert (of(small, number).state, of(small, number).version, of(small, number).answer) == ("closed", 2, None)


def test_another_customers_inquiry_is_not_found(world: World) -> None:
    number, buyers = inquired(world), inquired(world, "A new chair?", "buyer@test")
    for stranger, own in (("other@test", []), ("buyer@test", [buyers]), ("customer@test", [number])):
        with world.reading(stranger) as work:
            assert [inquiry.number for inquiry in queries.inquiries(work, queries.Wanted())] == own
    with world.reading("other@test") as work, pytest.raises(NotFound):
        queries.inquiry(work, number)
    with world.reading("rep@test") as work:
        assert [inquiry.number for inquiry in queries.inquiries(work, queries.Wanted(state="open"))] == [buyers, number]


def test_customers_do_not_answer(small: World) -> None:
    number = inquired(small)
    with small.writing() as work, pytest.raises(NotAllowed):
        inquiries.answer(work, queries.inquiry(work, number), "I know")
    with small.reading() as mine, small.writing("other@test") as work, pytest.raises(NotAllowed):
        inquiries.close(work, queries.inquiry(mine, number))
    assert (of(small, number).state, of(small, number).version) == ("open", 1)


def test_one_asks_for_ones_own_company_and_we_for_a_customer(small: World) -> None:
    with small.reading("desk@test") as desk:
        other = by_code(desk, "C2")
    for email in ("customer@test", "buyer@test"):
        with small.writing(email) as work, pytest.raises(NotAllowed):
            inquiries.open_inquiry(work, other, "question", "What do they pay?")
    with small.writing("rep@test") as work:
        number = inquiries.open_inquiry(work, by_code(work, "C2"), "person", "Please call them back").number
    assert of(small, number, "other@test").user.email == "rep@test"


def test_an_inquiry_names_an_order_of_the_askers_own(small: World) -> None:
    mine = place(small, ("10-109", 1))
    theirs = place(small, ("10-109", 1), email="other@test", code="C2")
    with small.writing() as work:
        assert inquiries.open_inquiry(work, None, "complaint", "Bent", mine.lower()).order_number == mine
    with small.writing() as work, pytest.raises(NotFound):
        inquiries.open_inquiry(work, None, "complaint", "Bent", theirs)
    with small.writing("desk@test") as work:
        assert inquiries.open_inquiry(work, None, "complaint", "Bent", theirs).customer.code == "C2"
    with small.writing("desk@test") as work, pytest.raises(Invalid) as caught:
        inquiries.open_inquiry(work, by_code(work, "C1"), "complaint", "Bent", theirs)
    assert caught.value.code == "order_of_another"


@pytest.mark.parametrize(
    ("kind", "text", "code"),
    [("question", "  ", "no_text"), ("question", "x" * 4_001, "text_too_long"), ("rant", "No!", "unknown_kind")],
)
def test_what_makes_no_sense_is_not_passed_on(small: World, kind: str, text: str, code: str) -> None:
    with small.writing() as work, pytest.raises(Invalid) as caught:
        inquiries.open_inquiry(work, None, kind, text)
    assert caught.value.code == code
    with small.reading() as work:
        assert queries.inquiries(work, queries.Wanted()) == []


def test_a_quote_from_an_inquiry_makes_it_quoted(world: World) -> None:
    number = inquired(world, "How much for 500?", kind="quote")
    with world.writing("rep@test") as work:
        inquiry = queries.inquiry(work, number)
        quote = quoting.draft_quote(work, inquiry.customer, wishes(work, ("10-109", 500)), inquiry=inquiry)
        assert quote.inquiry.number == number
    assert (of(world, number).state, of(world, number).version) == ("quoted", 2)
    with world.writing("rep@test") as work, pytest.raises(Conflict):
        inquiry = queries.inquiry(work, number)
        quoting.draft_quote(work, inquiry.customer, wishes(work, ("10-109", 500)), inquiry=inquiry)
    with world.reading("rep@test") as work:
        assert len(queries.quotes(work, queries.Wanted(inquiry_id=of(world, number).id))) == 1


def test_a_quote_for_another_does_not_settle_an_inquiry(small: World) -> None:
    number = inquired(small)
    with small.writing("rep@test") as work, pytest.raises(Invalid) as caught:
        quoting.draft_quote(
            work, by_code(work, "C2"), wishes(work, ("10-109", 5)), inquiry=queries.inquiry(work, number)
        )
    assert (caught.value.code, of(small, number).state) == ("inquiry_of_another", "open")
