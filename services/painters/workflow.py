"""The ComfyUI workflow of data/comfyui.json: a graph of nodes with places for what a picture needs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from services.painters.canvas import Canvas
from studio.story.noun import Noun

_FILE = Path(__file__).parents[2] / "data" / "comfyui.json"


class Workflow(Noun):
    """A graph in ComfyUI's API form; texts that begin with $ are places, `image` is the node that saves the picture."""

    version: str
    size: Canvas
    image: str
    graph: Mapping[str, Any]

    def filled(self, given: Mapping[str, str | int]) -> dict[str, Any]:
        """The graph with every place filled; KeyError for a place that nothing is given for."""
        return {ident: _filled(node, given) for ident, node in self.graph.items()}


def _filled(part: Any, given: Mapping[str, str | int]) -> Any:
    if isinstance(part, dict):
        return {name: _filled(one, given) for name, one in part.items()}
    if isinstance(part, list):
        return [_filled(one, given) for one in part]
    return given[part[1:]] if isinstance(part, str) and part.startswith("$") else part


@cache
def workflow() -> Workflow:
    """Read the file; pydantic's ValidationError names a wrong field."""
    return Workflow.model_validate_json(_FILE.read_text(encoding="utf-8"))
