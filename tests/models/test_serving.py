"""The model server, spoken to over HTTP as its callers do."""

from __future__ import annotations

import asyncio
import json
import shutil
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from fastapi.testclient import TestClient

from models import forecasting
from models.artefacts import champion_version, promote
from models.serving import SettingsError, create_app, read_settings
from models.serving.batching import MicroBatcher, Result
from models.serving.protocol import Overloaded
from models.serving.served import Work
from tests.models.worlds import QUICK, SECRET, weekly_panel

HEADERS = {"X-Quartermaster-Secret": SECRET}


def tensor(name: str, datatype: str, data: list[Any], shape: list[int] | None = None) -> dict[str, Any]:
    return {"name": name, "datatype": datatype, "shape": shape or [len(data)], "data": data}


def forecast_request(rows: int = 2, weeks: int = 60, horizon: int = 5) -> dict[str, Any]:
    y = [float((index * 7 + row) % 9) for row in range(rows) for index in range(weeks)]
    return {
        "id": "one",
        "inputs": [
            tensor("y", "FP32", y, [rows, weeks]),
            tensor("length", "INT32", [weeks] * rows),
            tensor("last", "BYTES", ["2026-11-09"] * rows),
        ],
        "parameters": {"horizon": horizon},
    }


def order_request(rows: int = 2, horizon: int = 26) -> dict[str, Any]:
    mean = [10.0] * (rows * horizon)
    quantiles = [2.0 * level for _ in mean for level in range(1, 10)]
    whole = {"on_hand": 5, "lead_time_days": 60, "review_days": 91, "moq": 50, "multiple": 20}
    return {
        "inputs": [
            tensor("mean", "FP64", mean, [rows, horizon]),
            tensor("quantiles", "FP64", quantiles, [rows, horizon, 9]),
            *(tensor(name, "INT64", [value] * rows) for name, value in whole.items()),
        ],
        "parameters": {"freq": "W", "as_of": "2026-11-16", "holidays": "2026-12-25, 2027-01-01"},
    }


def arrays(answer: dict[str, Any]) -> dict[str, np.ndarray[Any, Any]]:
    return {output["name"]: np.array(output["data"]).reshape(output["shape"]) for output in answer["outputs"]}


def test_health_and_metadata(client: TestClient):
    assert client.get("/v2/health/live").json() == {"live": True}
    assert client.get("/v2/health/ready").json() == {"ready": True}
    assert client.get("/v2").json()["name"] == "quartermaster-models"
    listed = client.get("/v2/models").json()["models"]
    assert [model["name"] for model in listed] == ["forecast-W", "forecast-M", "order-quantity"]
    assert {model["state"] for model in listed} == {"READY"}
    model = client.get("/v2/models/forecast-W").json()
    assert model["inputs"][0] == {"name": "y", "datatype": "FP32", "shape": [-1, -1]}
    assert model["versions"] == [model["version"]]
    assert client.get("/v2/models/order-quantity/ready").json()["ready"]


def test_a_forecast(client: TestClient, artefacts: Path):
    answer = client.post("/v2/models/forecast-W/infer", json=forecast_request())
    assert answer.status_code == 200
    document = answer.json()
    assert document["id"] == "one"
    assert document["model_name"] == "forecast-W"
    assert document["model_version"] == champion_version(artefacts, "forecast-W")
    assert document["parameters"]["quantile_levels"] == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    found = arrays(document)
    assert found["mean"].shape == (2, 5)
    assert found["quantiles"].shape == (2, 5, 9)
    assert (np.diff(found["quantiles"], axis=2) >= 0).all()
    assert (found["level"] + found["trend"] + found["season"] == found["mean"]).all()
    assert found["first"].tolist() == ["2026-11-16"] * 2


def test_the_server_forecasts_what_the_library_does(client: TestClient, artefacts: Path, panel: pl.DataFrame):
    expected = forecasting.forecast(forecasting.load_champion(artefacts, "W"), panel, 4)
    data = forecasting.build_panel(panel, "W")
    rows = len(data.ids)
    request = {
        "inputs": [
            tensor("y", "FP32", data.y.ravel().tolist(), list(data.y.shape)),
            tensor("last", "BYTES", [data.last_start.isoformat()] * rows),
        ],
        "parameters": {"horizon": 4},
    }
    found = arrays(client.post("/v2/models/forecast-W/infer", json=request).json())
    assert np.allclose(found["mean"].ravel(), expected["mean"].to_numpy(), atol=0.002)


