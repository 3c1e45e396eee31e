"""A small set of categories from the words in a product's name; the file has none, so they are assumed.

The first group with one of its words in the name wins, so the narrower groups stand first: a Christmas candle is
Christmas, a candle holder is Candles & lights, and a lunch box with a heart on it is Kitchen & dining.
"""

from __future__ import annotations

import polars as pl

OTHER = "Other giftware"
KEYWORDS: tuple[tuple[str, str], ...] = (
    (
        "Christmas",
        r"CHRISTMAS|XMAS|SANTA|REINDEER|SNOWMAN|SNOWMEN|ADVENT|NOEL|BAUBLES?|SNOWFLAKES?|TINSEL",
    ),
    (
        "Easter",
        r"EASTER|EGGS?|BUNNY|CHICKS?",
    ),
    (
        "Jewellery & hair",
        r"NECKLACES?|BRACELETS?|EARRINGS?|BROOCH|RINGS?|BANGLES?|HAIRCLIPS?|HAIR|PENDANT|DIAMANTE|"
        r"CHARM|BEADS?|TIARA",
    ),
    (
        "Bags & purses",
        r"BAGS?|PURSES?|SHOPPERS?|HANDBAGS?|TOTE|BACKPACK|WALLETS?|LUGGAGE",
    ),
    (
        "Candles & lights",
        r"CANDLES?|CANDLEHOLDERS?|T-LIGHTS?|TLIGHTS?|TEALIGHTS?|LIGHTS?|LANTERNS?|LAMPS?|LAMPSHADES?|"
        r"INCENSE|CANDLESTICKS?|CHANDELIER|NIGHTLIGHTS?",
    ),
    (
        "Mugs, cups & tea",
        r"MUGS?|CUPS?|TEACUPS?|TEAPOTS?|TEA|COFFEE|SAUCERS?|EGG CUP|COASTERS?",
    ),
    (
        "Baking & cakes",
        r"CAKES?|CAKESTANDS?|CAKE CASES|BAKING|CUPCAKES?|JELLY|COOKIES?|BISCUITS?|CUTTERS?|MOULDS?",
    ),
    (
        "Kitchen & dining",
        r"KITCHEN|BOWLS?|PLATES?|CUTLERY|TRAYS?|JUGS?|JARS?|BOTTLES?|SPOONS?|APRONS?|LUNCH|PANTRY|"
        r"PLACEMATS?|NAPKINS?|OVEN|DISH|GLASSES|TINS?|PICNIC|RECIPE|SALT|TABLECLOTH|SNACK|BREAD|"
        r"DOILIES|DOILY",
    ),
    (
        "Party",
        r"PARTY|BALLOONS?|BUNTING|GARLANDS?|BIRTHDAY|STRAWS?|PARASOLS?|CONFETTI",
    ),
    (
        "Cards, wrap & stationery",
        r"CARDS?|WRAP|NOTEBOOKS?|PENCILS?|PENS?|PAPER|STICKERS?|ALBUM|RIBBONS?|POSTCARDS?|"
        r"STATIONERY|TISSUES?|TAPE|ENVELOPES?|DIARY|BOOKS?|CHALK|BLACKBOARD|SKETCHBOOK|MEMO|RULER|"
        r"STAMPS?|SCRAPBOOK",
    ),
    (
        "Toys & children",
        r"TOYS?|DOLLY|DOLLS?|CHILDRENS?|CHILDS?|CHILDREN|BABY|GAMES?|PUZZLES?|PLAYING|SKITTLES|"
        r"MARBLES|SPACEBOY|JIGSAW|SOFT|GIRLS?|BOYS?|YOYO|SKIPPING|DOMINOES|BLOCKS?|TEDDY|PUPPET|"
        r"MAGIC",
    ),
    (
        "Garden & outdoors",
        r"GARDEN|PLANTERS?|WATERING|BIRDHOUSE|BIRD BATH|BIRD TABLE|BIRD FEEDER|POTS?|TROWEL|PARASOL|"
        r"FLOWERS?|HERB|SEEDS?|UMBRELLAS?|WINDMILL|FLAGS?",
    ),
    (
        "Cushions & textiles",
        r"CUSHIONS?|QUILT|THROW|TOWELS?|BLANKETS?|RUGS?|CURTAINS?|FILLER PAD|SCARF|SLIPPERS?|FELT|"
        r"PATCHES|FABRIC|HOT WATER|SOCKS?",
    ),
    (
        "Clocks, frames & signs",
        r"CLOCKS?|FRAMES?|SIGNS?|MIRRORS?|WALL|PHOTO|TILES?|PICTURE|DOORMATS?|DOOR MAT|DOORSTOP|"
        r"PLAQUES?|CANVAS",
    ),
    (
        "Storage & furniture",
        r"BOXES|BOX|DRAWERS?|KNOBS?|HOOKS?|HANGERS?|CABINETS?|STORAGE|BASKETS?|TABLES?|CHAIRS?|"
        r"STOOLS?|SHELF|RACKS?|CHEST|DRAWERKNOBS?|DOORKNOBS?|CRATES?|TRINKET|HANGER|STAND|HOLDERS?|"
        r"BIN|TIDY",
    ),
    (
        "Decorations & ornaments",
        r"DECORATIONS?|ORNAMENTS?|HEARTS?|ANGELS?|FAIRY|VASES?|WREATH|FEATHERS?|HANGING|CHIMES?|"
        r"STARS?|BUTTERFLY|BUTTERFLIES|ROSES?",
    ),
)


def category(name: pl.Expr) -> pl.Expr:
    """The category of a name."""
    upper = name.str.to_uppercase()
    chosen: pl.Expr = pl.lit(OTHER)
    for title, words in reversed(KEYWORDS):
        chosen = pl.when(upper.str.contains(rf"\b(?:{words})\b")).then(pl.lit(title)).otherwise(chosen)
    return chosen
