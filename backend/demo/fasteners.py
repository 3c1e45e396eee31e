"""The fasteners of the price list."""

from __future__ import annotations

from typing import Final

from backend.demo.ranges import Range

# One entry a line reads better than one argument a line.
# fmt: off

ZINC: Final = {"material": "steel", "finish": "zinc"}
STAINLESS: Final = {"material": "stainless A2", "finish": "plain"}
SMALL: Final = (("pack", 50), ("box", 200))
MIDDLE: Final = (("pack", 25), ("box", 100))
LARGE: Final = (("pack", 10), ("box", 50))

BOLTS: Final = (
    Range(
        10, "Bolts", "Hex bolt", "Hex bolt {v} zinc",
        "M5x20 0.052 s | M6x20 0.058 m | M6x30 0.066 f | M6x40 0.078 m | M6x50 0.091 s | M6x60 0.105 i"
        " | M8x25 0.112 m | M8x30 0.126 m | M8x40 0.165 f | M8x50 0.189 f | M8x60 0.217 m | M8x80 0.268 s",
        "S201", 100, SMALL, options=ZINC,
    ),
    Range(
        10, "Bolts", "Hex bolt", "Hex bolt {v} zinc",
        "M10x30 0.232 m | M10x40 0.259 m | M10x50 0.291 f | M10x60 0.328 f | M10x80 0.405 m | M10x100 0.492 s"
        " | M12x40 0.386 s | M12x50 0.428 m | M12x60 0.471 m | M12x80 0.562 m | M12x100 0.668 s",
        "S201", 50, MIDDLE, options=ZINC,
    ),
    Range(
        10, "Bolts", "Hex bolt", "Hex bolt {v} zinc",
        "M16x60 0.905 s | M16x80 1.085 s | M16x100 1.290 i | M20x80 1.940 i",
        "S201", 20, LARGE, options=ZINC,
    ),
    Range(
        11, "Bolts", "Hex bolt", "Hex bolt {v} stainless A2",
        "M6x20 0.148 m | M6x30 0.172 f | M6x50 0.235 s | M8x30 0.298 m | M8x50 0.402 m | M8x60 0.455 s",
        "S203", 50, SMALL, options=STAINLESS,
    ),
    Range(
        11, "Bolts", "Hex bolt", "Hex bolt {v} stainless A2",
        "M10x50 0.665 m | M10x80 0.935 s | M12x50 0.985 s | M12x80 1.320 s | M12x100 1.545 i",
        "S203", 25, MIDDLE, options=STAINLESS,
    ),
    Range(
        20, "Bolts", "Coach bolt", "Coach bolt {v} zinc",
        "M6x50 0.128 s | M8x50 0.205 m | M8x75 0.262 m | M10x80 0.420 f | M10x100 0.486 f | M10x130 0.598 m"
        " | M12x100 0.742 m | M12x150 0.995 s | M12x200 1.310 i",
        "S201", 40, (("pack", 10), ("box", 100)), options=ZINC, moq=10, multiple=10,
        aliases=("carriage bolt {v}",),
    ),
    Range(
        20, "Bolts", "Coach bolt", "Coach bolt {v} stainless A2",
        "M8x75 0.698 s | M10x100 1.240 s | M12x150 2.150 i",
        "S203", 20, (("pack", 10), ("box", 50)), options=STAINLESS, moq=10, multiple=10,
    ),
    Range(
        22, "Bolts", "Eye bolt", "Eye bolt {v} zinc",
        "M6x60 0.382 s | M8x80 0.565 m | M10x100 0.880 s | M12x120 1.420 i",
        "S204", 10, (("bag", 10),), options=ZINC,
    ),
    Range(
        22, "Bolts", "U bolt", "U bolt {v} zinc",
        "M8 pipe 25 mm 0.640 s | M8 pipe 32 mm 0.695 m | M10 pipe 50 mm 1.060 s",
        "S204", 20, (("bag", 10),), options=ZINC,
    ),
)

