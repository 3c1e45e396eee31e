"""What a serving process does once it has started, so that no request waits for it."""

from __future__ import annotations

import gc
from typing import Final

from sqlalchemy.orm import configure_mappers

from backend.database import now
from backend.working_days import bank_holidays

YOUNG: Final = 20_000  # new objects between two collections; a request makes some thousands, nearly all freed at once


def settle() -> None:
    """Do now what the first request would wait for, and spare the garbage collector what stays for ever.

    The calendars' library takes a second to import, and is imported when it is first asked. Code and mappings are
    hundreds of thousands of objects that no collection can free, and each full one looked through all of them in the
    middle of somebody's request: a quarter of what placing an order cost.
    """
    configure_mappers()
    bank_holidays(now().year)
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG, 20, 20)
