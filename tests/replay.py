"""What of a module decides how its durable workflows are replayed: workflows, what hands out their steps, and no more.

A step counts by its name and what it is given, since its outcome is written down. Comments, docstrings, how often is
looked for an outcome, and what is called on the way for nothing it gives back do not count.
"""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterator

from studio.takes.recipe import fingerprint

_IDLE = ("ctx", "kind", "type_comment", "type_params", "returns", "annotation")  # not the same on every Python


def shape(workflows: str, decides: str = "") -> str:
    """Twelve digits of the code of a module with workflows, and of a module that decides what they do next."""
    module = ast.parse(workflows)
    functions = {node.name: node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}
    durable = _durable(functions)
    steps = [functions[name] for name in durable if _is(functions[name], "step")]
    gone_through = [_Bared(durable).visit(functions[name]) for name in durable if functions[name] not in steps]
    named = {name for node in gone_through for name in _names(node)}
    constants = [node for node in module.body if isinstance(node, ast.Assign) and named & set(_targets(node))]
    deciding = [_Bared(()).visit(node) for node in ast.parse(decides).body if isinstance(node, ast.ClassDef)]
    given = [[node.name, _told(node.args), _told(node.decorator_list)] for node in steps]
    return fingerprint([given, _told([*gone_through, *constants, *deciding])])[:12]


def _durable(functions: dict[str, ast.FunctionDef]) -> list[str]:
    """The steps, and what workflows go through on the way to one or to another workflow."""
    steps = {name for name, node in functions.items() if _is(node, "step")}
    before = steps | {name for name, node in functions.items() if "DBOS" in _names(node)}
    while more := {name for name, node in functions.items() if before & _names(node)} - before:
        before |= more
    after = {name for name, node in functions.items() if _is(node, "workflow")}
    while more := {one for name in after - steps for one in functions.keys() & _names(functions[name])} - after:
        after |= more
    return [name for name in functions if name in before & after]


def _is(node: ast.FunctionDef, what: str) -> bool:
    return any(ast.unparse(one).startswith(f"DBOS.{what}(") for one in node.decorator_list)


def _names(node: ast.AST) -> set[str]:
    """What is named in some code, on its own or as somebody's."""
    own = {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
    return own | {one.attr for one in ast.walk(node) if isinstance(one, ast.Attribute)}


def _targets(node: ast.Assign) -> Iterator[str]:
    for target in node.targets:
        yield from _names(target)


class _Bared(ast.NodeTransformer):
    """Takes out of code what decides no step."""

    def __init__(self, durable: Collection[str]) -> None:
        self._durable = {*durable, "DBOS"}

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        """A docstring goes, and a call whose outcome nobody keeps; a method may change whose it is, and stays."""
        call = node.value
        if isinstance(call, ast.Call) and not self._durable & _names(call):
            whose = call.func.value if isinstance(call.func, ast.Attribute) else None
            return self.generic_visit(node) if isinstance(whose, (ast.Name, ast.Attribute)) else None
        return None if isinstance(call, ast.Constant) else self.generic_visit(node)

    def visit_keyword(self, node: ast.keyword) -> ast.AST | None:
        """How often is looked goes."""
        return None if node.arg == "rarest" else self.generic_visit(node)


def _told(node: object) -> object:
    """A piece of code as plain values."""
    if isinstance(node, list):
        return [_told(one) for one in node]
    if isinstance(node, ast.AST):
        fields = (
            (name, value) for name, value in ast.iter_fields(node) if name not in _IDLE and value not in (None, [])
        )
        return [type(node).__name__, *([name, _told(value)] for name, value in fields)]
    return node if isinstance(node, (str, int, float)) else repr(node)
