"""How well the classifier understands voices that it did not learn from, and the weights that make its confidence true.

    scripts/encoder --into var/encoder --held-out nlu_data/nlu/voice_b.yml nlu_data/nlu/voice_f.yml
    .venv-bot/bin/python -m bot.measure var/encoder nlu_data/nlu/voice_b.yml nlu_data/nlu/voice_f.yml

The n-grams learn from the other files, as the encoder in the folder did; messages that those have too are left out.
Only nlu_data/nlu is looked at: the evaluation sets are for `quartermaster evaluate nlu`.
"""

import argparse
import itertools
import time
from pathlib import Path
from typing import List, Sequence, Tuple

import numpy as np
from ruamel.yaml import YAML

from bot.components.encoder import Encoder
from bot.components.ngrams import as_read, trained
from bot.components.reading import Reader, Weights
from bot.read import Settings

ROOT = Path(__file__).parents[1]
Examples = List[Tuple[str, str]]
_GRID = (0.0, 0.5, 0.6, 0.7, 0.75, 0.8, 0.9, 1.0, 1.2, 1.5, 2.0)


def examples(file: Path) -> Examples:
    """The (message, skill) pairs of a file of NLU data."""
    found = []
    for entry in YAML(typ="safe").load(file)["nlu"]:
        lines = (line.strip() for line in entry["examples"].splitlines())
        found += [(line[2:], entry["intent"]) for line in lines if line.startswith("- ")]
    return found


def parted(held_out: Sequence[Path]) -> Tuple[Examples, Examples]:
    """What the other files of nlu_data/nlu hold, and what the held-out ones hold beside it."""
    apart = {file.resolve() for file in held_out}
    others = [file for file in sorted((ROOT / "nlu_data/nlu").glob("*.yml")) if file.resolve() not in apart]
    learnt = [pair for file in others for pair in examples(file)]
    known = {as_read(text) for text, _ in learnt}
    return learnt, [pair for file in held_out for pair in examples(file) if as_read(pair[0]) not in known]


def shares(reader: Reader, asked: Examples) -> "Tuple[float, float, float, np.ndarray, np.ndarray]":
    """Right, among the first three, negative log-likelihood; the confidences, and whether each is right."""
    chances = reader.chances([text for text, _ in asked], [None] * len(asked))
    meant = np.array([reader.skills.index(skill) for _, skill in asked])
    best = np.argsort(-chances, axis=1)
    right = best[:, 0] == meant
    among = (best[:, :3] == meant[:, None]).any(axis=1)
    rows = np.arange(len(asked))
    loss = -np.log(np.clip(chances[rows, meant], 1e-12, 1)).mean()
    return right.mean(), among.mean(), loss, chances[rows, best[:, 0]], right


def main() -> None:
    """Prints what each part is worth, the best weights, and what thresholds would do."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("encoder", type=Path, help="taught without the held-out files")
    parser.add_argument("held_out", type=Path, nargs="+")
    chosen = parser.parse_args()
    learnt, asked = parted(chosen.held_out)
    settings, encoder = Settings(), Encoder(chosen.encoder)
    started = time.process_time()
    pipeline = trained(settings.shape, *zip(*learnt, strict=True))
    seconds = time.process_time() - started
    print(f"{len(learnt)} messages learnt from in {seconds:.0f} s of processor time, {len(asked)} asked")
    for name, weights in (
        ("n-grams alone", Weights(0.0, 1.0)),
        ("encoder alone", Weights(1.0, 0.0)),
        ("as configured", settings.weights),
    ):
        right, among, loss, confidence, _ = shares(Reader(pipeline, encoder, weights), asked)
        print(
            f"{name}: {right:.4f} right, {among:.4f} among three, loss {loss:.3f}, confidence {confidence.mean():.3f}"
        )
    reader, started = Reader(pipeline, encoder, settings.weights), time.process_time()
    for text, _ in asked:
        reader.rankings([text], [None], 5)
    print(f"{1000 * (time.process_time() - started) / len(asked):.1f} ms of processor time a reading, one at a time")
    pairs = [Weights(*pair) for pair in itertools.product(_GRID, repeat=2) if any(pair)]
    best = min(pairs, key=lambda weights: shares(Reader(pipeline, encoder, weights), asked)[2])
    print(f"best weights: encoder {best.encoder}, n-grams {best.ngrams}")
    _, _, _, confidence, right = shares(Reader(pipeline, encoder, settings.weights), asked)
    for threshold in (0.4, 0.5, 0.6, 0.7, 0.8):
        answered = confidence >= threshold
        print(f"acting from {threshold}: {answered.mean():.3f} answered, {right[answered].mean():.3f} of them right")


if __name__ == "__main__":
    main()
