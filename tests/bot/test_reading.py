"""Reading with n-grams, encoder and role, in the bot's environment."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from actions.routing import as_the_role_means_it
from actions.skills import SKILLS
from backend.identity.tables import Role
from bot.components.roles import MEANT, NOT_FOR
from tests.services import missing

ROOT = Path(__file__).parents[2]
PYTHON = ROOT / ".venv-bot/bin/python"


def test_what_is_not_for_a_role_is_what_the_skills_say() -> None:
    assert {
        role.value: {skill.name for skill in SKILLS.values() if role not in skill.roles} for role in Role
    } == NOT_FOR


def test_what_a_role_means_by_a_skill_is_what_the_actions_take_it_for() -> None:
    taken = {
        role.value: {skill: meant for skill in SKILLS if (meant := as_the_role_means_it(role, skill)) != skill}
        for role in Role
    }
    assert {role: skills for role, skills in taken.items() if skills} == MEANT


def test_the_encoder_knows_every_skill() -> None:
    assert sorted(json.loads((ROOT / "bot/encoder/skills.json").read_text())) == sorted(SKILLS)


PARTS = """
import json
from bot.components.encoder import Encoder
from bot.components.ngrams import Shape, trained
from bot.components.reading import Reader, Weights

texts = ["what do we need to buy in", "buy more", "what shall I order again", "what am I short of"]
texts += ["make me a sandwich", "sing"]
skills = ["replenish", "replenish", "reorder_customer", "reorder_customer", "sandwich", "sandwich"]
reader = Reader(trained(Shape(), texts, skills), Encoder(), Weights())
asked = "what should we order"
print(json.dumps({
    "alone": reader.rankings([asked], [None], 3)[0],
    "buyer": reader.rankings([asked], ["buyer"], 3)[0],
    "customer": reader.rankings([asked], ["customer"], 3)[0],
    "king": reader.rankings([asked], ["king"], 3)[0],
    "batch": reader.rankings([asked, "x " * 3000, ""], [None, None, None], 1),
    "same": [reader.rankings([asked], [None], 3) == reader.rankings([asked], [None], 3)],
    "odd": reader.rankings(["sing me a sandwich"], [None], 3)[0],
}))
"""


@pytest.fixture(scope="module")
def said() -> dict[str, list[dict[str, object]]]:
    """What a small reader makes of a message, in the bot's environment."""
    if not PYTHON.exists():
        missing("the bot's environment (.venv-bot; make setup)")
    ran = subprocess.run([str(PYTHON), "-c", PARTS], cwd=ROOT, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    found: dict[str, list[dict[str, object]]] = json.loads(ran.stdout)
    return found


def chance(ranking: list[dict[str, object]], skill: str) -> float:
    return next(float(str(entry["confidence"])) for entry in ranking if entry["name"] == skill)


def test_confidences_are_probabilities_and_the_best_comes_first(said: dict[str, list[dict[str, object]]]) -> None:
    confidences = [float(str(entry["confidence"])) for entry in said["alone"]]
    assert confidences == sorted(confidences, reverse=True)
    assert sum(confidences) == pytest.approx(1.0)


def test_what_is_said_counts_for_what_the_role_means_by_it(
    said: dict[str, list[dict[str, object]]],
) -> None:
    assert chance(said["customer"], "reorder_customer") > chance(said["alone"], "reorder_customer")
    assert chance(said["buyer"], "replenish") > chance(said["alone"], "replenish")  # what it means by reordering
    assert said["king"] == said["alone"]


def test_a_skill_that_the_encoder_was_not_taught_is_left_to_the_n_grams(
    said: dict[str, list[dict[str, object]]],
) -> None:
    assert said["odd"][0]["name"] == "sandwich"


def test_the_longest_and_the_emptiest_text_are_read_and_reading_repeats_itself(
    said: dict[str, list[dict[str, object]]],
) -> None:
    assert len(said["batch"]) == 3
    assert said["same"] == [True]
