"""The picture of a forecast."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor

import pytest
from PIL import Image

from backend.chat.cards import ForecastCard, Point
from backend.chat.channels.charts import forecast_png
from tests.backend.chat.channels import samples


def picture(card: ForecastCard) -> Image.Image:
    image = Image.open(io.BytesIO(forecast_png(card)))
    image.load()
    return image


def has_colour(image: Image.Image, colour: tuple[int, int, int]) -> bool:
    colours = image.convert("RGB").getcolors(1 << 24) or []
    return colour in {each for _, each in colours}


def test_it_is_a_png_of_a_size_a_phone_shows_well() -> None:
    image = picture(samples.FORECAST)
    assert image.format == "PNG"
    assert image.size == (1280, 920)


def test_it_shows_the_median_the_band_and_the_year_before() -> None:
    image = picture(samples.FORECAST)
    assert has_colour(image, (0x0B, 0x5D, 0x3B))
    assert has_colour(image, (0xA9, 0xD5, 0xBF))
    assert has_colour(image, (0xA8, 0x5A, 0x00))


def test_two_forecasts_stand_in_one_picture() -> None:
    image = picture(samples.COMPARISON)
    assert image.size == (1280, 920)
    assert has_colour(image, (0x0B, 0x5D, 0x3B))
    assert has_colour(image, (0xA8, 0x5A, 0x00))


@pytest.mark.parametrize(
    "changes",
    [
        {"history": [], "forecast": [], "last_year": []},
        {"history": []},
        {"forecast": []},
        {"history": [Point(period="2025-07", value=1)], "forecast": [Point(period="2025-08", value=2, low=1, high=4)]},
        {"title": "Costs $5 and $6 — " + "long " * 40, "unit": "$x^2$"},
        {"history": [Point(period="w", value=0)] * 90, "last_year": [Point(period="?", value=5)] * 30},
    ],
)
def test_odd_cards_are_drawn_all_the_same(changes: dict[str, object]) -> None:
    assert picture(samples.FORECAST.model_copy(update=changes)).size == (1280, 920)


def test_several_at_once_are_the_same_as_one() -> None:
    with ThreadPoolExecutor(3) as pool:
        pictures = set(pool.map(forecast_png, [samples.FORECAST] * 3))
    assert pictures == {forecast_png(samples.FORECAST)}


def test_a_long_title_in_capitals_is_not_cut_off() -> None:
    title = "ASSORTED COLOUR BIRD ORNAMENTS WITH A VERY, VERY LONG NAME " * 3
    edge = picture(samples.FORECAST.model_copy(update={"title": title})).convert("RGB").crop((1268, 0, 1280, 150))
    assert edge.getcolors() == [(12 * 150, (255, 255, 255))]
