"""What a crew that was asked for lacks: nobody is put in a vendor's place without being named."""

from __future__ import annotations

from collections.abc import Iterator

from services.settings import ROOT, Settings
from studio.desk.crewing import ROLES
from studio.takes.roster import Roster


def gaps(crew: str, settings: Settings) -> Iterator[str]:
    """A sentence for each role that was to be a vendor's and is not, with the settings that its first engine lacks."""
    roster = Roster.load(ROOT / "data" / "crew.toml", settings.given)
    there = roster.cloud().engines
    for role in ROLES:
        if role not in there and _asked(role, crew) == "cloud":
            sold = [card for card in roster.engine if card.role == role and card.vendor]
            lacks = " and ".join(roster.missing(sold[0]))
            others = f", or what another {role} needs (see `python -m studio doctor`)" if len(sold) > 1 else ""
            yield f"The {role} is the offline one: no vendor's can be asked. {sold[0].name} needs {lacks}{others}."


def _asked(role: str, crew: str) -> str:
    """Who was asked for in a role; the later word counts."""
    found = ""
    for word in (part.strip() for part in crew.split(",")):
        name, _, engine = (part.strip() for part in word.partition("="))
        if engine and name == role:
            found = engine
        elif word in ("cloud", "offline"):
            found = word
    return found
