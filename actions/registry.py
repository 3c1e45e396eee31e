"""Which function answers which skill, and which runs which tap."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from actions.context import Context
from actions.drafts import Draft

Handler = Callable[[Context], list[Draft]]
Command = Callable[[Context, Mapping[str, Any], str | None], list[Draft]]

HANDLERS: dict[str, Handler] = {}
COMMANDS: dict[str, Command] = {}


def skill(*names: str) -> Callable[[Handler], Handler]:
    """Register a function as the answer to skills."""

    def register(function: Handler) -> Handler:
        for name in names:
            HANDLERS[name] = function
        return function

    return register


def command(name: str) -> Callable[[Command], Command]:
    """Register a function as what a tap runs: it gets the arguments and the hash of what was shown."""

    def register(function: Command) -> Command:
        COMMANDS[name] = function
        return function

    return register
