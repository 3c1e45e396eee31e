"""How likely a part of an order message is about goods that are wanted, and not talk around them.

A sentence encoder (int8, run by ONNX Runtime) reads the whole message; a part's likelihood is that of the mean of its
word pieces' scores. How it was taught, and on what: actions/language/encoder/README.md. It is asked about what the
rules are not sure of, and never about what they read plainly.
"""

import math
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
import onnxruntime
from tokenizers import Encoding, Tokenizer

FOLDER: Final = Path(__file__).parent / "encoder"
_WINDOW: Final = 254
"""Word pieces that are read at once; the encoder was taught on no more."""
_STEP: Final = 127
_OPENS: Final = 101
_CLOSES: Final = 102

Span = tuple[int, int]


class Encoder:
    """The network and its tokenizer. Safe to use from several threads."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # a message is too short to share
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "wanted.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def wanted(self, text: str, spans: Sequence[Span]) -> list[float]:
        """The likelihood of each part of a message, from 0 to 1; 1 where a part has no word."""
        if not spans:
            return []
        read = self._tokenizer.encode(text, add_special_tokens=False)
        scores: dict[int, np.ndarray] = {}
        found = []
        for places in _places(read, spans):
            if not places:
                found.append(1.0)
                continue
            start = _window(places[0], places[-1] + 1, len(read.ids))
            if start not in scores:
                scores[start] = self._scores(read.ids[start : start + _WINDOW])
            inside = scores[start][places[0] - start : places[-1] + 1 - start]
            found.append(1 / (1 + math.exp(-float(inside.mean()))))
        return found

    def _scores(self, pieces: Sequence[int]) -> np.ndarray:
        ids = np.array([[_OPENS, *pieces, _CLOSES]], dtype=np.int64)
        scores: np.ndarray = self._session.run(["logits"], {"input_ids": ids, "attention_mask": np.ones_like(ids)})[0]
        return scores[0, 1:-1]


def _places(read: Encoding, spans: Sequence[Span]) -> Iterator[list[int]]:
    """For each part the word pieces that lie in it."""
    for start, end in spans:
        yield [place for place, (first, last) in enumerate(read.offsets) if start <= first < last <= end]


def _window(first: int, last: int, length: int) -> int:
    """Where to begin to read, so that a part lies well inside of what is read at once."""
    if length <= _WINDOW:
        return 0
    middle = (first + min(last, first + _WINDOW)) // 2
    start = max(0, middle - _WINDOW // 2) // _STEP * _STEP
    return min(start, first, length - _WINDOW)


@cache
def encoder() -> Encoder:
    """The one that comes with the code."""
    return Encoder()
