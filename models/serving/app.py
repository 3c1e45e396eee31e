"""The model server: the Open Inference Protocol v2 over FastAPI.

One process. JSON is read, artefacts are loaded and tensors are computed in threads, so the event loop only waits.
"""

from __future__ import annotations

import asyncio
import functools
import logging
import time
from collections.abc import AsyncIterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import prometheus_client
from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from models import __version__
from models.serving.access import RequireSecret
from models.serving.batching import MicroBatcher, Result
from models.serving.forecast_model import ForecastServed
from models.serving.measurements import Measurements
from models.serving.order_quantity_model import OrderQuantityServed
from models.serving.protocol import (
    Array,
    InferenceError,
    InferRequest,
    TooLarge,
    UnknownModel,
    parse_request,
    write_response,
)
from models.serving.registry import Slot
from models.serving.served import ServedModel, Work

log = logging.getLogger(__name__)

MOST_BYTES = 64 * 1024 * 1024


class Desk:
    """Everything behind the endpoints: the models, their batches and the measurements."""

    def __init__(self, root: Path, models: Sequence[ServedModel]) -> None:
        self.slots = {model.name: Slot(model, root) for model in models}
        self.measurements = Measurements()
        self._executor = ThreadPoolExecutor(1, "inference")  # one batch at a time
        self.batchers = {
            name: MicroBatcher(functools.partial(self._run, slot), self._executor) for name, slot in self.slots.items()
        }

    def slot(self, name: str) -> Slot:
        """Raises UnknownModel."""
        if name not in self.slots:
            raise UnknownModel(f"There is no model {name[:80]!r}; there are {', '.join(self.slots)}.")
        return self.slots[name]

    async def state(self, name: str) -> dict[str, Any]:
        """name, version, state and, where it is not served, the reason."""
        state = await asyncio.to_thread(self.slot(name).current)
        self.measurements.ready.labels(name).set(state.loaded is not None)
        described = "READY" if state.loaded is not None else "UNAVAILABLE"
        return {"name": name, "version": state.version, "state": described, "reason": state.reason}

    async def states(self) -> list[dict[str, Any]]:
        """The states of all models."""
        return [await self.state(name) for name in self.slots]

    async def infer(self, name: str, body: bytes) -> bytes:
        """Answer one inference request. Raises InferenceError."""
        slot = self.slot(name)
        request, work = await asyncio.to_thread(_read, slot, body)
        result = await self.batchers[name].submit(work)
        return await asyncio.to_thread(write_response, name, result.version, request, result.outputs, result.parameters)

    async def close(self) -> None:
        """Stop the batches and the thread."""
        for batcher in self.batchers.values():
            await batcher.close()
        self._executor.shutdown(wait=False, cancel_futures=True)

    def _run(self, slot: Slot, arrays: dict[str, Array], options: Any) -> Result:
        loaded = slot.require()
        self.measurements.batch_rows.labels(slot.model.name).observe(len(next(iter(arrays.values()))))
        try:
            outputs = slot.model.run(loaded, arrays, options)
        except ValueError as error:
            raise InferenceError(str(error)) from error
        return Result(outputs, str(loaded.version), slot.model.parameters(loaded))


def create_app(*, secret: str, root: Path, models: Sequence[ServedModel] | None = None) -> FastAPI:
    """The application. secret: what callers must know, not empty. root: the artefacts' folder, which may not exist yet.

    Serves forecast-W, forecast-M, forecast-D and order-quantity, unless `models` says otherwise.
    """
    desk = Desk(root, default_models() if models is None else models)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await desk.states()  # load what there is before the first request
        yield
        await desk.close()

    app = FastAPI(title="Quartermaster models", version=__version__, lifespan=lifespan, openapi_url=None)
    app.add_middleware(RequireSecret, secret=secret)
    app.add_exception_handler(InferenceError, _inference_error)
    app.add_exception_handler(HTTPException, _http_error)
    app.add_exception_handler(Exception, _unexpected_error)
    _add_health(app, desk)
    _add_models(app, desk)
    return app


def default_models() -> tuple[ServedModel, ...]:
    """What the server serves."""
    return ForecastServed("W"), ForecastServed("M"), OrderQuantityServed()


def _add_health(app: FastAPI, desk: Desk) -> None:
    @app.get("/v2/health/live")
    async def live() -> dict[str, bool]:
        return {"live": True}

    @app.get("/v2/health/ready")
    async def ready() -> JSONResponse:
        waiting = [state["name"] for state in await desk.states() if state["state"] != "READY"]
        document: dict[str, Any] = {"ready": not waiting}
        if waiting:
            document["waiting_for"] = waiting
        return JSONResponse(document, 503 if waiting else 200)

    @app.get("/metrics")
    async def metrics() -> Response:
        await desk.states()
        return Response(desk.measurements.render(), media_type=prometheus_client.CONTENT_TYPE_LATEST)


def _add_models(app: FastAPI, desk: Desk) -> None:
    @app.get("/v2")
    async def server() -> dict[str, Any]:
        return {"name": "quartermaster-models", "version": __version__, "extensions": []}

    @app.get("/v2/models")
    async def models() -> dict[str, Any]:
        return {"models": await desk.states()}

    @app.get("/v2/models/{name}")
    async def model(name: str) -> dict[str, Any]:
        state, served = await desk.state(name), desk.slot(name).model
        return {
            **state,
            "versions": [state["version"]] if state["version"] else [],
            "platform": served.platform,
            "inputs": [spec.to_dict() for spec in served.inputs],
            "outputs": [spec.to_dict() for spec in served.outputs],
        }

    @app.get("/v2/models/{name}/ready")
    async def model_ready(name: str) -> JSONResponse:
        state = await desk.state(name)
        is_ready = state["state"] == "READY"
        return JSONResponse({**state, "ready": is_ready}, 200 if is_ready else 503)

    @app.post("/v2/models/{name}/infer")
    async def infer(name: str, request: Request) -> Response:
        started, status = time.perf_counter(), 500
        desk.slot(name)  # an unknown name must not become a label
        try:
            content = await desk.infer(name, await _body(request))
            status = 200
            return Response(content, media_type="application/json")
        except InferenceError as error:
            status = error.status
            raise
        finally:
            desk.measurements.requests.labels(name, str(status)).inc()
            desk.measurements.seconds.labels(name).observe(time.perf_counter() - started)


def _read(slot: Slot, body: bytes) -> tuple[InferRequest, Work]:
    slot.require()  # say that the model is missing before finding fault with the request
    request = parse_request(body, slot.model.inputs)
    return request, slot.model.read(request)


async def _body(request: Request) -> bytes:
    """The body, refused as soon as it is larger than 64 MiB."""
    parts, size = [], 0
    async for part in request.stream():
        size += len(part)
        if size > MOST_BYTES:
            raise TooLarge(f"A request may hold at most {MOST_BYTES // 1024**2} MiB; send fewer rows at a time.")
        parts.append(part)
    return b"".join(parts)


def _inference_error(_: Request, error: Exception) -> Response:
    status = error.status if isinstance(error, InferenceError) else 500
    return JSONResponse({"error": str(error)}, status)


def _http_error(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    sentences = {404: "There is nothing at this address.", 405: "This address does not take this method."}
    return JSONResponse({"error": sentences.get(status, "The request cannot be answered.")}, status)


def _unexpected_error(_: Request, error: Exception) -> Response:
    log.error("unexpected error", exc_info=error)
    return JSONResponse({"error": "The model server made a mistake; its log says more."}, 500)
