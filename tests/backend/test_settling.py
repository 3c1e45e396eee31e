"""What a serving process does before it is asked anything."""

from __future__ import annotations

import subprocess
import sys

SETTLED = """
import gc, sys
from backend.settling import settle
settle()
print("holidays.countries" in sys.modules, gc.get_freeze_count() > 10_000, gc.get_threshold()[0] > 700)
"""


def test_the_calendar_is_there_and_what_stays_is_not_looked_through_again() -> None:
    ran = subprocess.run([sys.executable, "-c", SETTLED], capture_output=True, text=True, check=True, timeout=120)
    assert ran.stdout.split() == ["True", "True", "True"]
