"""Every skill has an intent, an action, a rule and enough examples; and nothing else is there."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from bot.components.text import words

ROOT = Path(__file__).parents[2]
SKILLS = """
place_order add_item remove_item change_quantity show_cart confirm discard_cart repeat_last_order order_status
order_history delivery_eta cancel_order change_order return_items exchange_items refund_status quote_request
invoice_request price_check stock_check product_search reorder_customer replenish forecast_product
forecast_category_or_total forecast_customer top_movers slow_movers what_if explain customer_lookup
order_for_customer change_address document_request subscribe_alerts unsubscribe_alerts promotions complaint
talk_to_human greet thanks goodbye help bot_challenge affirm deny out_of_scope
""".split()  # noqa: SIM905
FEWEST_EXAMPLES = 120


def load(path: str) -> dict[str, Any]:
    return YAML(typ="safe").load(ROOT / path)


@pytest.fixture(scope="module")
def examples() -> dict[str, list[str]]:
    """Messages by skill, over every file that training reads."""
    found: dict[str, list[str]] = {}
    for file in sorted((ROOT / "nlu_data/nlu").glob("*.yml")):
        for entry in YAML(typ="safe").load(file)["nlu"]:
            lines = (line.strip() for line in entry["examples"].splitlines())
            found.setdefault(entry["intent"], []).extend(line[2:] for line in lines if line.startswith("- "))
    return found


def test_the_domain_holds_the_skills_and_nothing_that_need_not_travel() -> None:
    domain = load("bot/domain/domain.yml")
    assert set(domain) == {"version", "session_config", "intents", "actions"}
    assert sorted(domain["intents"]) == sorted([*SKILLS, "tap", "nlu_fallback"])
    assert sorted(domain["actions"]) == sorted(
        [*(f"action_{skill}" for skill in SKILLS), "action_tap", "action_not_understood"]
    )


def test_each_intent_has_one_rule_to_its_action() -> None:
    rules = load("nlu_data/rules/rules.yml")["rules"]
    routes = [tuple(rule["steps"]) for rule in rules]
    assert all([list(step) for step in route] == [["intent"], ["action"]] for route in routes)
    assert {route[0]["intent"]: route[1]["action"] for route in routes} == {
        **{skill: f"action_{skill}" for skill in SKILLS},
        "tap": "action_tap",
        "nlu_fallback": "action_not_understood",
    }
    assert len(routes) == len(SKILLS) + 2


def test_each_skill_has_examples_and_a_tap_has_none(examples: dict[str, list[str]]) -> None:
    assert sorted(examples) == sorted(SKILLS)
    assert {skill: len(set(lines)) for skill, lines in examples.items() if len(set(lines)) < FEWEST_EXAMPLES} == {}


def test_no_message_is_an_example_of_two_skills(examples: dict[str, list[str]]) -> None:
    readings = Counter(
        reading
        for lines in examples.values()
        for reading in {" ".join(word.text for word in words(line)) for line in lines}
    )
    assert {reading: count for reading, count in readings.items() if count > 1} == {}


def test_every_skill_is_in_a_test_story() -> None:
    steps = [step for story in load("nlu_data/tests/test_skills.yml")["stories"] for step in story["steps"]]
    assert {step["intent"] for step in steps if "intent" in step} == {*SKILLS, "tap", "nlu_fallback"}


def test_training_does_not_read_the_evaluation_sets() -> None:
    assert not (ROOT / "nlu_data/nlu/evaluation").exists()
    assert {path.name for path in (ROOT / "nlu_data/nlu").iterdir() if path.suffix not in {".yml", ".md"}} == set()
