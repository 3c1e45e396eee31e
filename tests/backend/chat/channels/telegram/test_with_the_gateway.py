"""The channel on the real gateway; only Rasa is played."""

from __future__ import annotations

import pytest

from backend.chat import texts as gateway_texts
from backend.chat.cards import Reply
from backend.chat.gateway import Gateway
from backend.chat.locks import Limits, LocalLocks
from backend.database import Database
from backend.errors import Unavailable
from tests.backend.chat.channels.telegram.conftest import settings_for, started
from tests.backend.chat.channels.telegram.double import BotApi

pytestmark = pytest.mark.usefixtures("linked")


class PlayedRasa:
    """Answers, unless it is down."""

    def __init__(self) -> None:
        self.down = False
        self.asked: list[str | None] = []

    def say(self, sender: str, text: str | None, role: str | None = None) -> list[Reply]:
        if self.down:
            raise Unavailable("down")
        self.asked.append(text)
        return [Reply(text=f"You said {text}")]


def test_a_turn_an_outage_and_another_try(api: BotApi, database: Database) -> None:
    settings, rasa = settings_for(api.url), PlayedRasa()
    gateway = Gateway(database, rasa, LocalLocks(), Limits(settings), settings)  # type: ignore[arg-type]
    with started(gateway, settings):
        api.writes("60 bolts")
        assert api.sent()[0].text == "You said 60 bolts"
        rasa.down = True
        api.writes("and 5 nuts")
        sorry = api.sent(2)[1]
        assert sorry.text == gateway_texts.APOLOGY
        rasa.down = False
        assert sorry.buttons[0]["text"] == gateway_texts.TRY_AGAIN
        api.taps(sorry.buttons[0]["callback_data"])
        assert api.sent(3)[2].text == "You said and 5 nuts"


def test_an_update_that_comes_again_after_a_restart_is_answered_again_but_done_once(
    api: BotApi, database: Database
) -> None:
    settings, rasa = settings_for(api.url), PlayedRasa()
    gateway = Gateway(database, rasa, LocalLocks(), Limits(settings), settings)  # type: ignore[arg-type]
    with started(gateway, settings):
        update = api.writes("60 bolts")
        api.sent()
        api.settles()
    api.repeats(update, "60 bolts")
    with started(gateway, settings):
        assert [call.text for call in api.sent(2)] == ["You said 60 bolts"] * 2
    assert rasa.asked == ["60 bolts"]