def test_chosen_outputs_and_nested_data(client: TestClient):
    request = forecast_request(rows=1, weeks=3)
    request["inputs"][0]["data"] = [[1, 2, 3]]
    request["outputs"] = [{"name": "mean"}]
    document = client.post("/v2/models/forecast-W/infer", json=request).json()
    assert [output["name"] for output in document["outputs"]] == ["mean"]
    request["outputs"] = [{"name": "colour"}]
    answer = client.post("/v2/models/forecast-W/infer", json=request)
    assert (answer.status_code, answer.json()["error"][:34]) == (400, "forecast-W has no output colour; i")


def test_an_order_quantity_explains_itself(client: TestClient):
    found = arrays(client.post("/v2/models/order-quantity/infer", json=order_request()).json())
    assert (found["quantity"] % 20 == 0).all()
    total = found["forecast"] + found["safety_stock"] - found["position"] + found["surplus"] + found["rounding"]
    assert (total == found["quantity"]).all()
    assert (found["network_quantity"] % 20 == 0).all()
    assert found["protection_days"].tolist() == [84 + 4 + 91 - 2] * 2  # two holidays push the arrival past a weekend


def with_input(request: dict[str, Any], name: str, **changes: Any) -> dict[str, Any]:
    kept = [item for item in request["inputs"] if item["name"] != name]
    old = next((item for item in request["inputs"] if item["name"] == name), {"name": name})
    return {**request, "inputs": [*kept, old | changes]}


FORECAST_FAULTS: list[tuple[Any, str]] = [
    ([], "JSON object"),
    ({"inputs": 3}, "JSON object"),
    ({"inputs": []}, "Missing input: y, last"),
    ({"inputs": [3]}, "Every input needs"),
    ({**forecast_request(), "parameters": [1]}, "parameters must"),
    ({**forecast_request(), "parameters": {"horizon": 0}}, "horizon"),
    ({**forecast_request(), "parameters": {"horizon": "six"}}, "horizon"),
    ({**forecast_request(), "outputs": "mean"}, "outputs must"),
    (with_input(forecast_request(), "colour", datatype="FP32", shape=[1], data=[1]), "no input 'colour'"),
    (with_input(forecast_request(), "y", shape=[2, 61]), "values"),
    (with_input(forecast_request(), "y", shape=[120]), "shape of y must be"),
    (with_input(forecast_request(), "y", shape=[-2, -60]), "list of lengths"),
    (with_input(forecast_request(), "y", shape=[2, True]), "list of lengths"),
    (with_input(forecast_request(), "y", shape=[10**9, 10**9]), "fewer rows"),
    (with_input(forecast_request(), "y", datatype="BYTES"), "must be FP32"),
    (with_input(forecast_request(), "y", datatype="FP16"), "must be FP32"),
    (with_input(forecast_request(), "y", data=["a"] * 120), "must be numbers"),
    (with_input(forecast_request(), "y", data=[[1], [2, 3]]), "must be numbers"),
    (with_input(forecast_request(), "y", data=[None] * 120), "must be numbers"),
    (with_input(forecast_request(), "y", data=[10**400] * 120), "must be numbers"),
    (with_input(forecast_request(), "y", data=[1e300] * 120), "fit FP32"),
    (with_input(forecast_request(), "y", data="abc"), "must be a list"),
    (with_input(forecast_request(), "y", shape=[0, 60], data=[]), "at least one"),
    (with_input(forecast_request(), "length", data=[1.5, 2]), "whole numbers"),
    (with_input(forecast_request(), "length", data=[61, 1]), "length must hold"),
    (with_input(forecast_request(), "length", data=[-1, 1]), "length must hold"),
    (with_input(forecast_request(), "last", data=["2026-11-09", "soon"]), "ISO dates"),
    (with_input(forecast_request(), "last", data=["2026-11-09", "9999-01-01"]), "between 1900"),
    (with_input(forecast_request(), "last", data=["2026-11-09", 3]), "must be strings"),
    (with_input(forecast_request(), "last", shape=[1], data=["2026-11-09"]), "one date per series"),
]


@pytest.mark.parametrize(("request_body", "sentence"), FORECAST_FAULTS)
def test_a_faulty_forecast_request_gets_a_sentence(client: TestClient, request_body: Any, sentence: str):
    answer = client.post("/v2/models/forecast-W/infer", json=request_body)
    assert answer.status_code in (400, 413)
    assert set(answer.json()) == {"error"}
    assert sentence in answer.json()["error"]


