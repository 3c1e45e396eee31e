"""Our intent classifier as a component of Rasa's graph.

Rasa's own LogisticRegressionClassifier takes raw counts and fixes the regularisation; on a hand that
it did not learn from, a regression over TF-IDF is right far more often (figures in bot/README.md).
It reads `bot.components.text.words`, so it needs neither tokenizer nor featurizers before it, and the
message itself stays as it was typed.
"""

from typing import Any, Dict, List, Optional

import skops.io
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.classifiers.classifier import IntentClassifier
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
from sklearn.pipeline import Pipeline

from bot.components.ngrams import Shape, rankings, trained

_FILE = "classifier.skops"
_HARMLESS_TYPES = frozenset({"scipy.sparse._csr.csr_matrix"})
"""What skops does not trust by itself; TF-IDF keeps its weights in one."""
_RANKING = 5
"""How many readings travel with a message."""


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.INTENT_CLASSIFIER, is_trainable=True)
class NgramClassifier(GraphComponent, IntentClassifier):
    """Names the skill of a message, with its probability and the next likely ones."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """See `Shape`."""
        shape = Shape()
        return {
            "words": list(shape.words),
            "characters": list(shape.characters),
            "C": shape.C,
            "max_iter": shape.max_iter,
            "sharpness": shape.sharpness,
        }

    def __init__(
        self,
        config: Dict[str, Any],
        storage: ModelStorage,
        resource: Resource,
        pipeline: Optional[Pipeline] = None,
    ) -> None:
        self.shape = Shape(**{name: config[name] for name in self.get_default_config()})
        self.storage = storage
        self.resource = resource
        self.pipeline = pipeline

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "NgramClassifier":
        """An untrained one."""
        return cls(config, model_storage, resource)

    def train(self, training_data: TrainingData) -> Resource:
        """Learns from the examples that have an intent, and stores what it learnt."""
        examples = [e for e in training_data.intent_examples if e.get(INTENT) and e.get(TEXT)]
        if not examples:
            raise ValueError("There are no examples to learn intents from.")
        self.pipeline = trained(self.shape, [e.get(TEXT) for e in examples], [e.get(INTENT) for e in examples])
        with self.storage.write_to(self.resource) as folder:
            skops.io.dump(self.pipeline, folder / _FILE)
        return self.resource

    @classmethod
    def load(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
        **kwargs: Any,
    ) -> "NgramClassifier":
        """A trained one; anything in the file that isn't plain scikit-learn is refused."""
        with model_storage.read_from(resource) as folder:
            file = folder / _FILE
            foreign = set(skops.io.get_untrusted_types(file=file)) - _HARMLESS_TYPES
            if foreign:
                raise ValueError(f"{_FILE} holds types that are not to be loaded: {sorted(foreign)}")
            pipeline = skops.io.load(file, trusted=sorted(_HARMLESS_TYPES))
            return cls(config, model_storage, resource, pipeline)

    def process(self, messages: List[Message]) -> List[Message]:
        """Sets the intent and the ranking of each message."""
        if not self.pipeline or not messages:
            return messages
        texts = [message.get(TEXT) or "" for message in messages]
        for message, ranking in zip(messages, rankings(self.pipeline, self.shape, texts, _RANKING), strict=True):
            message.set("intent", ranking[0], add_to_output=True)
            message.set("intent_ranking", ranking, add_to_output=True)
        return messages
