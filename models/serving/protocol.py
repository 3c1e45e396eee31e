"""The Open Inference Protocol, version 2, over JSON: requests read into numpy arrays and responses written from them.

Source: kserve/open-inference-protocol, specification/protocol/inference_rest.md. Tensor data may be flat (row-major)
or nested.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

MOST_VALUES = 20_000_000  # in one tensor

Array = npt.NDArray[Any]

_NUMERIC: dict[str, type[np.generic]] = {
    "BOOL": np.bool_,
    "UINT8": np.uint8,
    "UINT16": np.uint16,
    "UINT32": np.uint32,
    "UINT64": np.uint64,
    "INT8": np.int8,
    "INT16": np.int16,
    "INT32": np.int32,
    "INT64": np.int64,
    "FP32": np.float32,
    "FP64": np.float64,
}


class InferenceError(Exception):
    """A request that cannot be answered. status: HTTP. The message is shown to the caller."""

    status = 400


class UnknownModel(InferenceError):
    """No model has this name."""

    status = 404


class ModelUnavailable(InferenceError):
    """The model has not been trained, or its artefact cannot be read."""

    status = 503


class Overloaded(InferenceError):
    """Too many requests are waiting."""

    status = 503


class TooLarge(InferenceError):
    """More rows or bytes than one request may hold."""

    status = 413


@dataclass(frozen=True)
class TensorSpec:
    """One input or output as the model's metadata lists it. shape: -1 is any length. required: inputs only."""

    name: str
    datatype: str
    shape: tuple[int, ...]
    required: bool = True

    def to_dict(self) -> dict[str, Any]:
        """As in the protocol's model metadata."""
        return {"name": self.name, "datatype": self.datatype, "shape": list(self.shape)}


@dataclass(frozen=True)
class InferRequest:
    """A parsed request: arrays by input name (BYTES as arrays of str objects)."""

    id: str | None
    inputs: dict[str, Array]
    parameters: dict[str, Any]
    outputs: tuple[str, ...]


def parse_request(body: bytes, specs: tuple[TensorSpec, ...]) -> InferRequest:
    """Read a request body and check its tensors against a model's inputs. Raises InferenceError."""
    try:
        document = json.loads(body)
    except (ValueError, RecursionError):
        raise InferenceError("The request body is not valid JSON.") from None
    if not isinstance(document, dict) or not isinstance(document.get("inputs"), list):
        raise InferenceError("The request must be a JSON object with a list of inputs.")
    parameters = document.get("parameters") or {}
    if not isinstance(parameters, dict):
        raise InferenceError("parameters must be a JSON object.")
    known = {spec.name: spec for spec in specs}
    inputs: dict[str, Array] = {}
    for tensor in document["inputs"]:
        name, values = _read_tensor(tensor, known)
        if name in inputs:
            raise InferenceError(f"The input {name} is given twice.")
        inputs[name] = values
    absent = [spec.name for spec in specs if spec.required and spec.name not in inputs]
    if absent:
        raise InferenceError(f"Missing input: {', '.join(absent)}.")
    identity = document.get("id")
    return InferRequest(
        None if identity is None else str(identity), inputs, parameters, _wanted(document.get("outputs"))
    )


def write_response(
    name: str, version: str, request: InferRequest, outputs: Mapping[str, Array], parameters: Mapping[str, Any]
) -> bytes:
    """The response body, with all outputs or those the request names. Raises InferenceError for an unknown output."""
    unknown = [output for output in request.outputs if output not in outputs]
    if unknown:
        raise InferenceError(f"{name} has no output {', '.join(unknown)}; it has {', '.join(outputs)}.")
    chosen = request.outputs or tuple(outputs)
    document: dict[str, Any] = {
        "model_name": name,
        "model_version": version,
        "parameters": dict(parameters),
        "outputs": [_write_tensor(output, outputs[output]) for output in chosen],
    }
    if request.id is not None:
        document["id"] = request.id
    return json.dumps(document, allow_nan=False, separators=(",", ":")).encode()


