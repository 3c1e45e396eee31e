"""Everything that is read from the environment, in one place.

A secret may be given as a variable or as the name of a file that holds it (``…_FILE``), which is how containers
pass secrets.
"""

from __future__ import annotations

import os
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

SECRET_VARIABLES = (
    "DATABASE_URL",
    "REDIS_URL",
    "TELEGRAM_BOT_TOKEN",
    "QUARTERMASTER_INTERNAL_SECRET",
)


class Settings(BaseSettings):
    """Settings of every desk process; names in the environment are upper case with the prefix QUARTERMASTER_."""

    model_config = SettingsConfigDict(env_prefix="QUARTERMASTER_", extra="ignore", populate_by_name=True)

    env: Literal["development", "production", "test"] = "development"
    var: Path = Path("var")
    database_url: str = Field(default="", validation_alias="DATABASE_URL")
    redis_url: str = Field(default="", validation_alias="REDIS_URL")
    telegram_bot_token: str = Field(default="", validation_alias="TELEGRAM_BOT_TOKEN")
    telegram_api_url: str = "https://api.telegram.org/bot"
    internal_secret: str = ""
    business_date: date | None = None

    gateway_host: str = "127.0.0.1"
    gateway_port: int = 8000
    gateway_workers: int = Field(default=1, ge=1, le=64)
    public_url: str = ""
    rasa_host: str = "127.0.0.1"
    rasa_port: int = 5005
    rasa_url: str = ""
    actions_host: str = "127.0.0.1"
    actions_port: int = 5055
    models_host: str = "127.0.0.1"
    models_port: int = 8100
    models_url: str = ""

    database_pool: int = 8
    turn_timeout: float = 30.0
    model_timeout: float = 10.0
    message_limit: int = 4000
    turns_per_minute: int = 60
    sign_ins_per_minute: int = 10
    sign_in_hours: int = 12
    button_minutes: int = 60
    sender_idle_minutes: int = 60
    low_stock_days: int = 14
    webhook_allow_http: bool = False
    webhook_allow_private: bool = False

    @property
    def database(self) -> str:
        """The database's address; the embedded one lies under var/."""
        return self.database_url or f"sqlite:///{(self.var / 'quartermaster.db').absolute()}"

    @property
    def rasa_address(self) -> str:
        """Base address of the Rasa server."""
        return self.rasa_url or f"http://{self.rasa_host}:{self.rasa_port}"

    @property
    def models_address(self) -> str:
        """Base address of the model server."""
        return self.models_url or f"http://{self.models_host}:{self.models_port}"

    @property
    def page_address(self) -> str:
        """Where people reach the page."""
        return self.public_url or f"http://{self.gateway_host}:{self.gateway_port}"


def _read_secret_files() -> None:
    for name in SECRET_VARIABLES:
        path = os.environ.get(f"{name}_FILE")
        if path and not os.environ.get(name):
            os.environ[name] = Path(path).read_text(encoding="utf-8").strip()


@lru_cache(maxsize=1)
def settings() -> Settings:
    """The process's settings, read once."""
    _read_secret_files()
    return Settings()
