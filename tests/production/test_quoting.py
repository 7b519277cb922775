"""What the lines of a film will cost at the vendors: as many letters as are spoken."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from studio.production.ceilings import ceiling
from studio.production.film import Choices, Film
from studio.production.house import NoRemotes
from studio.story.breaking import break_down
from studio.story.fountain import read_fountain
from studio.takes.roster import Crew
from tests.web.rows import house_at

LINE = "We open at six, and not before."
SCRIPT = "INT. SHOP - DAY\n\nANNA, 50, waits.\n\nANNA\n(signing{over})\n" + LINE
KEYS = {"elevenlabs_api_key": "k"}


def test_a_film_is_quoted_without_the_lines_that_are_signed(home: Path) -> None:
    house = replace(house_at(home, **KEYS), remotes=NoRemotes())
    crew = Crew(engines={"voice": "eleven-multilingual-v2"})
    prices = []
    with house.db.read() as session:
        for over in ("", " the papers"):
            breakdown = break_down(read_fountain(SCRIPT.format(over=over)), seed=0)
            film = Film(breakdown=breakdown, choices=Choices(crew=crew), title="", author="", seed=0)
            prices.append(ceiling(house, session, film))
    house.db.close()
    assert prices == [0, len(LINE) * 80]  # micro-dollars a letter
