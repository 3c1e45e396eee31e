"""Word and character n-grams, weighted by TF-IDF, into one logistic regression; free of Rasa."""

from dataclasses import dataclass
from typing import Any, Dict, List, Sequence, Tuple

import numpy as np
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import FeatureUnion, Pipeline

from bot.components.text import words


@dataclass(frozen=True)
class Shape:
    """Shortest and longest n-gram of words and of characters (within words), the inverse
    regularisation C, and how much to sharpen probabilities.

    Regularised so strongly the regression is far too modest: of what it gives 45 % it gets 84 %
    right. `sharpness` is the exponent that makes its confidence true on a hand that it did not
    learn from (an inverse temperature: Guo et al. 2017, "On calibration of modern neural networks").
    """

    words: Tuple[int, int] = (1, 2)
    characters: Tuple[int, int] = (2, 5)
    C: float = 10.0
    max_iter: int = 300
    sharpness: float = 2.0


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


def rankings(pipeline: Pipeline, shape: Shape, texts: Sequence[str], length: int) -> List[List[Dict[str, Any]]]:
    """For each text its likeliest skills, best first: {"name", "confidence"}."""
    modest = pipeline.predict_proba([as_read(text) for text in texts]).astype(np.float64)
    sharp = modest**shape.sharpness
    chances = sharp / sharp.sum(axis=1, keepdims=True)
    best = np.argsort(-chances, axis=1, kind="stable")[:, :length]
    return [
        [{"name": str(pipeline.classes_[place]), "confidence": float(row[place])} for place in places]
        for row, places in zip(chances, best, strict=True)
    ]
