"""How well the classifier understands a hand that it did not learn from.

    .venv-bot/bin/python -m bot.measure

Each voice in nlu_data/nlu is read by a model of all the others, in the shape and with the thresholds
of bot/config.yml; a message that another voice has too is left out. Only nlu_data/nlu is looked at: the
evaluation sets are for `quartermaster evaluate nlu`.
"""

import statistics
import time
from pathlib import Path
from typing import Any, Dict, List, Tuple

from ruamel.yaml import YAML

from bot.components.ngrams import Shape, as_read, rankings, trained

ROOT = Path(__file__).parents[1]
Examples = List[Tuple[str, str]]


def examples(file: Path) -> Examples:
    """The (message, skill) pairs of a file of NLU data."""
    found = []
    for entry in YAML(typ="safe").load(file)["nlu"]:
        lines = (line.strip() for line in entry["examples"].splitlines())
        found += [(line[2:], entry["intent"]) for line in lines if line.startswith("- ")]
    return found


def configured() -> Tuple[Shape, float, float]:
    """The shape, the lowest confidence and the smallest lead of config.yml."""
    steps = {step["name"]: step for step in YAML(typ="safe").load(ROOT / "bot/config.yml")["pipeline"]}
    classifier = dict(steps["bot.components.classifier.NgramClassifier"])
    del classifier["name"]
    fallback = steps["FallbackClassifier"]
    return Shape(**classifier), fallback["threshold"], fallback["ambiguity_threshold"]


def measured(learnt: Examples, asked: Examples) -> Dict[str, Any]:
    """Shares of the messages asked, and the processor's time: for training, and for one reading."""
    shape, lowest, lead = configured()
    known = {as_read(text) for text, _ in learnt}
    asked = [(text, skill) for text, skill in asked if as_read(text) not in known]
    start = time.process_time()
    pipeline = trained(shape, *zip(*learnt, strict=True))
    training = time.process_time() - start
    right, among, answered, answered_right, milliseconds = 0, 0, 0, 0, []
    for text, skill in asked:
        start = time.process_time()
        ((first, second, third),) = rankings(pipeline, shape, [text], 3)
        milliseconds.append(1000 * (time.process_time() - start))
        sure = first["confidence"] >= lowest and first["confidence"] - second["confidence"] >= lead
        right += first["name"] == skill
        among += skill in {first["name"], second["name"], third["name"]}
        answered += sure
        answered_right += sure and first["name"] == skill
    return {
        "messages": len(asked),
        "right": right / len(asked),
        "first three": among / len(asked),
        "answered": answered / len(asked),
        "right of those": answered_right / max(answered, 1),
        "training s": training,
        "reading ms": statistics.median(milliseconds),
    }


def main() -> None:
    """Prints one line a voice."""
    voices = {file.stem: examples(file) for file in sorted((ROOT / "nlu_data/nlu").glob("*.yml"))}
    for voice, asked in voices.items():
        learnt = [pair for other, pairs in voices.items() if other != voice for pair in pairs]
        figures = measured(learnt, asked).items()
        said = (f"{name} {value:.3g}" if isinstance(value, float) else f"{name} {value}" for name, value in figures)
        print(f"{voice:10}", *said, sep="  ", flush=True)


if __name__ == "__main__":
    main()
