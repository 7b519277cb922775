"""ComfyUI's workflows, data/comfyui*.json: graphs of nodes with places for what a picture needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from services.painters.canvas import Canvas
from studio.story.noun import Noun

_DATA = Path(__file__).parents[2] / "data"
Link = tuple[str, int]  # a node, and which of the things it gives


class Installed(Noun):
    """A model the server must have: in the list of a node's input, the first whose name holds `like`."""

    node: str
    input: str
    like: str = ""
    missing: str  # what is said of a server without one


class Chain(Noun):
    """Nodes that are added for each picture that goes along: every one takes up the links the one before ended with."""

    most: int
    begin: Mapping[str, Link]
    end: Mapping[str, Link]
    graph: Mapping[str, Any]


class Workflow(Noun):
    """A graph in ComfyUI's API form; texts that begin with $ are places, `image` is the node that saves the picture."""

    version: str
    size: Canvas
    image: str
    models: Mapping[str, Installed]
    graph: Mapping[str, Any]
    references: Chain | None = None

    @property
    def most(self) -> int:
        """How many pictures may go along."""
        return self.references.most if self.references else 0

    def filled(self, given: Mapping[str, str | int], pictures: Sequence[str] = ()) -> dict[str, Any]:
        """The graph with its places filled and these pictures of the server; KeyError for a place without a value."""
        if self.references is None:
            return _nodes(self.graph, given, "")
        chain, made = self.references, dict[str, Any]()
        links: dict[str, Any] = {name: list(link) for name, link in chain.begin.items()}
        for number, picture in enumerate(pictures, 1):
            mark = f"{number}-"
            made |= _nodes(chain.graph, {**given, **links, "picture": picture}, mark)
            links = {name: [mark + node, part] for name, (node, part) in chain.end.items()}
        return _nodes(self.graph, {**given, **links}, "") | made


def _nodes(graph: Mapping[str, Any], given: Mapping[str, Any], mark: str) -> dict[str, Any]:
    """Nodes with their places filled, and `mark` before their ids wherever one of them is named."""
    return {
        mark + ident: _filled(node, given, frozenset(graph) if mark else frozenset(), mark)
        for ident, node in graph.items()
    }


def _filled(part: Any, given: Mapping[str, Any], own: frozenset[str], mark: str) -> Any:
    match part:
        case dict():
            return {name: _filled(one, given, own, mark) for name, one in part.items()}
        case [str(node), int(output)] if node in own:
            return [mark + node, output]
        case list():
            return [_filled(one, given, own, mark) for one in part]
        case str() if part.startswith("$"):
            return given[part[1:]]
    return part


@cache
def workflow(name: str) -> Workflow:
    """Read the workflow of an engine; pydantic's ValidationError names a wrong field."""
    return Workflow.model_validate_json((_DATA / f"{name}.json").read_text(encoding="utf-8"))
