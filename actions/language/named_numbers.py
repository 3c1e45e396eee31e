"""Numbers that count nothing because names hold them: "the nine point star", "a seventeen drawer sideboard"."""

from collections.abc import Sequence

from .catalogue import CatalogueIndex
from .numbers import NUMBER_WORDS, PLURALS, spelled
from .piece import Piece
from .talk import is_talk_word
from .tokenizing import Token
from .units import unit_named
from .words import stem


def told_by_number(tokens: Sequence[Token], i: int, figure: str, index: CatalogueIndex) -> bool:
    """As in "the nine point star": behind an article, and some product has it beside the next word."""
    after = [stem(token.lower) for token in tokens[i + 1 : i + 3]]
    if not i or tokens[i - 1].lower != "the" or len(after) < 2 or is_talk_word(after[1]):
        return False
    return index.go_together(figure, after[0]) and index.go_together(*after)


def number_named(
    tokens: Sequence[Token], i: int, before: Sequence[Piece], index: CatalogueIndex
) -> tuple[str, int] | None:
    """A number behind a word that some product has it with, written as there, and how many tokens it is: "rustic
    seventeen drawer sideboard", "string 20 light" of a "string 20light".
    """
    words = [token.lower for token in tokens[i : i + 2]]
    if not before or before[0].kind != "word" or is_talk_word(before[0].lower) or words[0] == "one":
        return None
    glued = words[0][-1].isdigit() and len(words) > 1 and words[1].isalpha() and unit_named(words[1]) is None
    name = "".join(words) if glued else words[0]
    if not (glued or name in NUMBER_WORDS) or not index.go_together(stem(before[0].lower), stem(name)):
        return None
    return name, 1 + glued


def plural_size(tokens: Sequence[Token], i: int, index: CatalogueIndex) -> tuple[str, int] | None:
    """A size said in the plural ("the seventy fives"), as the word that names have, and how many tokens it is."""
    words = [token.lower for token in tokens[i : i + 2]]
    for n in (2, 1):
        said = [*words[: n - 1], PLURALS.get(words[n - 1], "")] if len(words) >= n else [""]
        value = spelled(said) if said[-1] and n == len(said) else None
        if value and value[1] == n and index.knows(f"{value[0]:f}"):
            return f"{value[0]:f}", n
    return None
