"""The textiles of the price list. Cloth is sold in units of 0.1 m, and its price is per 0.1 m."""

from __future__ import annotations

from typing import Final

from backend.demo.ranges import Range

# One entry a line reads better than one argument a line.
# fmt: off

LINEN: Final = (
    Range(
        70, "Linen", "Linen fabric", "Linen fabric {v} 150 cm",
        "white 0.735 f | natural 0.695 f | blue 0.785 f | navy 0.785 m | red 0.785 m | sage green 0.795 m"
        " | charcoal 0.765 m | mustard 0.795 s | black 0.765 m | ivory 0.735 m | terracotta 0.795 s"
        " | dusky pink 0.795 s",
        "S205", 150, (("roll", 250),), key="colour", options={"material": "linen", "width": "150 cm"},
        aliases=("{v} linen",), unit="metre", units_per=10,
    ),
    Range(
        71, "Linen", "Upholstery linen", "Upholstery linen {v} 140 cm",
        "oatmeal 1.180 m | stone 1.180 m | slate 1.240 s | indigo 1.240 i",
        "S205", 200, (("roll", 300),), key="colour", options={"material": "linen", "width": "140 cm"},
        unit="metre", units_per=10, moq=10,
    ),
)

COTTON: Final = (
    Range(
        72, "Cotton", "Cotton drill", "Cotton drill {v} 150 cm",
        "white 0.445 m | black 0.465 f | navy 0.465 f | khaki 0.465 m | red 0.465 s | royal blue 0.465 m"
        " | bottle green 0.465 s",
        "S206", 200, (("roll", 500),), key="colour", options={"material": "cotton", "width": "150 cm"},
        aliases=("{v} drill",), unit="metre", units_per=10, moq=10,
    ),
    Range(
        73, "Cotton", "Calico", "Calico {v} unbleached 160 cm", "light 0.215 m | medium 0.265 f | heavy 0.345 m",
        "S206", 250, (("roll", 500),), key="weight", options={"material": "cotton", "width": "160 cm"},
        unit="metre", units_per=10, moq=10, aliases=("{v} calico",),
    ),
    Range(
        73, "Cotton", "Cotton canvas", "Cotton canvas {v} 150 cm",
        "natural 0.525 m | black 0.565 m | olive 0.565 s | navy 0.565 s",
        "S206", 200, (("roll", 500),), key="colour", options={"material": "cotton", "width": "150 cm"},
        unit="metre", units_per=10, moq=10,
    ),
    Range(
        74, "Cotton", "Cotton poplin", "Cotton poplin {v} 112 cm",
        "white 0.325 f | black 0.335 m | sky blue 0.335 m | navy 0.335 m | red 0.335 m | lemon 0.335 s"
        " | lilac 0.335 s | mint 0.335 s",
        "S206", 150, (("roll", 500),), key="colour", options={"material": "cotton", "width": "112 cm"},
        aliases=("{v} poplin",), unit="metre", units_per=10, moq=5,
    ),
    Range(
        75, "Cotton", "Cotton gingham", "Cotton gingham {v} 6 mm check 112 cm",
        "red 0.385 s | navy 0.385 s | black 0.385 i | green 0.385 i",
        "S206", 100, (("roll", 250),), key="colour", options={"material": "cotton", "width": "112 cm"},
        unit="metre", units_per=10, moq=5,
    ),
)

THREAD: Final = (
    Range(
        80, "Thread", "Polyester thread", "Polyester thread {v} 1000 m",
        "white 1.420 f | black 1.420 f | navy 1.420 f | red 1.420 m | blue 1.420 m | natural 1.420 m | grey 1.420 m"
        " | bottle green 1.420 s | mustard 1.420 s | brown 1.420 s | teal 1.420 s | emerald 1.420 s",
        "S208", 10, (("box", 10),), key="colour", options={"material": "polyester", "length": "1000 m"},
        unit="reel", aliases=("{v} thread",),
    ),
    Range(
        81, "Thread", "Upholstery thread", "Upholstery thread {v} nylon 800 m",
        "black 4.350 m | natural 4.350 m | brown 4.350 s",
        "S208", 6, (("box", 6),), key="colour", options={"material": "nylon", "length": "800 m"}, unit="reel",
    ),
    Range(
        81, "Thread", "Overlocker thread", "Overlocker thread {v} 5000 m cone",
        "white 3.150 m | black 3.150 m | grey 3.150 s",
        "S208", 8, (("box", 12),), key="colour", options={"material": "polyester", "length": "5000 m"}, unit="cone",
    ),
)

ZIPS: Final = (
    Range(
        82, "Zips", "Nylon zip", "Nylon zip {v} 20 cm",
        "black 0.142 f | white 0.142 f | navy 0.142 m | red 0.142 s | beige 0.142 s",
        "S208", 50, (("pack", 10), ("bag", 100)), key="colour", options={"length": "20 cm"}, moq=10, multiple=5,
    ),
    Range(
        82, "Zips", "Nylon zip", "Nylon zip {v} 40 cm", "black 0.198 m | white 0.198 m | navy 0.198 s | grey 0.198 s",
        "S208", 50, (("pack", 10), ("bag", 100)), key="colour", options={"length": "40 cm"}, moq=10, multiple=5,
    ),
    Range(
        83, "Zips", "Metal zip", "Metal zip {v} 18 cm", "brass 0.365 m | nickel 0.365 m | antique 0.395 s",
        "S208", 50, (("pack", 10), ("bag", 100)), key="finish", options={"length": "18 cm"}, moq=10, multiple=5,
    ),
    Range(
        84, "Zips", "Continuous zip", "Continuous zip {v} no. 5", "black 0.420 m | white 0.420 m | beige 0.420 s",
        "S208", 50, (("roll", 100),), key="colour", unit="metre", aliases=("upholstery zip {v}",),
    ),
)

