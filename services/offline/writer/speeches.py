"""Types lines as the elements of a screenplay."""

from __future__ import annotations

from services.offline.writer.stage import Said
from studio.story.screenplay import Element, Kind


def speeches(lines: list[Said]) -> list[Element]:
    """Actions and speeches as elements; neighbouring lines of one speaker become one speech."""
    found: list[Element] = []
    last = ""
    for line in lines:
        if line.cue and line.cue == last and not line.how:
            found[-1] = Element(kind=line.kind, text=f"{found[-1].text} {line.text}")
            continue
        if line.cue and line.cue != last:
            found.append(Element(kind=Kind.CHARACTER, text=line.cue))
        if line.cue and line.how:
            found.append(Element(kind=Kind.PARENTHETICAL, text=f"({line.how})"))
        found.append(Element(kind=line.kind, text=line.text))
        last = line.cue
    return found
