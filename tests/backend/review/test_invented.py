"""Personal data in messages, and what stands in its place."""

from __future__ import annotations

import re

import pytest

from backend.review.invented import EMAILS, PHONES, POSTCODES, without_personal_data

PRIVATE = {
    "send it to dave.smith@smithjoinery.co.uk please": "dave.smith@smithjoinery.co.uk",
    "ring me on 07912 345678 when it leaves": "07912 345678",
    "our number is +44 (0)1904 612345": "612345",
    "call 0044 1904 612345": "612345",
    "where is SO-112288?": "112288",
    "has inv 100231 been paid": "100231",
    "our PO is 88123/B, deliver Friday": "88123",
    "purchase order number AB-77123 for the bolts": "77123",
    "deliver to YO10 5DD": "YO10 5DD",
    "IBAN GB29 NWBK 6016 1331 9268 19": "NWBK 6016 1331",
    "card 4929 1234 5678 9012": "4929 1234 5678",
    "see https://drive.example.net/u/dave?token=abc": "dave",
}


@pytest.mark.parametrize(("text", "private"), PRIVATE.items())
def test_what_tells_of_a_person_goes(text: str, private: str) -> None:
    invented = without_personal_data(text)
    assert private not in invented
    assert invented.split()[0].casefold() == text.split(maxsplit=1)[0].casefold()


def test_the_stand_ins_are_of_the_same_kind() -> None:
    said = without_personal_data("I'm jo@shop.co.uk, 01904 612345, YO1 7HH, about SO-112288")
    found = re.fullmatch(r"I'm (\S+), ([\d ]+), (\w+ \w+), about SO-(\d{6})", said)
    assert found is not None
    assert (found[1] in EMAILS, found[2] in PHONES, found[3] in POSTCODES) == (True, True, True)
    assert found[4] != "112288"


@pytest.mark.parametrize(
    "text",
    [
        "1,200 M8x40 hex bolts and 10-12 packs of washers",
        "60 of 10-109 and two boxes of 45-103",
        "M8 5mm and 12 x 85123A, by Friday",
        "2.5 metres of 70-103 at 0.80",
        "half a dozen drawer knobs @ 3.20 by 24/12/2026",
    ],
)
def test_quantities_codes_prices_and_dates_stay(text: str) -> None:
    assert without_personal_data(text) == text


def test_names_of_people_and_companies_go_where_they_are_known() -> None:
    said = without_personal_data(
        "hi it's Dave from Harper & Sons, dave's order", people=["Dave Oakes"], companies=["Harper & Sons"]
    )
    assert "dave" not in said.casefold()
    assert "Harper" not in said
    assert "Davenport bolts" in without_personal_data("Davenport bolts", people=["Dave Oakes"])


def test_a_message_comes_out_the_same_each_time_whatever_was_in_it() -> None:
    one = without_personal_data("mail dave@one.co.uk about SO-112288")
    other = without_personal_data("mail sue@two.com about SO-998877")
    assert one == without_personal_data("mail dave@one.co.uk about SO-112288")
    assert one == other
