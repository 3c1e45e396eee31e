"""Word and character n-grams, weighted by TF-IDF, into one logistic regression; free of Rasa."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Sequence, Tuple

import numpy as np
import skops.io
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from bot.components.text import words

_FILE = "classifier.skops"
_HARMLESS_TYPES = frozenset({"scipy.sparse._csr.csr_matrix"})
"""What skops does not trust by itself; TF-IDF keeps its weights in one."""


@dataclass(frozen=True)
class Shape:
    """Shortest and longest n-gram of words and of characters (within words), and the inverse
    regularisation C.
    """

    words: Tuple[int, int] = (1, 2)
    characters: Tuple[int, int] = (2, 4)
    C: float = 10.0
    max_iter: int = 300


def as_read(text: str) -> str:
    """The text as one line of placeholders and plain words."""
    return " ".join(word.text for word in words(text))


def trained(shape: Shape, texts: Sequence[str], skills: Sequence[str]) -> Pipeline:
    """A pipeline from lines of `as_read` to probabilities; the same data give the same pipeline."""
    grams = FeatureUnion(
        [
            ("words", _tfidf("word", shape.words, token_pattern=r"(?u)\b\w+\b")),
            ("characters", _tfidf("char_wb", shape.characters)),
        ]
    )
    regression = LogisticRegression(C=shape.C, class_weight="balanced", max_iter=shape.max_iter, random_state=42)
    pipeline = Pipeline([("grams", grams), ("regression", regression)])
    return pipeline.fit([as_read(text) for text in texts], list(skills))


def _tfidf(analyzer: str, lengths: Tuple[int, int], **options: Any) -> TfidfVectorizer:
    return TfidfVectorizer(
        analyzer=analyzer, ngram_range=tuple(lengths), sublinear_tf=True, dtype=np.float32, **options
    )


def log_chances(pipeline: Pipeline, texts: Sequence[str]) -> "np.ndarray[Any, np.dtype[np.float64]]":
    """One row a text, one column a skill of `pipeline.classes_`: log-probabilities, far too modest."""
    modest = pipeline.predict_proba([as_read(text) for text in texts]).astype(np.float64)
    return np.log(np.clip(modest, 1e-12, 1.0))


def save(pipeline: Pipeline, folder: Path) -> None:
    """Write what was learnt."""
    skops.io.dump(pipeline, folder / _FILE)


def load(folder: Path) -> Pipeline:
    """What was learnt; ValueError where the file holds anything that isn't plain scikit-learn."""
    file = folder / _FILE
    foreign = set(skops.io.get_untrusted_types(file=file)) - _HARMLESS_TYPES
    if foreign:
        raise ValueError(f"{_FILE} holds types that are not to be loaded: {sorted(foreign)}")
    return skops.io.load(file, trusted=sorted(_HARMLESS_TYPES))
