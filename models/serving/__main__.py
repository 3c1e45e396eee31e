"""`python -m models.serving`: run the model server until it is told to stop."""

from __future__ import annotations

import logging
import os
import sys

import torch
import uvicorn

from models.serving.app import create_app
from models.serving.settings import SettingsError, read_settings


def main() -> int:
    """Returns the exit code: 2 where the settings are not enough."""
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        print(error, file=sys.stderr)
        return 2
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    torch.set_num_threads(settings.threads)
    app = create_app(secret=settings.secret, root=settings.artefacts)
    uvicorn.run(app, host=settings.host, port=settings.port, log_config=None, access_log=False)
    return 0


if __name__ == "__main__":
    sys.exit(main())