def _wanted(outputs: Any) -> tuple[str, ...]:
    if outputs is None:
        return ()
    if not isinstance(outputs, list) or not all(isinstance(item, dict) and "name" in item for item in outputs):
        raise InferenceError("outputs must be a list of objects with a name.")
    return tuple(str(item["name"]) for item in outputs)


def _read_tensor(tensor: Any, known: dict[str, TensorSpec]) -> tuple[str, Array]:
    if not isinstance(tensor, dict) or not {"name", "shape", "datatype", "data"} <= tensor.keys():
        raise InferenceError("Every input needs name, shape, datatype and data.")
    name, datatype = tensor["name"], tensor["datatype"]
    spec = known.get(name) if isinstance(name, str) else None
    if spec is None:
        raise InferenceError(f"There is no input {str(name)[:80]!r}; the inputs are {', '.join(known)}.")
    if (spec.datatype == "BYTES") != (datatype == "BYTES") or not (datatype == "BYTES" or datatype in _NUMERIC):
        raise InferenceError(f"The input {name} must be {spec.datatype}, not {str(datatype)[:20]}.")
    shape = _read_shape(name, tensor["shape"], spec)
    values = _read_data(name, tensor["data"], datatype)
    if values.size != math.prod(shape):
        raise InferenceError(f"The input {name} has {values.size} values, its shape {list(shape)} asks for others.")
    return spec.name, values.reshape(shape)


def _read_shape(name: str, shape: Any, spec: TensorSpec) -> tuple[int, ...]:
    lengths = shape if isinstance(shape, list) else []
    if not lengths or not all(isinstance(size, int) and not isinstance(size, bool) and size >= 0 for size in lengths):
        raise InferenceError(f"The shape of {name} must be a list of lengths.")
    fits = len(lengths) == len(spec.shape) and all(
        wanted in (-1, size) for wanted, size in zip(spec.shape, lengths, strict=True)
    )
    if not fits:
        raise InferenceError(f"The shape of {name} must be {list(spec.shape)} (-1: any length), not {lengths[:8]}.")
    if math.prod(lengths) > MOST_VALUES:
        raise TooLarge(f"The input {name} has more than {MOST_VALUES:,} values; send fewer rows at a time.")
    return tuple(lengths)


def _read_data(name: str, data: Any, datatype: str) -> Array:
    if not isinstance(data, list):
        raise InferenceError(f"The data of {name} must be a list.")
    if datatype == "BYTES":
        flat = _flatten(data)
        if not all(isinstance(value, str) for value in flat):
            raise InferenceError(f"The data of {name} must be strings.")
        return np.array(flat, dtype=object)
    refusal = InferenceError(f"The data of {name} must be numbers, and rows of equal length.")
    try:
        values = np.array(data)
    except (ValueError, TypeError, OverflowError):
        raise refusal from None
    if values.size and values.dtype.kind not in "biuf":
        raise refusal
    if values.dtype.kind == "f" and not bool(np.isfinite(values).all()):
        raise InferenceError(f"The data of {name} must be finite numbers.")
    with np.errstate(over="ignore", invalid="ignore"):  # what does not fit is found below, or by the model
        converted = values.astype(_NUMERIC[datatype])
    if converted.dtype.kind in "iu" and not bool((converted == values).all()):
        raise InferenceError(f"The data of {name} must be whole numbers that fit {datatype}.")
    return converted.ravel()


def _flatten(data: list[Any]) -> list[Any]:
    return [value for item in data for value in (item if isinstance(item, list) else [item])]


def _write_tensor(name: str, values: Array) -> dict[str, Any]:
    datatype = next((key for key, kind in _NUMERIC.items() if values.dtype == kind), "BYTES")
    return {"name": name, "shape": list(values.shape), "datatype": datatype, "data": values.ravel().tolist()}
