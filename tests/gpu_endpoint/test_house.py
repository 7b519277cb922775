"""The endpoint is a program of its own: who imports whom, where the environment is read, how long a file may be."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
OURS = [one for one in sorted((ROOT / "gpu_endpoint").rglob("*.py")) if ".venv" not in one.parts]
APP = [*(one for part in ("studio", "services", "pages") for one in sorted((ROOT / part).rglob("*.py")))]
LINES = 300


def imported(file: Path) -> set[str]:
    """The packages a file imports from."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {one.name.partition(".")[0] for one in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.module or "").partition(".")[0])
    return found


@pytest.mark.parametrize("file", OURS, ids=lambda file: str(file.relative_to(ROOT)))
def test_the_endpoint_stands_alone(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not imported(file) & {"studio", "services", "pages", "tests", "streamlit"}
    assert file.name == "settings.py" or "os.environ" not in text
    assert len(text.splitlines()) <= LINES


def test_a_token_is_compared_in_constant_time_and_nowhere_else() -> None:
    """Which way it is compared shows in no answer, so it is looked up in the code: no `==` beside a token."""
    seen: set[str] = set()
    for file in OURS:
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            beside = isinstance(node, ast.Compare | ast.Call) and ".token" in ast.unparse(node)
            assert not (isinstance(node, ast.Compare) and beside), f"{file.name}:{node.lineno}"
            if isinstance(node, ast.Call) and beside and ast.unparse(node.func) == "hmac.compare_digest":
                seen.add(file.name)
    assert seen == {"api.py"}


def test_the_app_never_imports_the_endpoint() -> None:
    assert not [file for file in APP if "gpu_endpoint" in imported(file)]
