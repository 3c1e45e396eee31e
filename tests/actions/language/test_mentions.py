"""Where a quantity is mentioned, and what only looks like one."""

import pytest

from actions.language.catalogue import CatalogueIndex, Entry, Pack
from actions.language.orders import read_order
from tests.actions.language.catalogues import Reader

_ROLL = (Pack("roll", 50),)


@pytest.fixture
def trimmings(today):
    """Webbing and ribbon in widths, buttons of wood."""
    names = {"W1": "Jute webbing 50 mm", "W2": "Jute webbing 72 mm", "R1": "Satin ribbon red 25 mm"}
    names |= {"R2": "Satin ribbon red 10 mm", "R3": "Satin ribbon gold 25 mm", "R4": "Satin ribbon gold 10 mm"}
    index = CatalogueIndex(Entry(sku, name, "Trimmings", "metre", 1, _ROLL) for sku, name in names.items())
    for sku, size in (("B1", 15), ("B2", 30)):
        index.put(Entry(sku, f"Wooden button {size} mm natural", "Buttons", "each", 1))
    return lambda text: [(line.sku, line.quantity) for line in read_order(text, index, today=today).lines]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a roll of 72 mm jute webbing", ("W2", 50)),
        ("2 rolls of 50 mm webbing, jute", ("W1", 100)),
        ("three rolls of 10 mm gold satin ribbon", ("R4", 150)),
        ("a roll of 25mm red ribbon", ("R1", 50)),
        ("5 rolls of 72mm jute", ("W2", 250)),
    ],
)
def test_a_size_behind_a_pack_is_not_what_the_pack_holds(trimmings: Reader, text: str, expected: tuple[str, int]):
    assert trimmings(text) == [expected]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4 rolls of red satin ribbon, the narrow 10 mm.", [("R2", 200)]),
        ("20 m jute webbing, the wide 72 mm", [("W2", 20)]),
        ("20 m gold satin ribbon, the 10 mm, and 5 m of the red", [("R4", 20), ("R2", 5)]),
        ("3 m of jute webbing, the 50mm one", [("W1", 3)]),
        ("36 of the big wooden ones, 30 mm", [("B2", 36)]),
        ("a dozen small wooden buttons 15 mm", [("B1", 12)]),
    ],
)
def test_a_size_that_is_pointed_at_tells_things_apart(trimmings: Reader, text: str, expected: list[tuple[str, int]]):
    assert trimmings(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "jute webbing 50mm, one full roll",
        "a whole roll of jute webbing 50 mm",
        "another complete roll of jute webbing, 50 mm",
        "1 entire roll of 50 mm jute webbing",
        "jute webbing 50 mm - 1 unopened roll",
    ],
)
def test_a_whole_pack_is_a_pack(trimmings: Reader, text: str):
    assert trimmings(text) == [("W1", 50)]


@pytest.mark.parametrize(
    "text",
    [
        "linen: 5 m blue and 10 m red if there are any left",
        "5 m blue linen if it's in stock and 10 m of red as long as they match",
        "linen: 5 m blue, 10 m red if there's some about",
        "5 m of blue linen, provided you have it, and 10 m red",
        "linen: 5 m blue and 10 m red if that is quicker",
    ],
)
def test_a_condition_is_no_part_of_a_name(lines: Reader, text: str):
    assert lines(text) == [("50-100", 50), ("50-101", 100)]


def test_zinc_is_written_short(lines: Reader):
    assert lines("60x M6x50 hex zn") == [("20-110", 60)]


@pytest.mark.parametrize(
    "text",
    [
        "3 kg of M8 washers",
        "5 m of M8 washers",
        "2 litres of M8 washers",
        "a kilo of M8 washers",
        "3 more metres M8 washers",
    ],
)
def test_a_measure_that_a_thing_is_not_sold_by_is_asked_about(lines: Reader, text: str):
    assert lines(text) == [("30-103", None)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a roll each of the red and blue linen", [("50-101", 500), ("50-100", 500)]),
        ("one box each of red and blue thread", [("51-101", 10), ("51-100", 10)]),
        ("a pack each of red and white zips", [("52-101", 25), ("52-103", 25)]),
    ],
)
def test_a_pack_of_each(lines: Reader, text: str, expected: list[tuple[str, int]]):
    assert lines(text) == expected


@pytest.mark.parametrize(
    "text", ["another hundred of the M8 washers", "we want buy hundred M8 washers", "Hundred M8 washers"]
)
def test_a_hundred_may_lack_its_article(lines: Reader, text: str):
    assert lines(text) == [("30-103", 100)]


def test_a_few_hundred_are_not_one(read: Reader):
    assert [line.quantity for line in read("a few hundred M8 washers").lines] != [100]


@pytest.mark.parametrize("text", ["thirty 20 cm red zips", "thirty 20 cm zips in red"])
def test_a_size_may_stand_right_behind_the_number(lines: Reader, text: str):
    assert lines(text) == [("52-101", 30)]


def test_how_many_a_pack_holds_is_no_quantity(read_shop: Reader):
    (line,) = read_shop("some shrimping nets please, no idea how many come per pack").lines
    assert (line.sku, line.quantity, line.problem) == ("H5", None, "no_quantity")