@pytest.mark.parametrize(
    ("request_body", "sentence"),
    [
        ({**order_request(), "parameters": {"as_of": "2026-11-16"}}, "freq"),
        ({**order_request(), "parameters": {"freq": "W"}}, "as_of"),
        ({**order_request(), "parameters": {"freq": "W", "as_of": "2026-11-16", "holidays": "x"}}, "holidays"),
        (with_input(order_request(), "multiple", data=[0, 0]), "multiple must lie"),
        (with_input(order_request(), "on_hand", shape=[1], data=[5]), "as many rows"),
        (with_input(order_request(), "mean", data=[-1.0] * 52), "not negative"),
        (with_input(order_request(), "quantiles", shape=[2, 13, 9], data=[1.0] * 234), "quantiles must be"),
        (with_input(order_request(), "moq", data=[10**30, 1]), "moq"),
    ],
)
def test_a_faulty_order_request_gets_a_sentence(client: TestClient, request_body: Any, sentence: str):
    answer = client.post("/v2/models/order-quantity/infer", json=request_body)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]


def test_bodies_that_are_no_json(client: TestClient):
    for body in (b"", b"{", b"\xff", b"[" * 100_000, b'{"inputs": [{"name": "y"'):
        answer = client.post("/v2/models/forecast-W/infer", content=body)
        assert (answer.status_code, answer.json()) == (400, {"error": "The request body is not valid JSON."})


def test_nan_is_refused(client: TestClient):
    request = forecast_request(rows=1, weeks=1)
    request["inputs"][0]["data"] = ["number"]
    body = json.dumps(request).replace('"number"', "NaN")
    answer = client.post("/v2/models/forecast-W/infer", content=body)
    assert (answer.status_code, answer.json()["error"]) == (400, "The data of y must be finite numbers.")


def test_a_body_too_large_is_refused(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("models.serving.app.MOST_BYTES", 100)
    answer = client.post("/v2/models/forecast-W/infer", json=forecast_request())
    assert answer.status_code == 413


def test_addresses_that_do_not_exist(client: TestClient):
    for method, path, status in (
        ("POST", "/v2/models/colour/infer", 404),
        ("GET", "/v2/models/colour", 404),
        ("GET", "/nothing", 404),
        ("GET", "/docs", 404),
        ("DELETE", "/v2/models", 405),
    ):
        answer = client.request(method, path)
        assert answer.status_code == status
        assert set(answer.json()) == {"error"}


def test_a_mistake_of_ours_is_a_sentence_too(client: TestClient, monkeypatch: pytest.MonkeyPatch):
    def fail(*_: Any) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr("models.serving.forecast_model.forecast_arrays", fail)
    answer = client.post("/v2/models/forecast-W/infer", json=forecast_request())
    assert answer.status_code == 500
    assert "secret detail" not in answer.text


@pytest.mark.parametrize("path", ["/v2", "/v2/models", "/v2/models/forecast-W", "/metrics", "/docs", "/v2/healthy"])
@pytest.mark.parametrize("headers", [{}, {"X-Quartermaster-Secret": "wrong"}, {"X-Quartermaster-Secret": ""}])
def test_every_path_but_health_needs_the_secret(client: TestClient, path: str, headers: dict[str, str]):
    bare = TestClient(client.app, headers=headers)
    answer = bare.get(path)
    assert answer.status_code == 401
    assert "error" in answer.json()
    assert bare.post("/v2/models/forecast-W/infer", json=forecast_request()).status_code == 401
    assert bare.get("/v2/health/live").status_code == 200


def test_without_a_secret_nothing_starts(tmp_path: Path):
    with pytest.raises(SettingsError, match="QUARTERMASTER_INTERNAL_SECRET"):
        read_settings({})
    with pytest.raises(SettingsError, match="cannot be read"):
        read_settings({"QUARTERMASTER_INTERNAL_SECRET_FILE": str(tmp_path / "absent")})
    with pytest.raises(SettingsError, match="port"):
        read_settings({"QUARTERMASTER_INTERNAL_SECRET": "x", "QUARTERMASTER_MODELS_PORT": "http"})
    with pytest.raises(ValueError, match="secret"), TestClient(create_app(secret="", root=tmp_path)):
        pass


def test_settings_from_the_environment(tmp_path: Path):
    (tmp_path / "secret").write_text("from a file\n")
    found = read_settings({"QUARTERMASTER_INTERNAL_SECRET_FILE": str(tmp_path / "secret"), "QUARTERMASTER_VAR": "/v"})
    assert (found.secret, found.host, found.port) == ("from a file", "127.0.0.1", 8100)
    assert found.artefacts == Path("/v/models")
    assert found.threads == 1
    with pytest.raises(SettingsError, match="THREADS"):
        read_settings({"QUARTERMASTER_INTERNAL_SECRET": "x", "QUARTERMASTER_MODELS_THREADS": "0"})


def test_it_starts_without_models_and_notices_them(artefacts: Path, tmp_path: Path):
    root = tmp_path / "models"
    with TestClient(create_app(secret=SECRET, root=root), headers=HEADERS) as caller:
        assert caller.get("/v2/health/ready").status_code == 503
        assert caller.get("/v2/models").json()["models"][0]["reason"] == "No forecast-W model has been trained yet."
        answer = caller.post("/v2/models/forecast-W/infer", json=forecast_request())
        assert (answer.status_code, "not available" in answer.json()["error"]) == (503, True)
        shutil.copytree(artefacts, root)
        assert caller.get("/v2/health/ready").status_code == 200
        assert caller.post("/v2/models/forecast-W/infer", json=forecast_request()).status_code == 200


def test_a_new_champion_is_served_and_a_damaged_one_is_not(artefacts: Path, tmp_path: Path):
    root = tmp_path / "models"
    shutil.copytree(artefacts, root)
    with TestClient(create_app(secret=SECRET, root=root), headers=HEADERS) as caller:
        before = caller.get("/v2/models/forecast-M").json()["version"]
        trained = forecasting.train(weekly_panel(seed=2), "M", root, fit_settings=QUICK)
        promote(root, "forecast-M", trained.version, "by hand")
        after = caller.get("/v2/models/forecast-M").json()["version"]
        assert after == champion_version(root, "forecast-M") != before
        pointer = root / "forecast-M" / "champion.json"
        (root / "forecast-M" / before / "model.safetensors").write_bytes(b"broken")
        pointer.write_text(f'{{"version": "{before}", "reason": "by hand"}}')
        state = caller.get("/v2/models/forecast-M").json()
        assert (state["version"], state["state"]) == (after, "READY")
        assert "truncated" in state["reason"]


def test_requests_at_the_same_time_each_get_their_own_answer(client: TestClient):
    def ask(rows: int) -> tuple[int, float]:
        request = forecast_request(rows=rows, horizon=1 + rows % 2)
        request["inputs"][0]["data"] = [float(rows)] * (rows * 60)
        found = arrays(client.post("/v2/models/forecast-W/infer", json=request).json())
        return found["mean"].shape[0], float(found["level"][0, 0])

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(1, 25)))
    assert answers == [(rows, float(rows)) for rows in range(1, 25)]


