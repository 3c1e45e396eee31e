"""Reading a parquet file. Columns beyond the eight, such as a mark of the overlap, are not looked at."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq

from backend.errors import Invalid
from backend.imports.reading.sheet import Sheet, places


def read(path: Path) -> Sheet:
    """The file's one table. Raises Invalid where it is damaged."""
    try:
        header = pq.read_schema(path).names
        found = places(header, path.name)
        table = pq.read_table(path, columns=[header[at] for at in found.values()])
    except (pa.ArrowException, OSError, EOFError) as error:
        raise Invalid(
            f"{path.name} is a parquet file, but it is damaged or cut off; get it again. Nothing was imported.",
            code="import_damaged_file",
            file=path.name,
        ) from error
    frame = pl.from_arrow(table.rename_columns(list(found)))
    if not isinstance(frame, pl.DataFrame):
        raise TypeError("a parquet table is a frame")
    return Sheet(path.name, None, 1, frame)
