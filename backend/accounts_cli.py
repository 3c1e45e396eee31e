"""``quartermaster user …``: accounts and their Telegram links."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlalchemy import select

from backend import migrations
from backend.chat.forgetting import forget_conversation
from backend.database import Database
from backend.errors import NotFound
from backend.identity import service
from backend.identity.tables import Role, User
from backend.settings import settings

account_app = typer.Typer(no_args_is_help=True, help="Accounts.")
TERMINAL_HOURS = 12


def _database() -> Database:
    database = Database(settings().database)
    migrations.migrate(database)
    return database


@account_app.command("add")
def add(
    email: str,
    role: Annotated[Role, typer.Option(help="Who the person is to the company.")],
    name: str = "",
    customer: Annotated[str | None, typer.Option(help="The customer's code, for a customer's person.")] = None,
    password: Annotated[str, typer.Option(prompt=True, hide_input=True, confirmation_prompt=True)] = "",
) -> None:
    """Add an account."""
    with _database().write() as session:
        user = service.add_user(session, email, name or email.partition("@")[0], role, password, customer)
        typer.echo(f"{user.email} may sign in as {user.role}.")


@account_app.command("link-telegram")
def link_telegram(email: str) -> None:
    """Print a one-time code; the person sends it to the bot as: /start CODE."""
    with _database().write() as session:
        code = service.new_link_code(session, _user(Database(settings().database), email).id)
    typer.echo(f"/start {code}\n(good once, for {service.LINK_MINUTES} minutes)")


@account_app.command("forget-conversation")
def forget(email: str) -> None:
    """Delete what a person and the assistant have said to each other, and what was kept of it for review."""
    database = _database()
    user = _user(database, email)
    with database.write() as session:
        there = forget_conversation(session, user.id)
    typer.echo(f"The conversation of {user.email} is deleted." if there else f"{user.email} has no conversation.")


def _user(database: Database, email: str) -> User:
    with database.read() as session:
        user = session.scalar(select(User).where(User.email == email.strip().lower(), User.active))
    if user is None:
        raise NotFound(f"There is no account for {email}.", code="unknown_account")
    return user


def token_for(database: Database, email: str) -> str:
    """A sign-in for the terminal: who can read the database may speak for anyone in it."""
    user = _user(database, email)
    with database.write() as session:
        return service.issue_token(session, user, TERMINAL_HOURS)