def test_metrics_count_requests(client: TestClient):
    client.post("/v2/models/forecast-W/infer", json=forecast_request())
    client.post("/v2/models/forecast-W/infer", json=[])
    client.post("/v2/models/nonsense/infer", json=[])
    text = client.get("/metrics").text
    assert 'quartermaster_infer_requests_total{model="forecast-W",status="200"} 1.0' in text
    assert 'quartermaster_infer_requests_total{model="forecast-W",status="400"} 1.0' in text
    assert 'quartermaster_model_ready{model="forecast-M"} 1.0' in text
    assert "nonsense" not in text


def test_a_full_queue_answers_instead_of_growing(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("models.serving.batching.MOST_WAITING", 2)

    def double(batch: dict[str, Any], options: Any) -> Result:
        if (batch["x"] < 0).any():
            raise ValueError("negative")
        return Result({"x": batch["x"] * 2}, "1", {})

    async def scenario() -> list[Any]:
        with ThreadPoolExecutor(1) as pool:
            batcher = MicroBatcher(double, pool)
            works = [Work({"x": np.array([value])}, None, 1) for value in (1, -1, 3)]
            found = await asyncio.gather(*(batcher.submit(work) for work in works), return_exceptions=True)
            await batcher.close()
            return found

    first, second, third = asyncio.run(scenario())
    assert first.outputs["x"].tolist() == [2]
    assert isinstance(second, ValueError)  # its neighbour was answered all the same
    assert isinstance(third, Overloaded)


def test_an_unfinished_week_is_up_to_the_caller(client: TestClient):
    request = forecast_request(rows=1)
    request["inputs"][2]["data"] = [(date(2026, 11, 9) + timedelta(days=3)).isoformat()]
    found = arrays(client.post("/v2/models/forecast-W/infer", json=request).json())
    assert found["first"].tolist() == ["2026-11-16"]  # any day of the last period names it
