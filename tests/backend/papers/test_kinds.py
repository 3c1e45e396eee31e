"""Which role may have which paper."""

from __future__ import annotations

import pytest

from backend.errors import NotFound
from backend.identity.tables import Role
from backend.papers import service
from backend.papers.kinds import MAY_HAVE, TITLES, Kind, kinds_for
from tests.backend.papers.documents import NUMBERS
from tests.backend.world import World

SELLING = ("quote", "order_confirmation", "delivery_note", "invoice", "credit_note")
ROLES = {
    "customer@test": SELLING,
    "other@test": (),  # a customer too, but another one
    "rep@test": SELLING,
    "desk@test": SELLING,
    "buyer@test": ("purchase_order",),
    "manager@test": (*SELLING, "purchase_order"),
}


def test_every_kind_has_a_title_and_a_rule() -> None:
    assert set(TITLES) == set(MAY_HAVE) == set(Kind)
    assert len({kind.value[0] for kind in Kind}) == len(Kind)  # a cursor names a kind by its letter


def test_the_table_of_roles() -> None:
    assert {role: kinds_for(role) for role in Role} == {
        Role.CUSTOMER: SELLING,
        Role.REP: SELLING,
        Role.DESK: SELLING,
        Role.BUYER: ("purchase_order",),
        Role.MANAGER: (*SELLING, "purchase_order"),
    }


@pytest.mark.parametrize("email", ROLES)
def test_a_person_gets_the_papers_of_their_role_that_are_theirs_and_no_others(filled: World, email: str) -> None:
    with filled.reading(email) as work:
        for kind, number in NUMBERS.items():
            if kind.value in ROLES[email]:
                assert service.paper(work, kind, number).content.startswith(b"%PDF-")
                continue
            with pytest.raises(NotFound) as caught:
                service.paper(work, kind, number)
            assert caught.value.code == "unknown_paper"


@pytest.mark.parametrize("email", ROLES)
def test_a_list_shows_what_can_be_fetched_and_nothing_else(filled: World, email: str) -> None:
    with filled.reading(email) as work:
        entries, following = service.list_papers(work)
        assert following is None
        assert {entry.kind.value for entry in entries} == set(ROLES[email])
        for entry in entries:
            assert service.paper(work, entry.kind, entry.number).filename.endswith(".pdf")
