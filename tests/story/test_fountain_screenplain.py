"""Our reading beside screenplain's, for what both know, in Fountain and in its Final Draft export."""

from __future__ import annotations

from io import StringIO

from screenplain.export.fdx import to_fdx
from screenplain.parsers import fountain
from screenplain.types import Action, Dialog, DualDialog, PageBreak, Section, Slug, Transition

from studio.story.fdx import read_fdx
from studio.story.fountain import plain, read_fountain, write_fountain
from studio.story.screenplay import Kind, Screenplay

SCRIPT = """Title: The Key
Author: Nobody

# ACT ONE

INT. KITCHEN - NIGHT

A drawer, open. *Somebody* has been here.
Nothing is missing.

ÉLODIE
(to herself)
Not again.
Not this year.

МАРА (V.O.)
It is in your hand.

@McCLANE
Whose **hand**?

ÉLODIE
Mine!

МАРА ^
Hers!

.THE SAME, LATER

!THE CLOCK STOPS.
Nobody hears it.

CUT TO:

EXT. GARDEN - DAWN

INT./EXT. CAR - NIGHT #12A#

BEN (O.S.) (CONT'D)
(beat; quietly)
Row.
(louder)
Row your boat.

@Mary-Ann O'Neil ^
Merrily!

EST. ROOF - DUSK

> THE END <

> Fade to black.

===

She _stands_ in the wet grass.
"""
_UNPRINTED = {Kind.SECTION, Kind.PAGE_BREAK}


def _theirs(source: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for part in fountain.parse(StringIO(source)):
        match part:
            case Slug():
                found.append(("heading", str(part.line)))
            case Transition():
                found.append(("transition", str(part.line)))
            case Section():
                found.append(("section", str(part.text)))
            case PageBreak():
                found.append(("page break", ""))
            case Action():
                kind = "centered" if part.centered else "action"
                found.append((kind, "\n".join(map(str, part.lines))))
            case Dialog():
                found.extend(_speech(part))
            case DualDialog():
                found.extend([*_speech(part.left), *_speech(part.right)])
    return found


def _speech(dialog: Dialog) -> list[tuple[str, str]]:
    found = [("character", str(dialog.character))]
    for bracketed, line in dialog.blocks:
        kind = "parenthetical" if bracketed else "dialogue"
        if found[-1][0] == kind == "dialogue":
            found[-1] = (kind, f"{found[-1][1]}\n{line}")
        else:
            found.append((kind, str(line)))
    return found


def _ours(script: Screenplay) -> list[tuple[str, str]]:
    shouted = {Kind.TRANSITION}  # screenplain capitalises forced transitions
    return [(str(e.kind), plain(e.text).upper() if e.kind in shouted else plain(e.text)) for e in script.elements]


def test_both_read_the_same_elements() -> None:
    assert _ours(read_fountain(SCRIPT)) == _theirs(SCRIPT)


def test_screenplain_reads_what_we_write() -> None:
    assert _theirs(write_fountain(read_fountain(SCRIPT))) == _theirs(SCRIPT)


def test_its_final_draft_export_reads_as_the_same_script() -> None:
    out = StringIO()
    to_fdx(fountain.parse(StringIO(SCRIPT)), out)
    ours = Screenplay(elements=tuple(e for e in read_fountain(SCRIPT).elements if e.kind not in _UNPRINTED))
    read = read_fdx(out.getvalue().encode())
    assert _ours(read) == _ours(ours)
    assert [e.dual for e in read.elements] == [e.dual for e in ours.elements]
    emphasised = [e.text for e in read.elements if "*" in e.text or "_" in e.text]
    assert emphasised == [
        "A drawer, open. *Somebody* has been here.\nNothing is missing.",
        "Whose **hand**?",
        "She _stands_ in the wet grass.",
    ]