SCREWS: Final = (
    Range(
        30, "Screws", "Wood screw", "Wood screw {v} countersunk pozi yellow",
        "3.5x16 0.0142 s | 3.5x25 0.0158 m | 4x30 0.0186 m | 4x40 0.0215 f | 4x50 0.0248 f | 4x60 0.0292 m"
        " | 5x40 0.0286 m | 5x50 0.0324 f | 5x60 0.0372 f | 5x70 0.0426 m | 5x80 0.0489 m | 6x80 0.0652 s"
        " | 6x100 0.0815 s | 6x120 0.1040 i",
        "S202", 600, (("box", 200), ("case", 2000)), moq=100, multiple=100,
        options={"material": "steel", "finish": "yellow"}, aliases=("woodscrew {v}",),
    ),
    Range(
        31, "Screws", "Decking screw", "Decking screw {v} green",
        "4.5x50 0.0412 m | 4.5x65 0.0486 f | 4.5x75 0.0548 m",
        "S202", 600, (("box", 200), ("tub", 1000)), moq=100, multiple=100,
        options={"material": "steel", "finish": "green"},
    ),
    Range(
        31, "Screws", "Decking screw", "Decking screw {v} tan", "4.5x65 0.0472 m",
        "S202", 400, (("box", 200), ("tub", 1000)), moq=100, multiple=100,
        options={"material": "steel", "finish": "tan"},
    ),
    Range(
        32, "Screws", "Drywall screw", "Drywall screw {v} black",
        "3.5x25 0.0092 m | 3.5x32 0.0104 f | 3.5x38 0.0118 f | 3.5x50 0.0152 m",
        "S202", 2000, (("box", 1000),), moq=500, multiple=500,
        options={"material": "steel", "finish": "black"}, aliases=("plasterboard screw {v}",),
    ),
    Range(
        33, "Screws", "Self-drilling screw", "Self-drilling screw {v} hex zinc",
        "4.8x19 0.0435 s | 5.5x25 0.0542 m | 5.5x38 0.0668 m | 5.5x50 0.0812 s",
        "S202", 200, (("box", 100),), moq=100, multiple=100, options=ZINC, aliases=("tek screw {v}",),
    ),
    Range(
        34, "Screws", "Machine screw", "Machine screw {v} pan pozi stainless A2",
        "M3x10 0.0325 s | M3x16 0.0372 s | M4x12 0.0448 m | M4x20 0.0526 m | M5x16 0.0654 m | M5x25 0.0772 s",
        "S203", 100, (("box", 100),), moq=20, multiple=10, options=STAINLESS,
    ),
    Range(
        35, "Screws", "Socket cap screw", "Socket cap screw {v} black",
        "M5x20 0.0895 s | M6x16 0.0985 m | M6x25 0.1180 m | M8x20 0.1560 m | M8x35 0.1980 s | M10x30 0.3120 s",
        "S204", 50, (("box", 100),), options={"material": "steel 12.9", "finish": "black"}, aliases=("allen bolt {v}",),
    ),
)

NUTS: Final = (
    Range(
        40, "Nuts", "Hex nut", "Hex nut {v} zinc",
        "M5 0.012 s | M6 0.016 f | M8 0.027 f | M10 0.052 f | M12 0.078 m | M16 0.162 s",
        "S202", 100, (("bag", 50), ("box", 250)), multiple=10, moq=10, options=ZINC, aliases=("{v} nut",),
    ),
    Range(
        40, "Nuts", "Hex nut", "Hex nut {v} stainless A2", "M6 0.042 m | M8 0.071 m | M10 0.138 m | M12 0.205 s",
        "S203", 50, (("bag", 50), ("box", 250)), multiple=10, moq=10, options=STAINLESS,
    ),
    Range(
        41, "Nuts", "Nyloc nut", "Nyloc nut {v} zinc",
        "M5 0.026 s | M6 0.031 m | M8 0.048 f | M10 0.086 m | M12 0.132 s",
        "S202", 100, (("bag", 50), ("box", 250)), multiple=10, moq=10, options=ZINC, aliases=("lock nut {v}",),
    ),
    Range(
        41, "Nuts", "Nyloc nut", "Nyloc nut {v} stainless A2", "M6 0.078 m | M8 0.118 m | M10 0.212 s",
        "S203", 50, (("bag", 50), ("box", 250)), multiple=10, moq=10, options=STAINLESS,
    ),
    Range(
        42, "Nuts", "Wing nut", "Wing nut {v} zinc", "M6 0.098 s | M8 0.132 s | M10 0.205 i",
        "S204", 50, (("bag", 50),), options=ZINC, moq=10, multiple=5,
    ),
    Range(
        43, "Nuts", "Dome nut", "Dome nut {v} stainless A2", "M6 0.182 s | M8 0.265 s | M10 0.448 i",
        "S203", 25, (("bag", 25),), options=STAINLESS, moq=10, multiple=5,
    ),
)

