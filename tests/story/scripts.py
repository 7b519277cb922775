"""Screenplays for tests: long ones by seed, and strategies for nasty ones."""

from __future__ import annotations

import random

from hypothesis import strategies as st

from studio.story.screenplay import Element, Kind, Screenplay

NAMES = ("ANNA", "ÉLODIE", "МАРА", "McCLANE", "राजू", "سارة", "太郎", "R2D2", "OLD MAN (V.O.)", "STRAßER")
WORDS = (
    "the",
    "sea",
    "*never*",
    "came_back",
    "to",
    "me,",
    "[[check]]",
    "(one)",
    "¿Qué?",
    "Да!",
    "नहीं",
    "لا",
    "海",
    "\\o/",
)
# What the pieces of Fountain's syntax do to each other when they meet anywhere in a line.
PIECES = (
    *(
        "\n",
        "\n\n",
        "  \n",
        " ",
        "\t",
        "\u00a0",
        "a",
        "1",
        "JOHN",
        "МАРА",
        "राजू",
        "hello",
        "INT. HOUSE - DAY",
        "CUT TO:",
    ),
    *("(pause)", "(", ")", "（", "~", "!", "@", ".", ">", "<", "=", "===", "#", "#1#", "^", "[[", "]]", "/*", "*/"),
    *("\\", "*", "_", "Title:", "\r\n", "\ufeff"),
)

sources = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)
nasty = st.lists(st.sampled_from([piece for piece in PIECES if piece not in ("[[", "]]", "/*", "*/")]), max_size=8)
elements = st.builds(
    Element,
    kind=st.sampled_from(Kind),
    text=st.one_of(nasty.map("".join), st.text(max_size=30).filter(lambda text: not set("[/") & set(text))),
    number=st.sampled_from(("", "1", "1A", "I-1-A", "1.")),
    depth=st.integers(0, 4),
    dual=st.booleans(),
)


def long_script(pages: int, seed: int = 0) -> Screenplay:
    """Write a screenplay of about so many pages, in several scripts, with every kind of element."""
    chance = random.Random(seed)
    script: list[Element] = []
    for scene in range(pages):
        heading = f"{chance.choice(('INT.', 'EXT.', 'I/E'))} PLACE {scene} - {chance.choice(('DAY', 'NIGHT'))}"
        script.append(Element(kind=Kind.HEADING, text=heading, number=f"{scene + 1}"))
        script.append(Element(kind=Kind.ACTION, text=f"{_words(chance, 40)}\n{_words(chance, 9)}"))
        for _ in range(7):
            script.append(Element(kind=Kind.CHARACTER, text=chance.choice(NAMES), dual=chance.random() < 0.05))
            if chance.random() < 0.3:
                script.append(Element(kind=Kind.PARENTHETICAL, text="(quietly)"))
            script.append(Element(kind=Kind.DIALOGUE, text=f"So {_words(chance, chance.randint(1, 40))}"))
        script.append(Element(kind=chance.choice((Kind.TRANSITION, Kind.CENTERED, Kind.SYNOPSIS)), text="CUT TO:"))
    return Screenplay(title_page=(("Title", "A *Long*\nOne"), ("Author", "Nobody")), elements=tuple(script))


def kinds(screenplay: Screenplay) -> list[tuple[str, str]]:
    """Kind and text of every element."""
    return [(str(element.kind), element.text) for element in screenplay.elements]


def _words(chance: random.Random, count: int) -> str:
    return " ".join(chance.choice(WORDS) for _ in range(count))
