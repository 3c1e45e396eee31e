"""Makes the pretrained networks (see `pretrained`): python -m models.forecasting.pretraining [D|W|M …]

Every sixty steps new series are invented, so that none is seen twice for long. Some minutes per frequency on one core;
the same seed gives the same weights on the same build of torch.
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import asdict

import torch
from safetensors.torch import save_file

from models.forecasting.fitting import FitSettings, Windows, descend
from models.forecasting.network import NetworkSettings, QuantileNetwork
from models.forecasting.periods import FREQUENCIES, Freq, frequency
from models.forecasting.pretrained import FOLDER, card_file, weights_file
from models.forecasting.synthetic import invent
from models.forecasting.threads import one_thread

STEPS = 5000
SEED = 11
_SERIES = 4000  # invented at a time
_RENEW = 60  # steps
_PERIODS = {"D": 620, "W": 176, "M": 66}
_SETTINGS = FitSettings(batch=320, learning_rate=2e-3, steps=STEPS, squared=0.5, total=0.2)


class _Source:
    """Windows on invented series, renewed now and then."""

    def __init__(self, freq: Freq, seed: int, batch: int) -> None:
        self.settings, self.batch = frequency(freq), batch
        self.generator = torch.Generator().manual_seed(seed)
        self.windows = self._renewed()

    def draw(self, step: int) -> tuple[Windows, torch.Tensor, int]:
        """A batch of pairs with all of their targets."""
        if step % _RENEW == _RENEW - 1:
            self.windows = self._renewed()
        windows = self.windows
        series = torch.randint(len(windows.length), (self.batch,), generator=self.generator)
        first = windows.periods - windows.length[series] + 1
        last = windows.periods - windows.horizon - 1
        old_enough = first < last
        series, first = series[old_enough], first[old_enough]
        share = torch.rand(len(series), generator=self.generator)
        column = (first + (share * (last - first)).long()).clamp(max=last)
        return windows, torch.stack([series, column], dim=1), windows.periods

    def _renewed(self) -> Windows:
        found = invent(_SERIES, _PERIODS[self.settings.freq], self.settings.season, self.generator)
        return Windows(found.y, found.length, 0, self.settings, self.settings.reach, found.group)


@one_thread()
def pretrain(freq: Freq, settings: FitSettings = _SETTINGS, seed: int = SEED) -> None:
    """Teach one frequency's network and write its weights (half precision) and card."""
    started = time.perf_counter()
    source = _Source(freq, seed, settings.batch)
    samples = [source.draw(_RENEW - 1) for _ in range(6)]
    features = [windows.features(pairs[:, 0], pairs[:, 1]) for windows, pairs, _ in samples]
    sizes = NetworkSettings(features[0].series.shape[1], features[0].steps.shape[2])
    network = QuantileNetwork(sizes, seed)
    network.standardise(type(features[0])(
        torch.cat([part.series for part in features]),
        torch.cat([part.steps for part in features]),
        torch.cat([part.scale for part in features]),
    ))  # fmt: skip
    loss = descend(network, source.draw, settings, lambda done: _tell(freq, done, started))
    FOLDER.mkdir(exist_ok=True)
    save_file({name: tensor.to(torch.float16) for name, tensor in network.state_dict().items()}, weights_file(freq))
    card = {
        "what": "Quantile forecasts of demand, taught on invented series alone (models/forecasting/synthetic.py)",
        "made_by": f"python -m models.forecasting.pretraining {freq}",
        "network": sizes.to_dict(),
        "fit": asdict(settings),
        "seed": seed,
        "loss": round(loss, 4),
        "minutes": round((time.perf_counter() - started) / 60, 1),
    }
    card_file(freq).write_text(json.dumps(card, indent=1) + "\n", encoding="utf-8")


def _tell(freq: Freq, done: float, started: float) -> None:
    sys.stderr.write(f"\r{freq}: {done:4.0%} after {time.perf_counter() - started:.0f} s")
    sys.stderr.flush()


if __name__ == "__main__":
    for letter in sys.argv[1:] or FREQUENCIES:
        pretrain(frequency(letter).freq)
