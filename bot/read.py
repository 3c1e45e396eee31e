"""Reads messages as the assistant's classifier does, without starting Rasa.

    .venv-bot/bin/python -m bot.read var/bot/assistant.tar.gz < messages > readings

One JSON object a line, in and out, in the same order: {"text", "role"?} and {"intent": {"name", "confidence"},
"intent_ranking": [...]}. Below the thresholds of config.yml the intent is `nlu_fallback`, as in Rasa.
"""

import argparse
import json
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Dict, List

from ruamel.yaml import YAML

from bot.components.encoder import Encoder
from bot.components.ngrams import Shape, load
from bot.components.reading import Ranking, Reader, Weights

ROOT = Path(__file__).parents[1]
CLASSIFIER = "bot.components.classifier.SkillClassifier"
FALLBACK = "nlu_fallback"
_RANKING = 5


class Settings:
    """The pipeline of bot/config.yml, as far as it concerns reading."""

    def __init__(self, config: Path = ROOT / "bot/config.yml") -> None:
        steps = {step["name"]: step for step in YAML(typ="safe").load(config)["pipeline"]}
        classifier = dict(steps[CLASSIFIER])
        self.weights = Weights(**classifier.get("weights", {}))
        self.shape = Shape(**{name: classifier[name] for name in classifier if name not in ("name", "weights")})
        self.lowest: float = steps["FallbackClassifier"]["threshold"]
        self.lead: float = steps["FallbackClassifier"]["ambiguity_threshold"]

    def sure(self, ranking: Ranking) -> bool:
        """Whether the first reading is sure enough to act on."""
        first, second = (entry["confidence"] for entry in [*ranking, {"confidence": 0.0}][:2])
        return bool(first >= self.lowest and first - second >= self.lead)


def reader_of(archive: Path, settings: Settings) -> Reader:
    """The classifier in a model that Rasa trained."""
    with tempfile.TemporaryDirectory() as name, tarfile.open(archive) as model:
        inside = f"components/train_{CLASSIFIER}0/"
        for member in model.getmembers():
            if member.isfile() and member.name.lstrip("./").startswith(inside):
                model.extract(member, name, filter="data")
        return Reader(load(Path(name) / inside), Encoder(), settings.weights)


def readings(reader: Reader, settings: Settings, messages: List[Dict[str, Any]]) -> List[Dict[str, Any]]:
    """Each message as Rasa would read it."""
    texts = [message["text"] for message in messages]
    roles = [message.get("role") for message in messages]
    found = []
    for ranking in reader.rankings(texts, roles, _RANKING):
        doubt = [] if settings.sure(ranking) else [{"name": FALLBACK, "confidence": settings.lowest}]
        read = [*doubt, *ranking]
        found.append({"intent": read[0], "intent_ranking": read})
    return found


def main() -> None:
    """Standard input to standard output."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("archive", type=Path)
    settings = Settings()
    reader = reader_of(parser.parse_args().archive, settings)
    messages = [json.loads(line) for line in sys.stdin if line.strip()]
    for reading in readings(reader, settings, messages):
        print(json.dumps(reading))


if __name__ == "__main__":
    main()
