"""The model server: forecasts and order quantities over the Open Inference Protocol. Run `python -m models.serving`."""

from models.serving.app import create_app
from models.serving.settings import Settings, SettingsError, read_settings

__all__ = ["Settings", "SettingsError", "create_app", "read_settings"]