BUTTONS: Final = (
    Range(
        85, "Buttons", "Shirt button", "Shirt button {v} 4-hole 11 mm",
        "white 0.0285 f | black 0.0285 m | navy 0.0285 m | natural 0.0310 s",
        "S207", 144, (("dozen", 12), ("gross", 144)), key="colour", options={"size": "11 mm"}, moq=12, multiple=12,
    ),
    Range(
        86, "Buttons", "Coat button", "Coat button {v} 25 mm",
        "black 0.1240 m | brown 0.1240 m | navy 0.1240 s | camel 0.1240 s | horn 0.1620 i",
        "S207", 72, (("dozen", 12), ("gross", 144)), key="colour", options={"size": "25 mm"}, moq=12, multiple=12,
    ),
    Range(
        87, "Buttons", "Wooden button", "Wooden button {v} natural", "15 mm 0.0680 m | 20 mm 0.0820 s | 30 mm 0.1150 i",
        "S207", 72, (("dozen", 12), ("gross", 144)), moq=12, multiple=12, options={"material": "wood"},
    ),
    Range(
        87, "Buttons", "Jeans button", "Jeans button {v} 17 mm", "brass 0.1450 s | nickel 0.1450 s",
        "S207", 100, (("bag", 100),), key="finish", moq=10, multiple=10, options={"size": "17 mm"},
    ),
)

RIBBON: Final = (
    Range(
        88, "Ribbon", "Satin ribbon", "Satin ribbon {v} 25 mm x 25 m",
        "white 3.250 f | red 3.250 f | ivory 3.250 m | navy 3.250 m | gold 3.450 m | emerald 3.250 m | blush 3.250 s"
        " | peach 3.250 s | black 3.250 m",
        "S207", 10, (("box", 10),), key="colour", options={"width": "25 mm"}, unit="roll",
    ),
    Range(
        88, "Ribbon", "Satin ribbon", "Satin ribbon {v} 10 mm x 25 m",
        "white 1.750 m | red 1.750 m | gold 1.850 m | silver 1.850 s",
        "S207", 10, (("box", 10),), key="colour", options={"width": "10 mm"}, unit="roll",
    ),
    Range(
        89, "Ribbon", "Grosgrain ribbon", "Grosgrain ribbon {v} 15 mm x 20 m",
        "black 2.950 m | navy 2.950 s | red 2.950 m | tartan 3.650 s",
        "S207", 10, (("box", 10),), key="colour", options={"width": "15 mm"}, unit="roll",
    ),
)

ELASTIC_AND_WEBBING: Final = (
    Range(
        90, "Elastic & webbing", "Braided elastic", "Braided elastic white {v}",
        "6 mm 0.085 m | 12 mm 0.138 f | 25 mm 0.242 m",
        "S207", 50, (("roll", 100),), options={"colour": "white"}, unit="metre", moq=5,
    ),
    Range(
        90, "Elastic & webbing", "Braided elastic", "Braided elastic black {v}",
        "6 mm 0.085 s | 12 mm 0.138 m | 25 mm 0.242 m",
        "S207", 50, (("roll", 100),), options={"colour": "black"}, unit="metre", moq=5,
    ),
    Range(
        92, "Elastic & webbing", "Cotton webbing", "Cotton webbing natural {v}",
        "25 mm 0.345 m | 38 mm 0.465 m | 50 mm 0.595 s",
        "S207", 50, (("roll", 50),), options={"colour": "natural"}, unit="metre", moq=5,
    ),
    Range(
        92, "Elastic & webbing", "Jute webbing", "Jute webbing {v}", "50 mm 0.520 f | 72 mm 0.685 s",
        "S207", 50, (("roll", 50),), options={"material": "jute"}, unit="metre", moq=5,
    ),
    Range(
        93, "Elastic & webbing", "Polypropylene webbing", "Polypropylene webbing {v} 25 mm",
        "black 0.225 f | navy 0.235 s | red 0.235 s",
        "S207", 50, (("roll", 50),), key="colour", options={"width": "25 mm"}, unit="metre", moq=5,
    ),
    Range(
        94, "Elastic & webbing", "Hook and loop tape", "Hook and loop tape black {v}", "20 mm 0.545 m | 50 mm 1.120 s",
        "S207", 25, (("roll", 25),), options={"colour": "black"}, unit="metre",
    ),
    Range(
        94, "Elastic & webbing", "Hook and loop tape", "Hook and loop tape white {v}", "20 mm 0.545 m | 50 mm 1.120 i",
        "S207", 25, (("roll", 25),), options={"colour": "white"}, unit="metre",
    ),
)

TEXTILES: Final = LINEN + COTTON + THREAD + ZIPS + BUTTONS + RIBBON + ELASTIC_AND_WEBBING
