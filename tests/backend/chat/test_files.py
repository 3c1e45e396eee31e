"""An order list as a file: what can be read is a message like any other, what can't is refused and does nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select

from backend.app import create_app
from backend.chat.files import LARGEST_FILE, MOST_LINES, message_of
from backend.chat.tables import Message, Turn
from backend.errors import Invalid
from backend.settings import Settings
from tests.backend.rich import Answering
from tests.backend.world import PASSWORD, World

SHEET = "Article;Description;Qty\r\n20-104;Hex bolt M8x40, zinc;40\r\n\r\n30-102;Washer;5\r\n"


# ---- reading -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("list.pdf", b"%PDF-1.7", "unsupported_file"),
        ("list.csv.exe", b"MZ", "unsupported_file"),
        ("", b"5 bolts", "unsupported_file"),
        ("../../etc/passwd", b"5 bolts", "unsupported_file"),
        ("list.csv", b"x" * (LARGEST_FILE + 1), "file_too_large"),
        ("list.txt", b"", "empty_file"),
        ("list.csv", b"\xef\xbb\xbf \r\n\t\r\n", "empty_file"),
        ("list.csv", b"sku,qty\r\n", "empty_file"),
        ("list.txt", b"5 bolts\x00", "unreadable_file"),
        ("list.txt", b"\x1b[2J5 bolts", "unreadable_file"),
        ("list.txt", "5 bolts\u202e".encode(), "unreadable_file"),  # letters that turn what follows round
        ("list.csv", b"\x89PNG\r\n\x1a\n\x00\x00", "unreadable_file"),
        ("list.txt", b"\xff\xfe5", "unreadable_file"),  # half a letter of UTF-16
        ("list.txt", b"\x81\x8d", "unreadable_file"),
        ("list.csv", b'sku,qty\r\n"' + b"a" * 150_000, "unreadable_file"),
        ("list.txt", b"5 bolts\n" * (MOST_LINES + 1), "file_too_long"),
        ("list.txt", b"b" * 4_001, "file_too_long"),
    ],
)
def test_what_is_no_order_list_is_refused(name: str, content: bytes, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        message_of(name, content, 4_000)
    assert caught.value.code == code


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_a_heading_says_which_column_is_what(encoding: str) -> None:
    assert message_of("List.CSV", SHEET.encode(encoding), 4_000) == "40 20-104\n5 30-102"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("sku,quantity,unit\n20-104,2,box\n", "2 box 20-104"),
        ("QTY\tCODE\n7\t30-101\n8\n", "7 30-101\n8"),
        ("20-104,40\n30-102,5\n", "20-104 40\n30-102 5"),  # no heading
        ("please send\n40   20-104\n", "please send\n40 20-104"),
        ('sku;qty\n"20-104";"40"\n', "40 20-104"),
        ("=cmd|' /C calc'!A0;5\n", "=cmd|' /C calc'!A0 5"),  # text is text
    ],
)
def test_lines_are_taken_as_they_are(content: str, expected: str) -> None:
    assert message_of("list.txt", content.encode(), 4_000) == expected


# ---- over HTTP -----------------------------------------------------------------------------------------------------


@pytest.fixture
def client(small: World, tmp_path: Path) -> Iterator[TestClient]:
    app = create_app(Settings(internal_secret="secret", var=tmp_path), small.database)
    app.state.gateway._rasa = Answering()
    with TestClient(app) as client:
        form = {"username": "customer@test", "password": PASSWORD}
        token = client.post("/api/auth/token", data=form).json()["access_token"]
        client.headers["Authorization"] = f"Bearer {token}"
        yield client


def said(world: World) -> list[str]:
    with world.database.read() as session:
        return [row.body["text"] for row in session.scalars(select(Message).order_by(Message.id))]


def test_a_list_is_answered_once_like_a_message(client: TestClient, small: World) -> None:
    for _ in range(2):
        files = {"file": ("list.csv", SHEET, "text/csv")}
        answer = client.post("/api/chat/files", files=files, data={"message_id": "f1"})
        assert (answer.status_code, [one["text"] for one in answer.json()["messages"]]) == (200, ["Hello."])
    assert said(small) == ["40 20-104\n5 30-102", "Hello."]


def test_a_refused_file_is_no_turn(client: TestClient, small: World) -> None:
    files = {"file": ("list.pdf", b"%PDF", "application/pdf")}
    answer = client.post("/api/chat/files", files=files, data={"message_id": "f1"})
    assert (answer.status_code, answer.json()["code"]) == (422, "unsupported_file")
    assert client.post("/api/chat/files", data={"message_id": "f1"}).json()["code"] == "invalid"
    with small.database.read() as session:
        assert session.scalars(select(Turn)).all() == []


def test_nobody_sends_files_without_a_sign_in(client: TestClient, small: World) -> None:
    files = {"file": ("list.csv", SHEET, "text/csv")}
    answer = client.post("/api/chat/files", files=files, data={"message_id": "f1"}, headers={"Authorization": ""})
    assert (answer.status_code, said(small)) == (401, [])
