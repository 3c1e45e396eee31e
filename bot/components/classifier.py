"""Our intent classifier as a component of Rasa's graph: n-grams, the encoder and the role (`bot.components.reading`).

The n-grams learn whenever the assistant is trained; the encoder was taught beforehand and is a file (bot/encoder).
Both read the message itself, so there is neither tokenizer nor featurizer before them.
"""

from typing import Any, Dict, List, Optional

from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.encoder import Encoder
from bot.components.ngrams import Shape, load, save, trained
from bot.components.reading import Reader, Weights

_RANKING = 5
"""How many readings travel with a message."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class SkillClassifier(GraphComponent, IntentClassifier):
    """Names the skill of a message, with its probability and the next likely ones."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """See `Shape` and `Weights`."""
        shape, weights = Shape(), Weights()
        return {
            "words": list(shape.words),
            "characters": list(shape.characters),
            "C": shape.C,
            "max_iter": shape.max_iter,
            "weights": {
                "encoder": weights.encoder,
                "ngrams": weights.ngrams,
                "not_for_role": weights.not_for_role,
            },
        }

    def __init__(
        self, config: Dict[str, Any], storage: ModelStorage, resource: Resource, reader: Optional[Reader] = None
    ) -> None:
        self.shape, self.weights = configured(config)
        self.storage = storage
        self.resource = resource
        self.reader = reader

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "SkillClassifier":
        """An untrained one."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the examples that have an intent, and stores what it learnt."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        if not examples:
            raise ValueError("There are no examples to learn intents from.")
        pipeline = trained(self.shape, [e.get(TEXT) for e in examples], [e.get(INTENT) for e in examples])
        self.reader = Reader(pipeline, Encoder(), self.weights)
        with self.storage.write_to(self.resource) as folder:
            save(pipeline, folder)
        return self.resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "SkillClassifier":
        """A trained one; anything in the file that isn't plain scikit-learn is refused."""
        _, weights = configured(config)
        with model_storage.read_from(resource) as folder:
            return cls(config, model_storage, resource, Reader(load(folder), Encoder(), weights))

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets the intent and the ranking of each message; the speaker's role comes with its metadata."""
        if not self.reader or not messages:
            return messages
        texts = [message.get(TEXT) or "" for message in messages]
        roles = [(message.get("metadata") or {}).get("role") for message in messages]
        for message, ranking in zip(messages, self.reader.rankings(texts, roles, _RANKING), strict=True):
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages


def configured(config: Dict[str, Any]) -> "tuple[Shape, Weights]":
    """What config.yml says of the two parts."""
    shape = {name: config[name] for name in ("words", "characters", "C", "max_iter") if name in config}
    return Shape(**shape), Weights(**config.get("weights", {}))
