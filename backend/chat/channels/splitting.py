"""Telegram's limits, and long texts in pieces that keep to them.

Telegram counts UTF-16 code units, after reading the markup; here the markup counts too, so a piece is never too long.
Source: https://core.telegram.org/bots/api#sendmessage, #sendphoto, #inlinekeyboardbutton.
"""

from __future__ import annotations

import re
from html import escape, unescape

MESSAGE_LIMIT = 4096  # UTF-16 code units of a message
CAPTION_LIMIT = 1024  # UTF-16 code units of a picture's caption
CALLBACK_DATA_LIMIT = 64  # bytes of UTF-8 behind a button
KEYBOARD_LIMIT = 100  # buttons under one message
CALLBACK_ANSWER_LIMIT = 200  # characters shown for a moment after a tap

_TOKEN = re.compile(r"<[^<>]*>|&(?:#\d+|#x[0-9a-fA-F]+|[a-zA-Z]\w*);|.", re.DOTALL)
_TAG = re.compile(r"<(/?)([a-zA-Z][\w-]*)[^<>]*>")


def units(text: str) -> int:
    """Length as Telegram counts it: UTF-16 code units."""
    return len(text) + sum(1 for each in text if ord(each) > 0xFFFF)


def shortened(text: str, limit: int) -> str:
    """Plain text of at most ``limit`` UTF-16 code units, with "…" where something was left out."""
    if units(text) <= limit:
        return text
    kept = text[: limit - 1]
    while units(kept) > limit - 1:
        kept = kept[:-1]
    return kept.rstrip() + "…"


def split_html(html: str, limit: int = MESSAGE_LIMIT) -> list[str]:
    """HTML in pieces of at most ``limit``: cut at line ends, and inside a line only where it alone is too long.

    No tag and no entity is ever cut; what is open at a cut is closed and opened again. Pieces with nothing to see are
    left out. A newline at which was cut belongs to neither piece.
    """
    splitter = _Splitter(limit)
    for line in html.split("\n"):
        splitter.add_line(line)
    return splitter.finish()


def split_text(text: str, limit: int = MESSAGE_LIMIT) -> list[str]:
    """Plain text in pieces of at most ``limit``, cut as ``split_html`` does."""
    return [unescape(piece) for piece in split_html(escape(text, quote=False), limit)]


class _Splitter:
    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._pieces: list[str] = []
        self._open: list[str] = []  # tags as they were written
        self._piece = ""
        self._size = 0
        self._begun = False

    def add_line(self, line: str) -> None:
        glue = "\n" if self._begun else ""
        tokens: list[str] = _TOKEN.findall(line)
        after = _opened(self._open, tokens)
        if not self._fits(glue + line, after) and self._begun:
            self._cut()
            glue = ""
        if self._fits(glue + line, after):
            self._add(glue + line, after)
        else:
            for token in tokens:
                self._add_token(token)
        self._begun = True

    def finish(self) -> list[str]:
        self._cut()
        return self._pieces

    def _add_token(self, token: str) -> None:
        after = _opened(self._open, [token])
        if not self._fits(token, after):
            self._cut()
        self._add(token, after)

    def _fits(self, addition: str, after: list[str]) -> bool:
        return self._size + units(addition) + units(_closing(after)) <= self._limit

    def _add(self, addition: str, after: list[str]) -> None:
        self._piece += addition
        self._size += units(addition)
        self._open = after

    def _cut(self) -> None:
        whole = self._piece + _closing(self._open)
        if unescape(_TAG.sub("", whole)).strip():
            self._pieces.append(whole)
        self._piece = "".join(self._open)
        self._size = units(self._piece)
        self._begun = False


def _opened(stack: list[str], tokens: list[str]) -> list[str]:
    """What is open after the tokens."""
    stack = list(stack)
    for token in tokens:
        tag = _TAG.fullmatch(token) if len(token) > 1 else None
        if tag is None:
            continue
        if not tag[1]:
            stack.append(token)
        elif stack:
            stack.pop()
    return stack


def _closing(stack: list[str]) -> str:
    names = (tag[2] for tag in map(_TAG.fullmatch, reversed(stack)) if tag is not None)
    return "".join(f"</{name}>" for name in names)
