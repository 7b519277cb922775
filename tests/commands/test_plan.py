"""What `plan` says of a pitch whose writer is at a vendor: who writes first, for what, and whose text is counted."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.commands.sources import Asked, to_write
from services.settings import Settings
from services.wiring import build_house
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
