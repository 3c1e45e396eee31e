"""Turns over Telegram, with the real python-telegram-bot against a double of the Bot API."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence

import pytest

from backend.chat import texts as gateway_texts
from backend.chat.cards import Button, Reply
from backend.chat.channels import texts
from backend.chat.channels.splitting import MESSAGE_LIMIT, units
from backend.chat.channels.telegram import sending
from backend.chat.gateway import Incoming
from backend.errors import TooManyRequests
from backend.identity import service
from tests.backend.chat.channels import samples
from tests.backend.chat.channels.telegram.conftest import FakeGateway
from tests.backend.chat.channels.telegram.double import TOKEN, BotApi

pytestmark = pytest.mark.usefixtures("linked", "channel")
CONFIRM = [Button(title="Place the order", token="tok-yes_1"), Button(title="Keep", token="tok-no_2")]


def test_a_text_is_a_turn(api: BotApi, gateway: FakeGateway) -> None:
    update = api.writes("60 bolts <b>& nuts")
    call = api.sent()[0]
    assert gateway.taken == [Incoming(1, "telegram", f"tg-{update}", text="60 bolts <b>& nuts")]
    assert (call.text, call.params["parse_mode"]) == ("You said 60 bolts &lt;b&gt;&amp; nuts", "HTML")


def test_typing_is_shown_while_we_are_at_it(api: BotApi, gateway: FakeGateway) -> None:
    gateway.script = lambda _: [Reply(text="done")] if api.waits(lambda: api.of("sendChatAction")) else []
    api.writes("hello")
    assert api.sent()[0].text == "done"
    assert api.of("sendChatAction")[0].params["action"] == "typing"


@pytest.mark.parametrize("text", ["/restart", "/tap", " /start", "//start x y"])
def test_another_slash_is_text(api: BotApi, gateway: FakeGateway, text: str) -> None:
    api.writes(text)
    api.sent()
    assert [incoming.text for incoming in gateway.taken] == [text]


def test_a_card_comes_with_its_buttons_under_it(api: BotApi, gateway: FakeGateway) -> None:
    gateway.script = lambda _: [Reply(text="Shall I?", card=samples.CART, buttons=CONFIRM)]
    api.writes("60 bolts")
    call = api.sent()[0]
    assert call.text.startswith("Shall I?\n\n<b>Your cart</b>")
    assert call.buttons == [
        {"text": "Place the order", "callback_data": "tok-yes_1"},
        {"text": "Keep", "callback_data": "tok-no_2"},
    ]


def test_a_tap_is_answered_before_the_turn_is_done_and_takes_the_keyboard_away(
    api: BotApi, gateway: FakeGateway
) -> None:
    def slow(_: Incoming) -> Sequence[Reply]:
        api.waits(lambda: api.of("answerCallbackQuery"))
        assert api.of("editMessageReplyMarkup") == []
        return [Reply(text="Placed.")]

    gateway.script = slow
    update = api.taps("tok-yes_1", message_id=9)
    assert api.sent()[0].text == "Placed."
    assert gateway.taken == [Incoming(1, "telegram", f"tg-{update}", button="tok-yes_1")]
    edited = api.of("editMessageReplyMarkup")[0]
    assert edited.params == {"chat_id": "77", "message_id": "9"}


def test_a_tap_is_answered_at_once_also_behind_a_slow_turn(api: BotApi, gateway: FakeGateway) -> None:
    go = threading.Event()
    gateway.script = lambda incoming: [Reply(text="done")] if incoming.button or go.wait(20) else []
    api.writes("slow one")
    gateway.begins(1)
    api.taps("tok-yes_1")
    api.waits(lambda: api.of("answerCallbackQuery"))
    assert [incoming.text for incoming in gateway.taken] == ["slow one"]
    go.set()
    api.sent(2)
    assert [incoming.button for incoming in gateway.taken] == [None, "tok-yes_1"]


def test_a_tap_that_was_refused_keeps_its_keyboard(api: BotApi, gateway: FakeGateway) -> None:
    def flooded(_: Incoming) -> Sequence[Reply]:
        raise TooManyRequests(gateway_texts.TOO_FAST)

    gateway.script = flooded
    api.taps("tok-yes_1")
    assert api.sent()[0].text == gateway_texts.TOO_FAST
    api.settles()
    assert api.of("editMessageReplyMarkup") == []


def test_two_taps_are_two_turns_for_the_gateway_to_judge(api: BotApi, gateway: FakeGateway) -> None:
    first, second = api.taps("tok-yes_1"), api.taps("tok-yes_1")
    api.sent(2)
    assert [incoming.message_id for incoming in gateway.taken] == [f"tg-{first}", f"tg-{second}"]


def test_a_forecast_is_a_picture_and_its_numbers(api: BotApi, gateway: FakeGateway) -> None:
    gateway.script = lambda _: [Reply(text="The next six months:", card=samples.FORECAST, buttons=CONFIRM)]
    api.writes("forecast for 10-201")
    photo, text = api.sent(2)
    assert photo.method == "sendPhoto"
    assert photo.files["photo"].startswith(b"\x89PNG")
    assert photo.params["caption"] == "M8x40 hex bolt, zinc (10-201)"
    assert photo.buttons == []
    assert "<pre>Period" in text.text
    assert len(text.buttons) == 2


def test_without_the_picture_the_numbers_still_come(
    api: BotApi, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> bytes:
        raise RuntimeError("no fonts")

    monkeypatch.setattr(sending, "forecast_png", broken)
    gateway.script = lambda _: [Reply(text="Here.", card=samples.FORECAST)]
    api.writes("forecast")
    assert "<pre>Period" in api.sent()[0].text
    assert api.of("sendPhoto") == []


def test_the_same_update_twice_is_one_turn(api: BotApi, gateway: FakeGateway) -> None:
    update = api.writes("60 bolts")
    api.sent()
    api.settles()
    api.repeats(update, "60 bolts")
    api.writes("and 5 nuts")
    api.sent(2)
    assert [incoming.text for incoming in gateway.taken] == ["60 bolts", "and 5 nuts"]


def test_messages_of_a_chat_are_taken_one_at_a_time_in_order(api: BotApi, gateway: FakeGateway) -> None:
    at_work: list[str] = []

    def alone(incoming: Incoming) -> Sequence[Reply]:
        at_work.append(str(incoming.text))
        assert len(at_work) == 1
        time.sleep(0.05)
        at_work.remove(str(incoming.text))
        return [Reply(text=f"{incoming.text}.")]

    gateway.script = alone
    for at in range(6):
        api.writes(f"{at}")
    assert [call.text for call in api.sent(6)] == [f"{at}." for at in range(6)]


def test_different_chats_are_served_side_by_side(api: BotApi, gateway: FakeGateway) -> None:
    with gateway.database.write() as session:
        service.link_telegram(session, service.new_link_code(session, 2), 78, 78)
    both = threading.Barrier(2, timeout=60)

    def together(incoming: Incoming) -> Sequence[Reply]:
        both.wait()
        return [Reply(text=f"user {incoming.user_id}")]

    gateway.script = together
    api.writes("hello", person=77)
    api.writes("hello", person=78)
    assert api.sent(1, chat=78)[0].text == "user 2"
    assert api.sent(1, chat=77)[0].text == "user 1"


def test_what_is_not_text_is_answered_politely(api: BotApi, gateway: FakeGateway) -> None:
    api.writes(None, voice={"file_id": "v", "file_unique_id": "v", "duration": 1})
    assert api.sent()[0].text == texts.ONLY_TEXT
    assert gateway.taken == []


def test_a_fault_is_an_apology_and_never_a_trace(
    api: BotApi, gateway: FakeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_: Incoming) -> Sequence[Reply]:
        raise ZeroDivisionError("secret detail")

    gateway.script = broken
    api.writes("hello")
    assert api.sent()[0].text == gateway_texts.APOLOGY
    assert any("failed" in record.message for record in caplog.records)
    gateway.script = lambda _: [Reply(text="well again")]
    api.writes("hello")
    assert api.sent(2)[1].text == "well again"


def test_flood_control_is_waited_out(api: BotApi, gateway: FakeGateway) -> None:
    api.fail("sendMessage", 429, "Too Many Requests: retry after 1", retry_after=1)
    api.writes("hello")
    first, second = api.sent(2)
    assert first.text == second.text == "You said hello"
    assert second.at - first.at >= 1
    assert len(gateway.taken) == 1


def test_a_lost_connection_is_tried_again_but_not_for_ever(
    api: BotApi, gateway: FakeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    for _ in range(sending.ATTEMPTS):
        api.fail("sendMessage", 502, "Bad Gateway")
    api.writes("hello")
    api.settles()
    assert len(api.of("sendMessage")) == sending.ATTEMPTS
    api.writes("hello again")
    assert api.sent(sending.ATTEMPTS + 1)[-1].text == "You said hello again"
    assert TOKEN not in caplog.text


def test_refused_markup_goes_out_as_plain_text(api: BotApi, gateway: FakeGateway) -> None:
    gateway.script = lambda _: [Reply(text="a & b", buttons=CONFIRM)]
    api.fail("sendMessage", 400, "Bad Request: can't parse entities")
    api.writes("hello")
    plain = api.sent(2)[1]
    assert plain.text == "a & b"
    assert "parse_mode" not in plain.params
    assert len(plain.buttons) == 2


def test_a_person_who_blocked_the_bot_disturbs_nobody(api: BotApi, gateway: FakeGateway) -> None:
    api.fail("sendMessage", 403, "Forbidden: bot was blocked by the user")
    api.writes("hello")
    api.settles()
    assert len(api.of("sendMessage")) == 1


def test_a_long_answer_comes_in_pieces_with_the_buttons_under_the_last(api: BotApi, gateway: FakeGateway) -> None:
    gateway.script = lambda _: [Reply(text="\n".join(["a line & more"] * 500), buttons=CONFIRM)]
    api.writes("everything")
    pieces = api.sent(3)
    assert all(units(piece.text) <= MESSAGE_LIMIT for piece in pieces)
    assert "\n".join(piece.text for piece in pieces) == "\n".join(["a line &amp; more"] * 500)
    assert [len(piece.buttons) for piece in pieces] == [0, 0, 2]


def test_a_token_too_long_for_telegram_is_left_out(api: BotApi, gateway: FakeGateway) -> None:
    buttons = [Button(title="Long", token="x" * 65), Button(title="Fits", token="x" * 64)]
    gateway.script = lambda _: [Reply(text="", buttons=buttons)]
    api.writes("hello")
    call = api.sent()[0]
    assert call.text == texts.CHOOSE
    assert [button["text"] for button in call.buttons] == ["Fits"]
