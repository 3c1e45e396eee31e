"""The terminal's chat, over HTTP to a double of the gateway."""

from __future__ import annotations

import io
import json
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from backend.chat.channels import texts
from backend.chat.channels.terminal import ATTEMPTS, DONE, FAILED, chat
from tests.backend.chat.channels import samples

REPLY = {"id": 2, "author": "desk", "created_at": "2026-02-20T10:00:00Z", "text": "Shall I?", "buttons": []}
YES, NO = {"title": "Yes", "token": "tok-yes"}, {"title": "No", "token": "tok-no"}


class Desk:
    """Answers POST /api/chat/messages with what was laid out, the last answer again and again."""

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        self.tokens: list[str | None] = []
        self.answers: list[tuple[int, Any]] = [(200, turn(REPLY))]
        self.streams: list[str] = []
        self.resumed: list[str | None] = []
        desk = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.path == "/api/chat/messages"
                desk.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
                desk.tokens.append(self.headers.get("Authorization"))
                status, body = desk.answers.pop(0) if len(desk.answers) > 1 else desk.answers[0]
                if status == 0:
                    self.connection.close()
                    return
                content = body.encode() if isinstance(body, str) else json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def do_GET(self) -> None:
                assert self.path == "/api/chat/stream"
                desk.resumed.append(self.headers.get("Last-Event-ID"))
                stream = desk.streams.pop(0) if desk.streams else None
                if stream is None:
                    self.send_error(503)
                    return
                self.send_response(200)
                self.send_header("Content-Type", "text/event-stream")
                self.end_headers()
                self.wfile.write(stream.encode())

            def log_message(self, format: str, *args: Any) -> None:
                """Stay quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def texts(self) -> list[str]:
        return [asked.get("text") or f"tap {asked['button']}" for asked in self.asked]


def turn(*messages: dict[str, Any]) -> dict[str, Any]:
    return {"conversation_id": 1, "messages": list(messages)}


def problem(status: int, code: str, detail: str) -> tuple[int, dict[str, Any]]:
    return status, {"type": f"urn:quartermaster:{code}", "status": status, "detail": detail, "code": code}


@pytest.fixture
def desk() -> Iterator[Desk]:
    desk = Desk()
    threading.Thread(target=desk.server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield desk
    desk.server.shutdown()
    desk.server.server_close()


def says(desk: Desk, *messages: str, as_json: bool = False) -> tuple[int, str]:
    out = io.StringIO()
    code = chat(desk.url, "bearer", messages, as_json=as_json, out=out, pause=lambda _: None)
    return code, out.getvalue()


def types(desk: Desk, *lines: str, as_json: bool = False) -> tuple[int, str]:
    out, left = io.StringIO(), list(lines)

    def read(prompt: str) -> str:
        out.write(prompt)
        if not left:
            raise EOFError
        return left.pop(0)

    return chat(desk.url, "bearer", None, as_json=as_json, out=out, read=read, pause=lambda _: None), out.getvalue()


def test_messages_are_sent_in_order_each_with_an_id_of_its_own(desk: Desk) -> None:
    code, out = says(desk, "60 bolts", "and 5 nuts")
    assert (code, out) == (DONE, "Shall I?\n\nShall I?\n\n")
    assert desk.texts() == ["60 bolts", "and 5 nuts"]
    assert len({asked["message_id"] for asked in desk.asked}) == 2
    assert desk.tokens == ["Bearer bearer"] * 2


def test_cards_and_numbered_buttons_are_shown(desk: Desk) -> None:
    desk.answers = [
        (200, turn({**REPLY, "card": samples.FACTS.model_dump(), "buttons": [YES]}, {**REPLY, "buttons": [NO]}))
    ]
    assert says(desk, "hello")[1] == (
        "Shall I?\n\nHarper & Sons\nCode:       C-014\nLast order: 20 Feb 2026\n  [#1] Yes\n\nShall I?\n  [#2] No\n\n"
    )


def test_a_number_with_a_hash_taps_and_a_bare_number_is_text(desk: Desk) -> None:
    desk.answers = [(200, turn({**REPLY, "buttons": [YES, NO]}))]
    says(desk, "60 bolts", "2", "#2", "#2 bolts", " #1 ")
    assert desk.texts() == ["60 bolts", "2", "tap tok-no", "#2 bolts", "tap tok-yes"]


def test_a_button_that_is_not_there_is_not_sent(desk: Desk) -> None:
    desk.answers = [(200, turn({**REPLY, "buttons": [YES]}))]
    code, out = says(desk, "60 bolts", "#7", "#0")
    assert code == FAILED
    assert out.endswith("There is no button #7 to choose.\nThere is no button #0 to choose.\n")
    assert desk.texts() == ["60 bolts"]


def test_without_buttons_a_hash_is_text(desk: Desk) -> None:
    says(desk, "#12")
    assert desk.texts() == ["#12"]


@pytest.mark.parametrize("trouble", [(0, ""), problem(503, "turn_in_progress", "busy"), (502, "<html>")])
def test_trouble_is_tried_again_under_the_same_id(desk: Desk, trouble: tuple[int, Any]) -> None:
    desk.answers = [trouble, trouble, (200, turn(REPLY))]
    assert says(desk, "60 bolts") == (DONE, "Shall I?\n\n")
    assert len(desk.asked) == 3
    assert len({asked["message_id"] for asked in desk.asked}) == 1


def test_it_does_not_try_for_ever_and_then_says_the_gateways_sentence(desk: Desk) -> None:
    desk.answers = [problem(503, "turn_in_progress", "Your last message is still being worked on.")]
    assert says(desk, "a", "b") == (FAILED, "Your last message is still being worked on.\n" * 2)
    assert len(desk.asked) == 2 * ATTEMPTS


def test_an_expired_sign_in_is_said_so_and_ends_it(desk: Desk) -> None:
    desk.answers = [problem(401, "sign_in_expired", "…")]
    assert says(desk, "a", "b") == (FAILED, f"{texts.NOT_SIGNED_IN}\n")
    assert types(desk, "a", "b")[0] == FAILED
    assert desk.texts() == ["a", "a"]


def test_nobody_listening_is_said_so() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}"
    out = io.StringIO()
    assert chat(address, "bearer", ["a", "b"], out=out, pause=lambda _: None) == FAILED
    assert out.getvalue() == f"{texts.CANT_REACH.format(address=address)}\n"


def test_a_refusal_is_its_sentence_and_the_next_message_is_sent(desk: Desk) -> None:
    desk.answers = [problem(429, "too_many_messages", "That is a lot."), (200, turn(REPLY))]
    assert says(desk, "a", "b") == (FAILED, "That is a lot.\nShall I?\n\n")


def test_an_answer_that_makes_no_sense_is_said_so(desk: Desk) -> None:
    desk.answers = [(500, "<html>oops")]
    assert says(desk, "a") == (FAILED, f"{texts.GARBLED.format(address=desk.url, status=500)}\n")


def test_a_card_of_a_newer_desk_is_left_out_and_said_so(desk: Desk) -> None:
    desk.answers = [(200, turn({**REPLY, "card": {"kind": "hologram"}, "buttons": [YES]}))]
    assert says(desk, "a")[1] == f"Shall I?\n{texts.CARD_UNKNOWN}\n  [#1] Yes\n\n"


def test_json_is_one_line_a_turn(desk: Desk) -> None:
    desk.answers = [(200, turn({**REPLY, "text": "£7.20"})), problem(422, "invalid", "No.")]
    code, out = says(desk, "60 bolts", "x", as_json=True)
    first, second = map(json.loads, out.splitlines())
    assert code == FAILED
    assert first == {
        "sent": {"text": "60 bolts", "message_id": desk.asked[0]["message_id"]},
        "conversation_id": 1,
        "messages": [{**REPLY, "text": "£7.20"}],
    }
    assert second == {"sent": {"text": "x"}, "error": {"code": "invalid", "sentence": "No."}}


def test_typing_goes_on_until_the_end_of_input(desk: Desk) -> None:
    desk.answers = [problem(429, "too_many_messages", "That is a lot."), (200, turn({**REPLY, "buttons": [YES]}))]
    code, out = types(desk, "60 bolts", "  ", "60 bolts", "#1")
    assert code == DONE
    assert desk.texts() == ["60 bolts", "60 bolts", "tap tok-yes"]
    assert out.startswith(texts.GREETING.format(address=desk.url) + "\n> That is a lot.\n> > Shall I?")


def test_typing_as_json_prints_nothing_else(desk: Desk) -> None:
    code, out = types(desk, "hello", as_json=True)
    assert code == DONE
    assert [json.loads(line)["messages"][0]["text"] for line in out.splitlines()] == ["Shall I?"]


# ---- what nobody asked for -----------------------------------------------------------------------------------------

NEWS = {"id": 7, "author": "desk", "message_id": None, "created_at": "2026-02-20T10:00:00Z", "text": "It has left us."}


class Paper(io.StringIO):
    """What is printed; says when a text is on it."""

    def __init__(self, awaited: str) -> None:
        super().__init__()
        self.awaited = awaited
        self.there = threading.Event()

    def write(self, text: str) -> int:
        written = super().write(text)
        if self.awaited in self.getvalue():
            self.there.set()
        return written


def sent_event(message: dict[str, Any], kind: str = "message") -> str:
    return f": ping\r\n\r\nevent: {kind}\r\nid: {message.get('id', '')}\r\ndata: {json.dumps(message)}\r\n\r\n"


def sits(desk: Desk, awaited: str, *lines: str, as_json: bool = False) -> str:
    """Somebody who types nothing before a text is on the screen, and then some lines."""
    paper, left = Paper(awaited), list(lines)

    def read(prompt: str) -> str:
        paper.write(prompt)
        assert paper.there.wait(20), paper.getvalue()
        if not left:
            raise EOFError
        return left.pop(0)

    assert chat(desk.url, "bearer", None, as_json=as_json, out=paper, read=read, pause=lambda _: None) == DONE
    return paper.getvalue()


def test_news_appears_while_somebody_sits_there_and_the_prompt_again_after_it(desk: Desk) -> None:
    desk.streams = [sent_event(NEWS)]
    out = sits(desk, texts.PROMPT + "\nIt has left us.\n\n" + texts.PROMPT)
    assert out.count("It has left us.") == 1


def test_answers_what_others_asked_and_garbage_are_not_shown_as_news(desk: Desk) -> None:
    mine, person = {**NEWS, "id": 4, "message_id": "m1", "text": "An answer."}, {**NEWS, "id": 5, "author": "person"}
    strange = "event: message\ndata: {\n\ndata: [1]\n\nevent: other\ndata: {}\n\n"
    desk.streams = [sent_event(mine) + sent_event(person) + strange + sent_event(NEWS)]
    out = sits(desk, "It has left us.")
    assert "An answer." not in out
    assert out.count("It has left us.") == 1


def test_a_lost_stream_is_taken_up_where_it_broke_off(desk: Desk) -> None:
    desk.streams = [sent_event(NEWS), sent_event({**NEWS, "id": 8, "text": "And it has arrived."})]
    out = sits(desk, "And it has arrived.")
    assert desk.resumed[:2] == [None, "7"]
    assert out.index("It has left us.") < out.index("And it has arrived.")


def test_buttons_of_news_are_numbered_on(desk: Desk) -> None:
    desk.answers = [(200, turn({**REPLY, "buttons": [NO]}))]
    desk.streams = [sent_event({**NEWS, "buttons": [YES]})]
    out = sits(desk, "[#1] Yes", "#1")
    assert desk.texts() == ["tap tok-yes"]
    assert "[#1] No" in out


def test_news_is_a_line_of_json_too(desk: Desk) -> None:
    desk.streams = [sent_event(NEWS)]
    (line,) = sits(desk, "news", as_json=True).splitlines()
    assert json.loads(line) == {"news": NEWS}


def test_a_sign_in_that_ended_is_not_asked_with_again(desk: Desk) -> None:
    desk.streams = [sent_event(NEWS) + sent_event({}, "signed_out"), sent_event({**NEWS, "text": "never"})]
    assert "never" not in sits(desk, "It has left us.")
    assert desk.resumed == [None]
