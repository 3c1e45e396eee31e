"""A small sentence encoder that was taught our skills, run by ONNX Runtime; free of Rasa.

The folder holds `skills.onnx` (int8; inputs `input_ids` and `attention_mask`, outputs `logits` and, in files made from
22 November 2026 on, the `vector` that they come from), `tokenizer.json` and `skills.json` (the skills in the order of
the logits). How it was made: bot/encoder/README.md.
"""

import json
from pathlib import Path
from typing import List, Sequence, Tuple

import numpy as np
import onnxruntime
from tokenizers import Tokenizer

FOLDER = Path(__file__).parents[1] / "encoder"
LONGEST = 96
"""Word pieces that are read of a message; what it wants is said by then."""
WIDTH = 384
"""Numbers in a sentence's vector."""
_TOGETHER = 64

Numbers = np.ndarray[Tuple[int, int], np.dtype[np.float64]]


class Encoder:
    """Texts to scores, one for each of `skills`. Safe to use from several threads."""

    def __init__(self, folder: Path = FOLDER) -> None:
        self.skills: Tuple[str, ...] = tuple(json.loads((folder / "skills.json").read_text("utf-8")))
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(LONGEST)
        self._tokenizer.enable_padding()
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1  # a message is too short to share
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        self._session = onnxruntime.InferenceSession(
            str(folder / "skills.onnx"), options, providers=["CPUExecutionProvider"]
        )

    def logits(self, texts: Sequence[str]) -> Numbers:
        """One row a text, one column a skill: unnormalised log-probabilities."""
        return self._read(texts, "logits", len(self.skills))

    def vectors(self, texts: Sequence[str]) -> Numbers:
        """One row a text, `WIDTH` columns: the mean of its word pieces. ValueError where they weren't written."""
        if "vector" not in {output.name for output in self._session.get_outputs()}:
            raise ValueError("This encoder was written without its sentences' vectors.")
        return self._read(texts, "vector", WIDTH)

    def _read(self, texts: Sequence[str], output: str, width: int) -> Numbers:
        found = np.zeros((len(texts), width))
        order = sorted(range(len(texts)), key=lambda place: len(texts[place]))
        for start in range(0, len(order), _TOGETHER):
            places: List[int] = order[start : start + _TOGETHER]
            read = self._tokenizer.encode_batch([texts[place] for place in places])
            found[places] = self._session.run(
                [output],
                {
                    "input_ids": np.array([one.ids for one in read], dtype=np.int64),
                    "attention_mask": np.array([one.attention_mask for one in read], dtype=np.int64),
                },
            )[0]
        return found
