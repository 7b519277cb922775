"""What the door refuses is written down: the first of a kind at once, and what follows in one line a minute."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pytest
from starlette.applications import Starlette
from starlette.types import ASGIApp

from services.web.crowding import Uncrowded
from services.web.fetching import Fetching
from services.web.hosted import HostedDoor
from services.web.pacing import Pace
from services.web.refusing import Refusals
from services.web.uploads import MOST, UPLOADS, Bounded
from tests.web.asking import get, opens

URL, HOST = "https://studio.example.org", {"host": "studio.example.org"}


@dataclass
class Minutes:
    """A clock that goes a minute when it is told to."""

    due: list[Callable[[], None]] = field(default_factory=list)

    def later(self, seconds: float, back: Callable[[], None]) -> None:
        assert seconds == 60.0
        self.due.append(back)

    def go(self) -> None:
        due, self.due = self.due, []
        for back in due:
            back()


def told(caplog: pytest.LogCaptureFixture) -> list[str]:
    """What was written down since it was asked last."""
    found = [line for line in caplog.messages if line.startswith("door.")]
    caplog.clear()
    return found


def test_a_flood_at_the_door_is_a_line_a_minute_of_each_kind(caplog: pytest.LogCaptureFixture) -> None:
    clock = Minutes()
    door: ASGIApp = HostedDoor(Starlette(), URL, count=Refusals(clock.later).count)
    for number in range(500):
        assert get(door, f"/evil what=forged {number}", {"host": f"evil{number}.example"}).status == 421
    assert told(caplog) == ["door.refused what=another_name times=1"]
    assert get(door, "/", HOST | {"origin": "https://evil.example"}, "POST").status == 403
    assert not opens(door, "/_stcore/stream", HOST | {"origin": "https://evil.example"})
    assert told(caplog) == ["door.refused what=foreign_page times=1"]
    clock.go()
    assert told(caplog) == ["door.refused what=another_name times=499", "door.refused what=foreign_page times=1"]
    clock.go()
    assert told(caplog) == []
    assert get(door, "/", {"host": "evil.example"}).status == 421
    assert told(caplog) == ["door.refused what=another_name times=1"]


def test_each_bound_says_that_somebody_met_it() -> None:
    seen, nobody = list[str](), Pace(burst=0, a_second=0.0)
    inside, stranger = Starlette(), lambda _scope: ""
    assert not opens(Uncrowded(inside, stranger, pace=nobody, count=seen.append), "/_stcore/stream")
    assert get(Fetching(inside, stranger, pace=nobody, count=seen.append), "/takes/e/f").status == 429
    uploads = Bounded(inside, lambda _page: 0, stranger, count=seen.append)
    assert get(uploads, "/auth/sign-in", {"content-length": str(MOST + 1)}, "POST").status == 413
    assert get(uploads, f"{UPLOADS}page/file", method="PUT").status == 403
    full = Bounded(inside, lambda _page: 1 << 40, lambda _scope: "mara", count=seen.append)
    assert get(full, f"{UPLOADS}page/file", method="PUT").status == 413
    assert seen == ["too_many_pages", "too_many_files", "large_body", "strangers_upload", "upload"]
    assert all(re.fullmatch("[a-z_]+", one) for one in seen)
