"""One voice: no exclamation marks in anything the assistant says, whatever module of texts it stands in."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path

import pytest

import actions

MODULES = sorted(path.stem for path in Path(actions.__file__ or "").parent.glob("texts*.py"))


def said(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from said(one)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from said(one)


@pytest.mark.parametrize("module", MODULES)
def test_nothing_is_shouted(module: str) -> None:
    texts = importlib.import_module(f"actions.{module}")
    for name in dir(texts):
        if name.isupper():
            assert [text for text in said(getattr(texts, name)) if "!" in text] == [], name
