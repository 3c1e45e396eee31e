"""Naming the skill of a message: n-grams, encoder, and what the speaker's role makes likely; free of Rasa."""

from dataclasses import dataclass
from typing import Any, Dict, List, Optional, Sequence

import numpy as np
from sklearn.pipeline import Pipeline

from bot.components.encoder import Encoder
from bot.components.ngrams import log_chances
from bot.components.roles import MEANT, NOT_FOR

Ranking = List[Dict[str, Any]]


@dataclass(frozen=True)
class Weights:
    """How much each log-probability counts (a product of experts); how unlikely is a skill that is not for the role.

    The two weights also make the confidence true on a hand that neither part learnt from (as one inverse temperature
    would: Guo et al. 2017, "On calibration of modern neural networks"); `python -m bot.measure` fits and shows them.
    """

    encoder: float = 0.8
    ngrams: float = 0.8
    not_for_role: float = 0.25


class Reader:
    """Texts to rankings of skills."""

    def __init__(self, pipeline: Pipeline, encoder: Encoder, weights: Weights) -> None:
        self.weights = weights
        self.skills = [str(skill) for skill in pipeline.classes_]
        self._pipeline = pipeline
        self._encoder = encoder
        known = {skill: place for place, skill in enumerate(encoder.skills)}
        self._places = [known.get(skill) for skill in self.skills]
        own = {skill: place for place, skill in enumerate(self.skills)}
        self._meant = {
            role: [(own[said], own[meant]) for said, meant in pairs.items() if said in own and meant in own]
            for role, pairs in MEANT.items()
        }
        self._not_for = {role: np.isin(self.skills, list(skills)) for role, skills in NOT_FOR.items()}

    def chances(self, texts: Sequence[str], roles: Sequence[Optional[str]]) -> "np.ndarray[Any, np.dtype[np.float64]]":
        """One row a text, one column a skill of `skills`: probabilities."""
        grams = log_chances(self._pipeline, texts)
        sentence = _log_softmax(self._encoder.logits(texts))
        # a skill that the encoder was not taught gets what the n-grams say of it
        told = np.stack(
            [grams[:, own] if place is None else sentence[:, place] for own, place in enumerate(self._places)], axis=1
        )
        scores = self.weights.encoder * told + self.weights.ngrams * grams
        for row, role in zip(scores, roles, strict=True):
            if role in self._not_for:
                row[self._not_for[role]] += np.log(self.weights.not_for_role)
        chances = np.exp(_log_softmax(scores))
        for row, role in zip(chances, roles, strict=True):
            for said, meant in self._meant.get(role or "", ()):
                row[meant] += row[said]
                row[said] = 0.0
        return chances

    def rankings(self, texts: Sequence[str], roles: Sequence[Optional[str]], length: int) -> List[Ranking]:
        """For each text its likeliest skills, best first: {"name", "confidence"}."""
        chances = self.chances(texts, roles)
        best = np.argsort(-chances, axis=1, kind="stable")[:, :length]
        return [
            [{"name": self.skills[place], "confidence": float(row[place])} for place in places]
            for row, places in zip(chances, best, strict=True)
        ]


def _log_softmax(scores: "np.ndarray[Any, np.dtype[np.float64]]") -> "np.ndarray[Any, np.dtype[np.float64]]":
    shifted = scores - scores.max(axis=1, keepdims=True)
    return shifted - np.log(np.exp(shifted).sum(axis=1, keepdims=True))
