"""The catalogues that the reader is tested on: a small one of fasteners and textiles, and the real giftware."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from actions.language.catalogue import CatalogueIndex, Entry, Pack

Reader = Callable[..., Any]
ROOT = Path(__file__).resolve().parents[3]
REAL_FILE = ROOT.parent / "shared" / "data" / "online_retail_ii" / "online_retail_ii.parquet"

BOLT_SIZES = [f"M{d}x{length}" for d in (4, 5, 6, 8, 10, 12, 16) for length in (20, 40, 50, 60)]
FINISHES = {"20": "zinc", "21": "A2 stainless", "22": "black"}
COLOURS = ("blue", "red", "natural", "white")


def fasteners_and_textiles() -> CatalogueIndex:
    """Bolts in three finishes (20-, 21-, 22-), nuts (31-), washers (30-), linen (50-), thread, zips, knobs, sundries.

    The bolt of size number n has the code 20-(100+n): 20-104 is M5x20 zinc, 20-113 is M8x40 zinc.
    """
    entries = [
        Entry(f"{prefix}-{100 + n}", f"{size} hex bolt {finish}", "Fasteners", "each", 1, (Pack("box", 100),))
        for prefix, finish in FINISHES.items()
        for n, size in enumerate(BOLT_SIZES)
    ]
    for n, d in enumerate((4, 5, 6, 8, 10, 12, 16)):
        entries.append(Entry(f"30-{100 + n}", f"M{d} washer form A", "Fasteners", "each", 1, (Pack("box", 200),)))
        entries.append(Entry(f"31-{100 + n}", f"M{d} hex nut zinc", "Fasteners", "each", 1, (Pack("box", 100),)))
    for n, colour in enumerate(COLOURS):
        name = colour.title()
        entries += [
            Entry(f"50-{100 + n}", f"{name} linen 140cm", "Fabrics", "metre", 10, (Pack("roll", 500),)),
            Entry(f"51-{100 + n}", f"{name} polyester thread 1000m", "Haberdashery", "each", 1, (Pack("box", 10),)),
            Entry(f"52-{100 + n}", f"{name} nylon zip 20cm", "Haberdashery", "each", 1, (Pack("pack", 25),)),
            Entry(f"53-{100 + n}", f"{name} ceramic drawer knob", "Ironmongery", "each"),
        ]
    entries += [
        Entry("60-100", "Parcel tape brown 48mm x 66m", "Packaging", "roll", 1, (Pack("box", 36),)),
        Entry("60-101", "Work gloves large", "Workwear", "pair", 1, (Pack("pack", 12),)),
        Entry("60-102", "Wood glue 1 litre", "Adhesives", "each"),
        Entry("60-103", "Wood screws assorted", "Fasteners", "kg", 10),
        Entry("60-104", "Brass cup hook 25mm", "Ironmongery", "each", 1, (Pack("box", 50), Pack("box", 200))),
        Entry("90-100", "Green linen 140cm", "Fabrics", "metre", 10, active=False),
    ]
    return CatalogueIndex(entries)


def seaside_shop() -> CatalogueIndex:
    """An invented gift shop, whose names share nouns, colours, numbers and small words."""
    names = {
        "T1": "Pirate lunch tin", "T2": "Mermaid lunch tin", "T3": "Lighthouse lunch tin",
        "S1": "Sandcastle spade pink", "S2": "Sandcastle spade blue", "S3": "Sandcastle rake pink",
        "S4": "Sandcastle rake blue",
        "C1": "Dotty cup pink", "C2": "Dotty cup blue", "C3": "Dotty dish pink", "C4": "Dotty dish blue",
        "D1": "Harbour door sign 1", "D2": "Harbour door sign 2", "D3": "Harbour door sign 3",
        "L1": "Letter A enamel hook", "L2": "Letter B enamel hook", "L3": "Letter T enamel hook",
        "G1": "Love garden stake", "G2": "Home garden stake", "G3": "Bath garden stake",
        "H1": "Wicker hamper small", "H2": "Wicker hamper large", "H3": "Lantern seven point star L",
        "H4": "Lantern seven point star S", "H5": "Shrimping net", "H6": "Wooden tool crate",
        "N1": "Pirate napkins", "N2": "Pirate bunting", "N3": "Mermaid napkins", "N4": "Mermaid bunting",
        "K1": "Quilted kettle cover", "K2": "12 striped rose windmills",
        "R1": "Watering pot pink whale", "R2": "Watering pot blue whale", "R3": "Puzzle with watering pot",
    }  # fmt: skip
    entries = [Entry(sku, name, "Gifts", "each", 1, (Pack("box", 12),)) for sku, name in names.items()]
    herbs = ("thyme", "mint", "sage", "basil")
    entries += [Entry(str(44010 + n), f"Herb label {herb}", "Garden", "each") for n, herb in enumerate(herbs)]
    return CatalogueIndex(entries)


def giftware() -> CatalogueIndex:
    """The real wholesaler's products, each under its most frequent description; codes that differ by case are one."""
    import polars as pl

    frame = (
        pl.read_parquet(REAL_FILE, columns=["StockCode", "Description", "Price"])
        .filter(pl.col("Description").is_not_null() & (pl.col("Price") > 0))
        .with_columns(pl.col("StockCode").str.strip_chars().str.to_uppercase(), pl.col("Description").str.strip_chars())
        .group_by("StockCode", "Description")
        .len()
        .sort(["len", "Description"], descending=[True, False])
        .group_by("StockCode", maintain_order=True)
        .first()
    )
    rows = frame.select("StockCode", "Description").iter_rows()
    return CatalogueIndex(Entry(code, name, "giftware", "each") for code, name in rows)
