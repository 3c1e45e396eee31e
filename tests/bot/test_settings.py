"""Without a shared secret the assistant does not start."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.components.settings import Settings, SettingsError, from_environment

SECRET = "0123456789abcdef"


def test_the_secret_from_the_environment() -> None:
    assert from_environment({"QUARTERMASTER_INTERNAL_SECRET": SECRET}) == Settings(SECRET, None, 25.0)


def test_the_secret_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text(SECRET + "\n")
    assert from_environment({"QUARTERMASTER_INTERNAL_SECRET_FILE": str(file)}).secret == SECRET


def test_the_address_and_patience_of_actions() -> None:
    settings = from_environment(
        {
            "QUARTERMASTER_INTERNAL_SECRET": SECRET,
            "QUARTERMASTER_ACTIONS_URL": "http://actions:5055/webhook",
            "QUARTERMASTER_ACTION_SECONDS": "2.5",
        }
    )
    assert settings == Settings(SECRET, "http://actions:5055/webhook", 2.5)


@pytest.mark.parametrize(
    "environment",
    [
        {},
        {"QUARTERMASTER_INTERNAL_SECRET": ""},
        {"QUARTERMASTER_INTERNAL_SECRET": "short"},
        {"QUARTERMASTER_INTERNAL_SECRET": "0123456789abcdéf"},
        {"QUARTERMASTER_INTERNAL_SECRET_FILE": "/no/such/file"},
        {"QUARTERMASTER_INTERNAL_SECRET": SECRET, "QUARTERMASTER_ACTION_SECONDS": "soon"},
        {"QUARTERMASTER_INTERNAL_SECRET": SECRET, "QUARTERMASTER_ACTION_SECONDS": "600"},
    ],
)
def test_refused_with_a_sentence_that_says_what_to_set(environment: dict[str, str]) -> None:
    with pytest.raises(SettingsError, match="QUARTERMASTER_"):
        from_environment(environment)