WASHERS: Final = (
    Range(
        45, "Washers", "Flat washer", "Flat washer {v} form A zinc",
        "M5 0.0068 s | M6 0.0085 f | M8 0.0124 f | M10 0.0196 f | M12 0.0285 m | M16 0.0540 s",
        "S204", 250, (("bag", 50), ("box", 250)), multiple=10, moq=10, options=ZINC, aliases=("{v} washer",),
    ),
    Range(
        45, "Washers", "Flat washer", "Flat washer {v} form A stainless A2",
        "M6 0.0225 m | M10 0.0485 m | M12 0.0720 s",
        "S203", 100, (("bag", 50), ("box", 250)), multiple=10, moq=10, options=STAINLESS,
    ),
    Range(
        46, "Washers", "Spring washer", "Spring washer {v} zinc",
        "M6 0.0112 s | M8 0.0158 m | M10 0.0242 m | M12 0.0356 s",
        "S204", 200, (("bag", 100), ("box", 500)), multiple=10, moq=10, options=ZINC,
    ),
    Range(
        47, "Washers", "Penny washer", "Penny washer {v} zinc", "M6 0.0342 m | M8 0.0398 m | M10 0.0585 s",
        "S204", 100, (("bag", 50), ("box", 200)), multiple=10, moq=10, options=ZINC, aliases=("repair washer {v}",),
    ),
)

ANCHORS: Final = (
    Range(
        50, "Anchors", "Sleeve anchor", "Sleeve anchor {v} zinc",
        "M6x45 0.265 m | M8x65 0.412 f | M10x75 0.585 m | M12x100 0.925 s",
        "S204", 50, (("box", 50),), moq=10, multiple=5, options=ZINC,
    ),
    Range(
        51, "Anchors", "Through bolt", "Through bolt {v} zinc",
        "M8x80 0.448 m | M10x90 0.625 f | M12x120 0.985 m | M16x140 1.780 s",
        "S204", 25, (("box", 25),), moq=10, multiple=5, options=ZINC,
    ),
    Range(
        52, "Anchors", "Frame fixing", "Frame fixing {v} nylon",
        "8x80 0.142 m | 8x100 0.168 m | 10x120 0.258 s | 10x160 0.342 i",
        "S204", 50, (("box", 50),), moq=10, multiple=5, options={"material": "nylon"},
    ),
    Range(
        53, "Anchors", "Wall plug", "Wall plug {v}",
        "yellow 5 mm 0.0062 s | red 6 mm 0.0071 f | brown 7 mm 0.0084 f | blue 10 mm 0.0182 s",
        "S204", 500, (("box", 100), ("case", 1000)), moq=100, multiple=100, options={"material": "nylon"}, key="type",
    ),
    Range(
        54, "Anchors", "Resin anchor", "Resin anchor cartridge {v}",
        "polyester 300 ml 5.950 m | vinylester 300 ml 8.900 s",
        "S204", 6, (("case", 12),), key="type",
    ),
)

RIVETS_AND_ROD: Final = (
    Range(
        60, "Rivets", "Blind rivet", "Blind rivet {v} aluminium dome",
        "3.2x8 0.0215 m | 3.2x10 0.0232 m | 4x10 0.0284 f | 4x12 0.0305 m | 4.8x12 0.0392 m | 4.8x16 0.0448 s",
        "S204", 500, (("bag", 100), ("box", 500)), moq=100, multiple=100, options={"material": "aluminium"},
        aliases=("pop rivet {v}",),
    ),
    Range(
        61, "Rivets", "Blind rivet", "Blind rivet {v} stainless A2", "3.2x8 0.0680 s | 4x10 0.0865 s | 4.8x12 0.1180 i",
        "S203", 200, (("bag", 100), ("box", 500)), moq=100, multiple=100, options=STAINLESS,
    ),
    Range(
        62, "Rivets", "Rivet nut", "Rivet nut {v} zinc", "M4 0.0985 s | M5 0.1120 m | M6 0.1340 m | M8 0.1850 s",
        "S204", 100, (("bag", 50),), moq=10, multiple=10, options=ZINC,
    ),
    Range(
        65, "Threaded rod", "Threaded rod", "Threaded rod {v} x 1 m zinc",
        "M6 0.780 m | M8 1.150 f | M10 1.680 f | M12 2.420 m | M16 4.350 s | M20 7.100 i",
        "S204", 10, (("bundle", 10),), options=ZINC, aliases=("{v} studding",),
    ),
    Range(
        65, "Threaded rod", "Threaded rod", "Threaded rod {v} x 1 m stainless A2",
        "M6 2.350 s | M8 3.620 s | M10 5.480 s | M12 7.950 i",
        "S203", 5, (("bundle", 10),), options=STAINLESS,
    ),
    Range(
        66, "Threaded rod", "Studding connector", "Studding connector {v} zinc",
        "M8 0.285 m | M10 0.365 m | M12 0.540 s",
        "S204", 50, (("bag", 25),), options=ZINC, moq=10, multiple=5,
    ),
)

FASTENERS: Final = BOLTS + SCREWS + NUTS + WASHERS + ANCHORS + RIVETS_AND_ROD
