"""Answers as strict JSON schemas, and read back: every field required, nothing else allowed, no references."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from studio.errors import Garbled

Choices = Mapping[str, Sequence[str]]  # field name -> the only values it may have
T = TypeVar("T", bound=BaseModel)
_KEPT = ("type", "enum", "anyOf", "items")
_FENCE = re.compile(r"^```\w*\n(.*?)\n?```$", re.DOTALL)
_THOUGHT = re.compile(r"^\s*<think>.*?</think>", re.DOTALL)
_SHOWN = 4  # faults told to the model


def strict_schema(answer: type[BaseModel], choices: Choices | None = None) -> dict[str, Any]:
    """The schema of an answer as vendors decode it; `choices` are enums known only when asking."""
    whole = answer.model_json_schema()
    return _strict(whole, whole.get("$defs", {}), choices or {})


def _strict(node: Mapping[str, Any], known: Mapping[str, Any], choices: Choices) -> dict[str, Any]:
    if "$ref" in node:
        return _strict(known[node["$ref"].rsplit("/", 1)[-1]], known, choices)
    kept: dict[str, Any] = {key: node[key] for key in _KEPT if key in node}
    if "anyOf" in kept:
        kept["anyOf"] = [_strict(one, known, choices) for one in kept["anyOf"]]
    if "items" in kept:
        kept["items"] = _strict(kept["items"], known, choices)
    if node.get("type") == "object":
        fields = {name: _field(name, one, known, choices) for name, one in node.get("properties", {}).items()}
        kept |= {"properties": fields, "required": list(fields), "additionalProperties": False}
    return kept


def _field(name: str, node: Mapping[str, Any], known: Mapping[str, Any], choices: Choices) -> dict[str, Any]:
    made = _strict(node, known, choices)
    if name not in choices:
        return made
    values = list(choices[name])
    if "anyOf" in made:
        return {"anyOf": [{"type": "string", "enum": values}, {"type": "null"}]}
    if made.get("type") == "array":
        return made | {"items": {"type": "string", "enum": values}}
    return {"type": "string", "enum": values}


def read_answer(answer: type[T], text: str, choices: Choices | None = None) -> T:
    """Read an answer; Garbled names what is wrong with it."""
    try:
        found = json.loads(bare(text))
        _check_choices(found, choices or {})
        return answer.model_validate(found)
    except json.JSONDecodeError as error:
        raise Garbled(f"it is not valid JSON: {error.msg} at letter {error.pos}", cause=error) from error
    except ValidationError as error:
        faults = [f"{'.'.join(map(str, one['loc'])) or 'the answer'}: {one['msg']}" for one in error.errors()]
        raise Garbled("; ".join(faults[:_SHOWN]), cause=error) from error


def bare(text: str) -> str:
    """An answer without the thoughts some models say before it and the fence they put around it."""
    text = _THOUGHT.sub("", text).strip()
    fenced = _FENCE.match(text)
    return fenced[1].strip() if fenced else text


def _check_choices(node: object, choices: Choices) -> None:
    if isinstance(node, list):
        for one in node:
            _check_choices(one, choices)
    elif isinstance(node, dict):
        for name, value in node.items():
            for one in value if isinstance(value, list) else [value]:
                if name in choices and isinstance(one, str) and one not in choices[name]:
                    raise Garbled(f"{name} cannot be {one!r}; it is one of: {', '.join(choices[name])}")
            _check_choices(value, choices)
