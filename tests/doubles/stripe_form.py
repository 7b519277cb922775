"""Form bodies with brackets, as Stripe takes them: a[b][0]=c is {"a": {"b": ["c"]}}."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import parse_qsl

_PART = re.compile(r"\[([^\]]*)\]")


def read_form(text: str) -> dict[str, Any]:
    """The nested fields of a form or a query."""
    tree: dict[str, Any] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        steps = [name.partition("[")[0], *_PART.findall(name)]
        node = tree
        for step in steps[:-1]:
            node = node.setdefault(step, {})
        last = steps[-1] or str(len(node))
        node[last] = _typed(value)
    return {key: _listed(value) for key, value in tree.items()}


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    held = {key: _listed(value) for key, value in node.items()}
    numbered = held and all(key.isdigit() for key in held)
    return [held[key] for key in sorted(held, key=int)] if numbered else held


def _typed(value: str) -> Any:
    return {"true": True, "false": False}.get(value, value)
