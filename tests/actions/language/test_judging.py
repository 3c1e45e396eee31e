"""Talk around orders that sounds like goods, and goods that sound like talk."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from actions.language.judging import MAY_BE_GOODS
from actions.language.orders import OrderReading
from actions.language.wanted import Encoder, encoder

Reader = Callable[..., Any]


def likely(text: str, *parts: str) -> list[float]:
    return encoder().wanted(text, [(text.index(part), text.index(part) + len(part)) for part in parts])


class TestTheEncoder:
    def test_goods_are_told_from_talk(self):
        text = (
            "Sorry I missed your call, I was up a ladder. Could we have 40 M8 washers and 12 drawer knobs? Back at 3."
        )
        talk, washers, knobs, later = likely(text, "I was up a ladder", "40 M8 washers", "12 drawer knobs", "Back at 3")
        assert min(washers, knobs) > 0.9
        assert max(talk, later) < 0.1

    def test_the_same_words_are_goods_in_one_message_and_talk_in_another(self):
        wanted = "Two ladders please, and 40 M8 washers"
        told = "I fell off two ladders on Monday, so only 40 M8 washers please"
        assert likely(wanted, "Two ladders")[0] > 0.9
        assert likely(told, "two ladders")[0] < 0.5

    def test_no_parts_no_answer(self):
        assert encoder().wanted("40 M8 washers", []) == []
        assert encoder().wanted("", [(0, 0)]) == [1.0]
        assert encoder().wanted("   \n ", [(0, 3)]) == [1.0]

    def test_each_part_of_a_long_message_is_read_in_its_surroundings(self):
        rows = [f"{count} M8 washers for bay {count}" for count in range(1, 200)]
        text = "\n".join(rows)
        spans = [(text.index(row), text.index(row) + len("1 M8 washers")) for row in rows]
        found = encoder().wanted(text, spans)
        assert len(found) == len(rows)
        assert sum(found) / len(found) > 0.9

    def test_a_part_that_is_longer_than_what_is_read_at_once(self):
        text = "washers " * 1_200
        assert 0 <= encoder().wanted(text, [(0, len(text))])[0] <= 1

    @pytest.mark.parametrize("text", ["\x00\x01", "🪛" * 300, "\u202e40 M8", "a" * 10_000, "١٢ M8"])
    def test_any_text_is_taken(self, text: str):
        assert all(0 <= one <= 1 for one in encoder().wanted(text, [(0, len(text)), (1, 2)]))

    def test_the_same_from_several_threads(self):
        text = "12 drawer knobs, and how was Crete?"
        expected = likely(text, "12 drawer knobs", "how was Crete")
        found: list[list[float]] = []
        work = [
            threading.Thread(target=lambda: found.append(likely(text, "12 drawer knobs", "how was Crete")))
            for _ in range(8)
        ]
        for one in work:
            one.start()
        for one in work:
            one.join()
        assert found == [expected] * 8

    def test_a_missing_file_is_named(self, tmp_path: Path):
        with pytest.raises(Exception, match=r"tokenizer\.json|No such file"):
            Encoder(tmp_path)


class TestTalkAroundAnOrder:
    @pytest.mark.parametrize(
        "text",
        [
            "Three of us will be on site from eight. 40 M8 washers and 20 M8 hex nuts please. Unit 4, the blue door.",
            "My lad turns 21 on Saturday, so no rush: 40 M8 washers, 20 M8 hex nuts. That's two lines, if I can count.",
            "40 M8 washers, 20 M8 hex nuts. The wood screws that you sent in May are lasting well, we've loads.",
            "Order part 1:\n40 M8 washers\n20 M8 hex nuts\nPart 2 follows when the boss has been round",
        ],
    )
    def test_is_no_line(self, lines: Reader, text: str):
        assert lines(text) == [("30-103", 40), ("31-103", 20)]

    def test_what_is_surely_talk_is_not_told_as_not_understood(self, read: Reader):
        reading: OrderReading = read("Morning! My back is playing up again, three weeks now. 40 M8 washers please")
        assert [line.quantity for line in reading.lines] == [40]
        assert not [one.text for one in reading.unread if one.likely >= MAY_BE_GOODS]

    def test_what_may_be_goods_is(self, read: Reader):
        reading: OrderReading = read("40 M8 washers, and the flurble thing")
        asked = [line.text for line in reading.lines if line.problem]
        assert any(
            "flurble" in text for text in [*asked, *(o.text for o in reading.unread if o.likely >= MAY_BE_GOODS)]
        )

    def test_the_rules_alone_can_be_had(self, read: Reader):
        text = "My back is playing up, three weeks now. 40 M8 washers, thanks"
        assert all(one.likely == 1 for one in read(text, judged=False).unread)
        assert all(one.likely < 1 for one in read(text).unread)

    def test_at_least_one_line_stays(self, read: Reader):
        assert read("forty pounds and a dozen people, washers").lines

    def test_what_is_to_be_had_if_there_is_such_a_thing_stays(self, lines: Reader):
        text = "40 M8 washers. My uncle swears by a thing called an easy-outer, if there is one I'd take 3. Cheers, Bob"
        assert lines(text) == [("30-103", 40), (None, None)]

    @pytest.mark.parametrize(
        "text",
        [
            "Gutter brackets: not this time.\n40 M8 washers\nThe five of us at the yard say thank you",
            "40 M8 washers. No flurble sealant, thanks. Four lads are off sick and two more want to be",
        ],
    )
    def test_a_number_apart_from_what_was_passed_over_is_talk(self, lines: Reader, text: str):
        assert lines(text) == [("30-103", 40)]
