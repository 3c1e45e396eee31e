"""What the rules make of labelled order messages, part by part: what `models.understanding.wanted` learns from.

    python -m actions.evaluation.fragments INTO FILE…

needs a database with the files' catalogue (`DATABASE_URL`), and adds to the file INTO, one JSON object a message:
`{"text", "parts": [[start, end, kind]]}`. A part is a stretch of the text that the reader took for one thing.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

from actions.catalogue import CatalogueSource
from actions.evaluation.messages import ExpectedLine, Labelled, load
from actions.evaluation.order_lines import Booked, right
from actions.evaluation.running import ORDERS
from actions.language.orders import OrderReading, read_order
from backend.company.service import business_clock
from backend.database import Database
from backend.settings import settings

Kind = Literal["booked", "asked", "near", "passed over", "too many"]
"""A line that is right and booked; one that rightly asks; one of the right product that is not exact; words that were
taken for no line; a line that is none."""
Part = tuple[int, int, Kind]
_NEVER: Final = "evaluation"


def parts_of(message: Labelled, reading: OrderReading) -> list[Part]:
    """The parts of one message, each with what it is. Where a line was not found, what is left may be it."""
    left = [(Booked.of(line), line.span) for line in reading.lines]
    found: list[Part] = []
    missed: list[ExpectedLine] = []
    for line in message.lines or ():
        pairs = [one for one in left if right(line, one[0])]
        if not pairs or (not line.right and len(pairs) > 1):  # of what nobody has, any question may be the one
            missed.append(line)
            continue
        pair = pairs[0]
        left.remove(pair)
        found.append((*pair[1], "asked" if pair[0].asks else "booked"))
    unseen = 0
    for line in missed:
        near = next((one for one in left if line.right & {one[0].sku, *one[0].candidates}), None)
        if near is None:
            unseen += 1
            continue
        left.remove(near)
        found.append((*near[1], "near"))
    if not unseen:
        found += [(*span, "too many") for _, span in left]
        found += [(*one.span, "passed over") for one in reading.unread]
    return sorted(found)


def gather(database: Database, messages: Sequence[Labelled]) -> list[tuple[str, list[Part]]]:
    """The order messages and their parts, each read on its own."""
    index = CatalogueSource(database).current().index
    with database.read() as session:
        today = business_clock(session).today()
    return [
        (message.text, parts_of(message, read_order(message.text, index, today=today, judged=False)))
        for message in messages
        if message.lines is not None and message.skill in ORDERS
    ]


def main() -> None:
    """Read the files and add their parts. What the reader is judged by is refused."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("into", type=Path)
    parser.add_argument("files", type=Path, nargs="+")
    chosen = parser.parse_args()
    if any(file.resolve().parent.name == _NEVER for file in chosen.files):
        sys.exit("Evaluation messages are not learnt from.")
    database = Database(settings().database)
    kinds = Counter[str]()
    with chosen.into.open("a", encoding="utf-8") as out:
        for file in chosen.files:
            for text, parts in gather(database, load(file)):
                kinds.update(kind for _, _, kind in parts)
                out.write(json.dumps({"text": text, "parts": parts}, ensure_ascii=False) + "\n")
    sys.stdout.write(", ".join(f"{count} {kind}" for kind, count in kinds.most_common()) + "\n")


if __name__ == "__main__":
    main()
