"""Starting, stopping, and living through Telegram's absence."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Sequence

import pytest

from backend.chat.cards import Reply
from backend.chat.channels.telegram import Channel
from backend.chat.channels.telegram import channel as channel_module
from backend.chat.gateway import Incoming
from tests.backend.chat.channels.telegram.conftest import FakeGateway, settings_for, started
from tests.backend.chat.channels.telegram.double import NAME, TOKEN, BotApi

pytestmark = pytest.mark.usefixtures("linked")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def named(channel: Channel) -> str:
    deadline = time.monotonic() + 90
    while channel.name is None:
        assert time.monotonic() < deadline, "the bot's name never came"
        time.sleep(0.02)
    return channel.name


def test_it_knows_its_name_and_takes_a_webhook_away(api: BotApi, channel: Channel) -> None:
    assert channel.name == NAME
    assert api.of("deleteWebhook")


def test_telegram_down_at_start_holds_nothing_up_and_is_found_later(
    gateway: FakeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    port = free_port()
    with started(gateway, settings_for(f"http://127.0.0.1:{port}/bot")) as channel:
        assert channel.name is None
        assert "Telegram does not answer" in caplog.text
        with BotApi(port) as api:
            assert named(channel) == NAME
            api.writes("hello")
            assert api.sent()[0].text == "You said hello"


def test_a_wrong_token_is_said_so_without_saying_the_token(
    api: BotApi, gateway: FakeGateway, caplog: pytest.LogCaptureFixture
) -> None:
    with started(gateway, settings_for(api.url, "999:WRONG")) as channel:
        assert channel.name is None
    assert "the token is not accepted" in caplog.text
    assert "999:WRONG" not in caplog.text


def test_a_silent_telegram_does_not_hold_the_gateway_up(gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(channel_module, "START_SECONDS", 0.2)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        url = f"http://127.0.0.1:{silent.getsockname()[1]}/bot"
        with started(gateway, settings_for(url)) as channel:
            assert channel.name is None


@pytest.mark.parametrize("status", [404, 409, 502])
def test_failing_polls_are_taken_up_again(api: BotApi, gateway: FakeGateway, channel: Channel, status: int) -> None:
    api.fail("getUpdates", status)
    api.writes("hello")
    assert api.sent()[0].text == "You said hello"
    api.fail("getUpdates", status)
    api.writes("again")
    assert api.sent(2)[1].text == "You said again"


def test_an_update_is_confirmed_only_when_it_has_been_handled(
    api: BotApi, gateway: FakeGateway, channel: Channel
) -> None:
    go = threading.Event()
    gateway.script = lambda _: [Reply(text="done")] if go.wait(20) else []
    update = api.writes("hello")
    gateway.begins(1)
    time.sleep(0.3)
    assert api.confirmed < update
    assert len(gateway.taken) == 1
    go.set()
    api.settles()
    assert len(api.sent()) == len(gateway.taken) == 1


def test_stopping_lets_a_turn_end_and_confirms_it(api: BotApi, gateway: FakeGateway) -> None:
    def slow(_: Incoming) -> Sequence[Reply]:
        time.sleep(0.3)
        return [Reply(text="done")]

    gateway.script = slow
    with started(gateway, settings_for(api.url)):
        update = api.writes("hello")
        gateway.begins(1)
    assert [call.text for call in api.of("sendMessage")] == ["done"]
    assert api.confirmed == update


def test_what_a_stop_cut_short_comes_again_under_the_same_id(
    api: BotApi, gateway: FakeGateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_module, "STOP_SECONDS", 0.1)
    go = threading.Event()
    gateway.script = lambda _: [Reply(text="done")] if go.wait(20) else []
    with started(gateway, settings_for(api.url)):
        update = api.writes("hello")
        gateway.begins(1)
    assert api.confirmed < update
    go.set()
    with started(gateway, settings_for(api.url)):
        assert [call.text for call in api.sent()] == ["done"]
        api.settles()
    assert [incoming.message_id for incoming in gateway.taken] == [f"tg-{update}"] * 2


def test_the_token_is_in_no_log(
    api: BotApi, gateway: FakeGateway, channel: Channel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("INFO", logger="backend")
    api.fail("getUpdates", 401, "Unauthorized")
    api.writes("hello")
    api.sent()
    assert TOKEN not in "".join(record.getMessage() for record in caplog.records if record.name.startswith("backend"))
