"""The gate's record says who stands in for an animator: the newest finding, with its evidence, where they can."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.gate.record import FileFindings
from services.gate.rule import Decision, Finding
from services.gate.verdicts import Verdicts
from services.settings import ROOT, Settings
from studio.errors import StorageError
from studio.takes.roster import Roster

GIVEN = ("RUNPOD_API_KEY", "RUNPOD_ENDPOINT_ID", "FAL_KEY")


def found(then: str, day: int, *, doubles: bool = False) -> Finding:
    """What was found of SVD on a day of November."""
    return Finding(
        engine="svd-xt",
        engine_version="1",
        at=datetime(2026, 11, day, tzinfo=UTC),
        gate="1",
        metric="weight-free",
        doubles=doubles,
        floor=0.2,
        scenes=(),
        score=84.2,
        cost_micros=170_000,
        decision=Decision.PIVOT if then != "svd-xt" else Decision.STAY,
        then=then,
        why="84.2 % over 10 scenes: it does not pass",
    )


def verdicts(home: Path, given: tuple[str, ...] = GIVEN) -> Verdicts:
    settings = Settings(_env_file=None, studio_home=home, runpod_api_key="k", fal_key="k")
    return Verdicts(settings, Roster.load(ROOT / "data" / "crew.toml", given))


def test_nobody_stands_in_before_anybody_was_tried(home: Path) -> None:
    assert verdicts(home).instead("svd-xt") is None
    assert verdicts(home).newest() == ()


def test_the_newest_finding_says_who_stands_in_and_why_and_is_read_when_it_comes(home: Path) -> None:
    gate, record = verdicts(home), FileFindings(home / "gate.jsonl")
    record.keep(found("kling-v4", 20))
    stands_in = gate.instead("svd-xt")
    assert stands_in
    assert (stands_in.engine, stands_in.why) == (
        "kling-v4",
        "found on 2026-11-20: 84.2 % over 10 scenes: it does not pass",
    )
    assert gate.instead("kling-v4") is None
    assert gate.instead("") is None
    record.keep(found("svd-xt", 21))
    assert gate.instead("svd-xt") is None
    assert [one.at.day for one in gate.newest()] == [21]


def test_who_lacks_a_setting_stands_in_for_nobody(home: Path) -> None:
    FileFindings(home / "gate.jsonl").keep(found("kling-v4", 20))
    assert verdicts(home, GIVEN[:2]).instead("svd-xt") is None


def test_what_doubles_showed_does_not_count_for_vendors(home: Path) -> None:
    FileFindings(home / "gate.jsonl").keep(found("kling-v4", 20, doubles=True))
    assert verdicts(home).instead("svd-xt") is None
    assert verdicts(home).newest() == ()


def test_a_record_that_cannot_be_read_is_said(home: Path) -> None:
    (home / "gate.jsonl").write_text("nonsense\n")
    with pytest.raises(StorageError):
        verdicts(home).instead("svd-xt")
