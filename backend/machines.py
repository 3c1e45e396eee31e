"""State machines as data: one table of transitions per document, kept in its domain's ``states`` module.

A transition that is not in its table can't happen: setting a mapped object's state is checked here, and the database
refuses it by a trigger made from the same table, so that no UPDATE from elsewhere gets past it either.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import InstrumentedAttribute
from sqlalchemy.orm.base import NO_VALUE, PASSIVE_NO_RESULT

from backend.errors import Conflict


@dataclass(frozen=True)
class Machine:
    """``document`` is what people call it, ``table`` where its ``state`` column stands."""

    document: str
    table: str
    transitions: Mapping[str, frozenset[str]]

    @property
    def final(self) -> frozenset[str]:
        """The states that nothing leaves."""
        return frozenset(state for state, following in self.transitions.items() if not following)

    def allows(self, current: str, wanted: str) -> bool:
        """Whether one step leads from one state to the other."""
        return wanted in self.transitions.get(current, frozenset())

    def require(self, current: str, wanted: str) -> str:
        """The wanted state; Conflict where no step leads there."""
        if not self.allows(current, wanted):
            raise Conflict(
                f"{_article(self.document)} that is {_words(current)} can't become {_words(wanted)}.",
                code="illegal_transition",
                state=current,
            )
        return wanted

    def guard(self, attribute: InstrumentedAttribute[str]) -> None:
        """Refuse every other change of a mapped ``state``; a new document may begin anywhere (imports do)."""

        @event.listens_for(attribute, "set", retval=True, active_history=True)
        def check(_target: object, value: str, before: Any, _initiator: object) -> str:
            if before in (None, NO_VALUE, PASSIVE_NO_RESULT, value) or not isinstance(before, str):
                return value
            return self.require(before, value)

    def diagram(self) -> str:
        """A Mermaid state diagram."""
        lines = ["stateDiagram-v2"]
        for state, following in self.transitions.items():
            lines += [f"    {state} --> {after}" for after in sorted(following)]
            if not following:
                lines.append(f"    {state} --> [*]")
        return "\n".join(lines)


def _words(state: str) -> str:
    return state.replace("_", " ")


def _article(document: str) -> str:
    return f"{'An' if document[0] in 'aeiou' else 'A'} {document}"


def triggers(machine: Machine, dialect: str) -> list[str]:
    """The DDL that makes the database refuse every transition that is not in the table."""
    name = f"{machine.table}_state"
    legal = " OR ".join(
        f"(OLD.state = '{state}' AND NEW.state IN ({', '.join(repr(after) for after in sorted(following))}))"
        for state, following in machine.transitions.items()
        if following
    )
    refused = f"OLD.state <> NEW.state AND NOT ({legal})"
    message = f"illegal transition of {machine.table}"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {name} BEFORE UPDATE OF state ON {machine.table} FOR EACH ROW WHEN {refused} "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        ]
    return [
        f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END $$",
        f"CREATE TRIGGER {name} BEFORE UPDATE OF state ON {machine.table} FOR EACH ROW WHEN ({refused}) "
        f"EXECUTE FUNCTION {name}()",
    ]


def append_only(table: str, dialect: str) -> list[str]:
    """The DDL that makes the database refuse to change a row of a ledger."""
    message = f"{table} is append-only"
    if dialect == "sqlite":
        return [
            f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} FOR EACH ROW "
            f"BEGIN SELECT RAISE(ABORT, '{message}'); END"
        ]
    return [
        f"CREATE FUNCTION {table}_kept() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$ BEGIN RAISE EXCEPTION '{message}' USING ERRCODE = 'check_violation'; END $$",
        f"CREATE TRIGGER {table}_kept BEFORE UPDATE ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_kept()",
    ]
