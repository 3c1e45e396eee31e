"""Labelled messages as Rasa's training data, and as a skeleton of test stories; personal data replaced."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from sqlalchemy import select

from backend.chat.tables import Conversation
from backend.customers.tables import Customer
from backend.database import now
from backend.identity.tables import User
from backend.review import queries
from backend.review.invented import without_personal_data
from backend.review.tables import KeptMessage
from backend.work import Work

HEAD: Final = 'version: "3.1"\n'
NOTE: Final = "# Messages of people, kept for review and labelled; written by `quartermaster review export`.\n"
_INTENT: Final = re.compile(r"^- intent: (\w+)\s*$")
_EXAMPLE: Final = re.compile(r"^\s+- (.*\S)\s*$")
Examples = dict[str, list[str]]


@dataclass(frozen=True)
class Lesson:
    """A labelled message, fit to be published: what was said before it, what it was, and what it means."""

    kept: KeptMessage
    text: str
    skill: str
    before: Sequence[queries.Said] = ()


@dataclass
class Exported:
    """What became of the labelled messages: written, there already, or there with another meaning."""

    written: list[Lesson] = field(default_factory=list)
    known: list[Lesson] = field(default_factory=list)
    contradicted: list[Lesson] = field(default_factory=list)


def lessons(work: Work) -> list[Lesson]:
    """Every labelled message, the oldest first."""
    queries.require(work)
    rows = list(
        work.session.scalars(select(KeptMessage).where(KeptMessage.state == "labelled").order_by(KeptMessage.id))
    )
    said = queries.said_before(work, rows)
    people, companies = _names(work)
    found = []
    for kept in rows:
        before = [
            queries.Said(each.author, on_one_line(without_personal_data(each.text, people, companies)))
            for each in said[kept.id]
        ]
        text = on_one_line(without_personal_data(kept.text, people, companies))
        if text and kept.label is not None:
            found.append(Lesson(kept, text, kept.label, before))
    return found


def _names(work: Work) -> tuple[list[str], list[str]]:
    """Of everybody with a conversation, and of every customer."""
    people = work.session.scalars(select(User.name).join(Conversation, Conversation.user_id == User.id))
    return list(people), list(work.session.scalars(select(Customer.name)))


def on_one_line(text: str) -> str:
    """As an example stands in a file: on one line, without what Rasa would take for an entity or a command."""
    text = " ".join(text.replace("[", "(").replace("]", ")").split())
    return text.lstrip("-/∕* ").strip()


def export(found: Iterable[Lesson], file: Path) -> Exported:
    """Add messages to a file of examples, each once; what other files beside it have is left out.

    The same words under two skills would teach nothing, so they are left to whoever calls this.
    """
    own = read_examples(file)
    beside = [read_examples(each) for each in sorted(file.parent.glob("*.yml")) if each != file]
    meant: dict[str, set[str]] = {}
    for examples in (own, *beside):
        for skill, texts in examples.items():
            for text in texts:
                meant.setdefault(text.casefold(), set()).add(skill)
    done = Exported()
    for lesson in found:
        skills = meant.setdefault(lesson.text.casefold(), set())
        if lesson.skill in skills:
            done.known.append(lesson)
        elif skills:
            done.contradicted.append(lesson)
        else:
            skills.add(lesson.skill)
            own.setdefault(lesson.skill, []).append(lesson.text)
            done.written.append(lesson)
    if done.written:
        _write(file, own)
    return done


def mark(done: Exported) -> None:
    """Note on the rows when they were exported."""
    for lesson in (*done.written, *done.known):
        lesson.kept.exported_at = lesson.kept.exported_at or now()


def read_examples(file: Path) -> Examples:
    """The examples of a file in Rasa's format, by skill; a file that is not there has none."""
    found: Examples = {}
    skill = ""
    for line in file.read_text(encoding="utf-8").splitlines() if file.exists() else ():
        if intent := _INTENT.match(line):
            skill = intent[1]
        elif skill and (example := _EXAMPLE.match(line)):
            found.setdefault(skill, []).append(example[1])
    return found


def _write(file: Path, examples: Examples) -> None:
    parts = [HEAD, NOTE, "nlu:\n"]
    for skill in sorted(examples):
        parts.append(f"- intent: {skill}\n  examples: |\n")
        parts += [f"    - {text}\n" for text in examples[skill]]
    file.parent.mkdir(parents=True, exist_ok=True)
    waiting = file.with_suffix(".part")
    waiting.write_text("".join(parts), encoding="utf-8")
    waiting.replace(file)


def stories(found: Iterable[Lesson]) -> str:
    """A skeleton of Rasa test stories: each message with its skill, what was said before it as a comment."""
    parts = [HEAD, "# A skeleton: give each story a name, and the turns before it that it needs.\n", "stories:\n"]
    for lesson in found:
        parts.append(f"- story: kept message {lesson.kept.id} ({lesson.kept.reason}, {lesson.kept.role})\n  steps:\n")
        parts += [f"  # {each.author}: {each.text}\n" for each in lesson.before]
        parts.append(
            f"  - user: |\n      {lesson.text}\n    intent: {lesson.skill}\n  - action: action_{lesson.skill}\n"
        )
    return "".join(parts)
