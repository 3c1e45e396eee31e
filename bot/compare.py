"""How well Rasa's own classifiers understand voices that they did not learn from, with and without our encoder.

    .venv-bot/bin/python -m bot.compare regression nlu_data/nlu/voice_[bf].yml
    .venv-bot/bin/python -m bot.compare diet nlu_data/nlu/voice_[bf].yml --epochs 15 --encoder var/encoder

One row a run. Both count words and characters as we read them (`bot.components.text`); `--encoder` adds the sentence
vectors of an encoder that must not have read the held-out files (see `bot.measure`). The components are Rasa's, called
in the order of its graph, stored and loaded again as it would.
"""

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Dict, List, Optional, Sequence, Tuple, Type

from rasa.engine.graph import ExecutionContext, GraphComponent, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.nlu.classifiers.diet_classifier import DIETClassifier
from rasa.nlu.classifiers.logistic_regression_classifier import LogisticRegressionClassifier
from rasa.nlu.featurizers.sparse_featurizer.count_vectors_featurizer import CountVectorsFeaturizer
from rasa.nlu.featurizers.sparse_featurizer.lexical_syntactic_featurizer import LexicalSyntacticFeaturizer
from rasa.nlu.tokenizers.tokenizer import Token, Tokenizer
from rasa.shared.nlu.constants import TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.dense_encoder import DenseEncoder
from bot.components.text import words
from bot.measure import Examples, parted

Step = Tuple[Type[GraphComponent], Dict[str, Any]]
_CHARACTERS = {"analyzer": "char_wb", "min_ngram": 1, "max_ngram": 4}


class WordTokenizer(Tokenizer):
    """The words of a message as our n-grams read them."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """What Rasa's tokenizer insists on."""
        return {"intent_tokenization_flag": False, "intent_split_symbol": "_"}

    def tokenize(self, message: Message, attribute: str) -> List[Token]:
        """Its words; the whole text where there is none, as Rasa's features need one."""
        text = message.get(attribute)
        return [Token(word.text, word.start, word.end) for word in words(text)] or [Token(text, 0)]


@dataclass(frozen=True)
class Row:
    """Shares of the held-out messages from 0 to 1; seconds and milliseconds are processor time."""

    right: float
    among_three: float
    confidence: float
    training_seconds: float
    reading_milliseconds: float


def steps(classifier: str, encoder: Optional[Path], epochs: int) -> List[Step]:
    """A pipeline: our words, counts, the encoder's vector where there is one, `diet` or `regression`."""
    found: List[Step] = [(WordTokenizer, {})]
    if classifier == "diet":
        found += [(LexicalSyntacticFeaturizer, {}), (CountVectorsFeaturizer, {})]
    else:
        found.append((CountVectorsFeaturizer, {"min_ngram": 1, "max_ngram": 2}))
    found.append((CountVectorsFeaturizer, _CHARACTERS))
    if encoder:
        found.append((DenseEncoder, {"encoder": str(encoder)}))
    if classifier == "diet":
        settings = {"epochs": epochs, "entity_recognition": False, "constrain_similarities": True, "random_seed": 42}
        return [*found, (DIETClassifier, settings)]
    return [*found, (LogisticRegressionClassifier, {})]


def trained(pipeline: Sequence[Step], learnt: Examples, folder: Path) -> List[GraphComponent]:
    """The components, each taught on what those before it made of the messages; stored in the folder and loaded."""
    storage = LocalModelStorage.create(folder)
    data = TrainingData([Message.build(text=text, intent=skill) for text, skill in learnt])
    ready = []
    for place, (kind, settings) in enumerate(pipeline):
        config, resource = {**kind.get_default_config(), **settings}, Resource(f"{kind.__name__}{place}")
        context = ExecutionContext(GraphSchema({}), node_name=resource.name)
        component: Any = kind.create(config, storage, resource, context)
        learns = hasattr(component, "train")
        if learns:
            component.train(data)
        if place < len(pipeline) - 1:
            component.process_training_data(data)
        ready.append(kind.load(config, storage, resource, context) if learns else component)
    return ready


def read(components: Sequence[Any], text: str) -> List[Dict[str, Any]]:
    """The ranking of a message: {"name", "confidence"}, best first."""
    messages = [Message({TEXT: text})]
    for component in components:
        messages = component.process(messages)
    return messages[0].get("intent_ranking")


def row(pipeline: Sequence[Step], learnt: Examples, asked: Examples) -> Row:
    """Teaches the pipeline, and asks it one message at a time."""
    with tempfile.TemporaryDirectory() as folder:
        started = time.process_time()
        components = trained(pipeline, learnt, Path(folder))
        training = time.process_time() - started
        read(components, learnt[0][0])  # TensorFlow traces its graph with the first
        started = time.process_time()
        rankings = [read(components, text) for text, _ in asked]
        reading = time.process_time() - started
    names = [[entry["name"] for entry in ranking[:3]] for ranking in rankings]
    return Row(
        sum(three[0] == skill for three, (_, skill) in zip(names, asked, strict=True)) / len(asked),
        sum(skill in three for three, (_, skill) in zip(names, asked, strict=True)) / len(asked),
        sum(ranking[0]["confidence"] for ranking in rankings) / len(asked),
        training,
        1000 * reading / len(asked),
    )


def main() -> None:
    """Prints one row."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("classifier", choices=("diet", "regression"))
    parser.add_argument("held_out", type=Path, nargs="+")
    parser.add_argument("--encoder", type=Path, help="a folder of scripts/encoder, taught without the held-out files")
    parser.add_argument("--epochs", type=int, default=15, help="of DIET")
    chosen = parser.parse_args()
    learnt, asked = parted(chosen.held_out)
    print(f"{len(learnt)} messages learnt from, {len(asked)} asked")
    print(row(steps(chosen.classifier, chosen.encoder, chosen.epochs), learnt, asked))


if __name__ == "__main__":
    main()
