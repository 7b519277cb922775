"""The dependency audit: what it makes of an answer of pip-audit, as it was recorded, and of none. Asks nobody."""

from __future__ import annotations

import json

import pytest

from tools.audit import judge

CLEAN = {"name": "anyio", "version": "4.16.0", "vulns": []}
SKIPPED = {"name": "alembic", "skip_reason": "Dependency not found on PyPI and could not be audited: alembic (1.20.1)"}
VULNERABLE = {
    "name": "jinja2",
    "version": "3.1.4",
    "vulns": [
        {"id": "GHSA-q2x7-8rv6-6q7h", "fix_versions": ["3.1.5"], "aliases": ["CVE-2024-56326"], "description": "..."},
        {"id": "GHSA-gmj6-6f8f-6699", "fix_versions": ["3.1.5"], "aliases": ["CVE-2024-56201"], "description": "..."},
    ],
}
NAMED = "jinja2 3.1.4: GHSA-q2x7-8rv6-6q7h, GHSA-gmj6-6f8f-6699"
UNREACHED = "requests.exceptions.ConnectionError: HTTPSConnectionPool(host='pypi.org', port=443): Max retries exceeded"


@pytest.mark.parametrize(
    ("rows", "stops", "told"),
    [
        ([CLEAN], 0, ["audit: 1 of 1 dependencies audited, 0 with known vulnerabilities"]),
        ([CLEAN, VULNERABLE], 1, [NAMED, "audit: 2 of 2 dependencies audited, 1 with known vulnerabilities"]),
        ([SKIPPED, VULNERABLE], 1, [NAMED, "audit: 1 of 2 dependencies audited, 1 with known vulnerabilities"]),
        ([SKIPPED], 0, ["audit: the advisories could not be reached; none of 1 dependencies was audited"]),
    ],
    ids=["clean", "vulnerable", "partly skipped", "skipped"],
)
def test_an_answer_is_told_and_stops_when_something_is_known(rows: list[object], stops: int, told: list[str]) -> None:
    said: list[str] = []
    assert judge(json.dumps({"dependencies": rows, "fixes": []}), "", said.append) == stops
    assert said == told


@pytest.mark.parametrize(
    ("answer", "complaint", "stops", "told"),
    [
        ("", UNREACHED, 0, "audit: the advisories could not be reached; nothing was audited"),
        ("", "error: requirements.txt: no such file", 1, "error: requirements.txt: no such file"),
        ("{}", "", 1, "{}"),
        ("half a sent", "", 1, "half a sent"),
    ],
    ids=["unreached", "its own failure", "other json", "no json"],
)
def test_only_advisories_out_of_reach_excuse_no_answer(answer: str, complaint: str, stops: int, told: str) -> None:
    said: list[str] = []
    assert judge(answer, complaint, said.append) == stops
    assert said == [told]
