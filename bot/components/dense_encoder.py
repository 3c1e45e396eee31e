"""The sentence encoder's vector as a dense feature in Rasa's graph. It is for measuring (`python -m bot.compare`): the
assistant's own pipeline (bot/config.yml) reads the encoder's scores instead and has neither featurizer nor tokenizer.
"""

from pathlib import Path
from typing import Any, Dict, List

import numpy as np
from rasa.engine.graph import ExecutionContext, GraphComponent
from rasa.engine.recipes.default_recipe import DefaultV1Recipe
from rasa.engine.storage.resource import Resource
from rasa.engine.storage.storage import ModelStorage
from rasa.nlu.featurizers.dense_featurizer.dense_featurizer import DenseFeaturizer
from rasa.shared.nlu.constants import FEATURE_TYPE_SENTENCE, TEXT
from rasa.shared.nlu.training_data.features import Features
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from bot.components.encoder import FOLDER, Encoder


@DefaultV1Recipe.register(DefaultV1Recipe.ComponentType.MESSAGE_FEATURIZER, is_trainable=False)
class DenseEncoder(DenseFeaturizer, GraphComponent):
    """Gives each text one sentence feature (1, 384), the mean of its word pieces' vectors, and no feature of words."""

    @staticmethod
    def get_default_config() -> Dict[str, Any]:
        """`encoder` is the folder that `scripts/encoder` wrote."""
        return {**DenseFeaturizer.get_default_config(), "encoder": str(FOLDER)}

    def __init__(self, config: Dict[str, Any], name: str) -> None:
        super().__init__(name, config)
        self._encoder = Encoder(Path(config["encoder"]))

    @classmethod
    def create(
        cls,
        config: Dict[str, Any],
        model_storage: ModelStorage,
        resource: Resource,
        execution_context: ExecutionContext,
    ) -> "DenseEncoder":
        """Reads the encoder's folder; nothing is learnt or stored."""
        return cls(config, execution_context.node_name or cls.__name__)

    @classmethod
    def validate_config(cls, config: Dict[str, Any]) -> None:
        """The encoder says itself what it misses."""

    def process(self, messages: List[Message]) -> List[Message]:
        """Adds the feature to each message that has a text."""
        told = [message for message in messages if message.get(TEXT)]
        vectors = self._encoder.vectors([message.get(TEXT) for message in told]).astype(np.float32)
        for message, vector in zip(told, vectors, strict=True):
            message.add_features(Features(vector[None, :], FEATURE_TYPE_SENTENCE, TEXT, self._identifier))
        return messages

    def process_training_data(self, training_data: TrainingData) -> TrainingData:
        """The same for what is learnt from."""
        self.process(training_data.training_examples)
        return training_data
