"""The encoder's vectors as a feature in Rasa's graph, and the comparison that it is for, in the bot's environment."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.bot.conftest import environment
from tests.services import missing

pytestmark = [pytest.mark.rasa, pytest.mark.timeout(600)]

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-bot/bin/python"
PARTS = """
import json
from types import SimpleNamespace
import numpy as np
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from bot import compare
from bot.components import dense_encoder, encoder

class Double:
    # a text's vector begins with its length and whether it asks
    def __init__(self, folder):
        assert str(folder) == "somewhere"
    def vectors(self, texts):
        return np.array([[len(text), 9.0 * text.endswith("?"), *[0.0] * 382] for text in texts]).reshape(-1, 384)

without = encoder.Encoder.__new__(encoder.Encoder)
without._session = SimpleNamespace(get_outputs=lambda: [SimpleNamespace(name="logits")])
try:
    without.vectors(["hello"])
except ValueError as error:
    refused = str(error)

dense_encoder.Encoder = Double
config = {**dense_encoder.DenseEncoder.get_default_config(), "encoder": "somewhere"}
featurizer = dense_encoder.DenseEncoder(config, "d")
messages = featurizer.process([Message({TEXT: "why?"}), Message({TEXT: ""}), Message({TEXT: "add two"})])
features = [message.get_dense_features(TEXT) for message in messages]
sentences = [of_all and of_all.features for _, of_all in features]
tokenizer = compare.WordTokenizer(compare.WordTokenizer.get_default_config())

learnt = [("nails", "add"), ("glue", "add"), ("tape", "add"), ("boxes?", "ask"), ("paint?", "ask"), ("wood?", "ask")]
asked = [("saws", "add"), ("hinges?", "ask")]
def right(*pipeline):
    found = compare.row(compare.steps(*pipeline), learnt, asked)
    return [found.right, found.among_three, found.confidence, found.training_seconds > 0]
print(json.dumps({
    "refused": refused,
    "registered": DefaultV1Recipe._from_registry("DenseEncoder").clazz is dense_encoder.DenseEncoder,
    "words": [words is None for words, _ in features],
    "sentences": [None if found is None else [list(found.shape), float(found[0, 0])] for found in sentences],
    "odd": [token.text for token in tokenizer.tokenize(Message({TEXT: "!!"}), TEXT)],
    "vectors": right("regression", "somewhere", 0),
    "diet": right("diet", "somewhere", 1),
}))
"""


@pytest.fixture(scope="module")
def said() -> dict[str, Any]:
    """What the parts do with a double for the encoder."""
    if not PYTHON.exists():
        missing("the bot's environment (.venv-bot; make setup)")
    command = [str(PYTHON), "-W", "ignore", "-c", PARTS]
    ran = subprocess.run(command, cwd=ROOT, env=environment(), capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr[-4000:]
    found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
    return found


def test_an_encoder_that_was_written_without_vectors_says_so(said: dict[str, Any]) -> None:
    assert "without its sentences' vectors" in said["refused"]


def test_rasa_knows_the_component(said: dict[str, Any]) -> None:
    assert said["registered"]


def test_each_text_gets_its_own_vector_and_no_features_of_words(said: dict[str, Any]) -> None:
    assert said["words"] == [True, True, True]
    assert said["sentences"] == [[[1, 384], 4.0], None, [[1, 384], 7.0]]


def test_a_text_without_words_still_has_a_token(said: dict[str, Any]) -> None:
    assert said["odd"] == ["!!"]


def test_pipelines_are_taught_stored_loaded_and_asked(said: dict[str, Any]) -> None:
    assert said["vectors"][:2] == [1.0, 1.0]
    for row in (said["vectors"], said["diet"]):
        assert row[0] in {0.0, 0.5, 1.0}
        assert 0 < row[2] <= 1
        assert row[3]
