"""What `plan` says: takes by kind and by name, and of a pitch whose writer is at a vendor, who writes first."""

from __future__ import annotations

import re
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from services.building import build_house
from services.commands.plan import table
from services.commands.sources import Asked, preview, to_write
from services.settings import Settings
from studio.desk.desk import Desk
from studio.people.account import OWNER
from studio.production.film import Choices

PITCH = "A baker finds a letter in an oven."
SCRIPT = "INT. KITCHEN - NIGHT\n\nMARA puts a key on the table.\n"


@pytest.mark.parametrize(
    ("crew", "writer"),
    [
        ("cloud", "groq-gpt-oss-120b"),
        ("writer=groq-gpt-oss-20b", "groq-gpt-oss-20b"),
        ("cloud,writer=offline", ""),
        ("", ""),
    ],
)
def test_a_paid_writer_of_a_new_pitch_is_named_with_the_price(home: Path, crew: str, writer: str) -> None:
    house = build_house(Settings(_env_file=None, studio_home=home, groq_api_key="k", elevenlabs_api_key="k"))
    desk = Desk(house, OWNER)
    chosen = Choices(crew=desk.crew_named(crew))
    found = to_write(desk, Asked(PITCH, "", 0, 90), chosen)
    assert (found[0] if found else "") == writer
    if found:
        assert 0 < found[1].likely < found[1].ceiling
        (home / "key.fountain").write_text(SCRIPT)
        assert to_write(desk, Asked(str(home / "key.fountain"), "", 0, 90), chosen) is None
        episode = desk.open_pitch(PITCH)
        assert desk.story(episode)  # the offline writer has written it meanwhile
        assert to_write(desk, Asked(PITCH, "", 0, 90), chosen) is None
    house.db.close()


def test_a_plan_is_told_in_names_and_sums(home: Path) -> None:
    house = build_house(Settings(_env_file=None, studio_home=home))
    (home / "key.fountain").write_text(SCRIPT + "\nMARA\nMine.\n\nEXT. OLD MILL - DAY\n\nTom runs.\n")
    found, called = preview(Desk(house, OWNER), Asked(str(home / "key.fountain"), "", 0, 90), Choices())
    printed = StringIO()
    Console(width=200, file=printed).print(table(found))
    told = printed.getvalue()
    rows = {line.split("│")[0].strip(): [cell.strip() for cell in line.split("│")[1:]] for line in told.splitlines()}
    assert rows["Places"][:5] == ["2", "–", "–", "2", "free"]
    assert rows["Lines"][:4] == ["1", "–", "–", "1"]
    assert rows["All"][0] == rows["All"][3] == str(len(found.items))
    names = [called(item.subject) for item in found.items]
    assert {"Mara's line in 1B", "Mara's look", "master"} <= set(names)
    assert {"plate “Kitchen, night”", "plate “Old Mill, day”"} <= set(names)
    assert [name for name in names if re.search(r"[0-9a-f]{6}|@|:", name)] == []
    house.db.close()
