"""What painters and animators are told: prompts from the words of a brief; it asks nobody and knows no vendor.

Every word is in data/prompts/pictures.toml. A character is told in the same words in every picture.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from string import Formatter

from services.phrasebook import words
from studio.story.breakdown import Entrance, Figure, Framing, Gesture
from studio.story.cast import DNA
from studio.story.places import Setting
from studio.takes.briefs import BoardBrief, ClipBrief, LookBrief, PlateBrief


def look_prompt(brief: LookBrief, note: str = "") -> str:
    """Tell a painter of one character's sheet."""
    return _told("look", note, name=_title(brief.name), who=described(brief.dna))


def plate_prompt(brief: PlateBrief, note: str = "") -> str:
    """Tell a painter of a place with nobody in it."""
    return _told(
        "plate",
        note,
        place=_place(brief.setting),
        light=_light(brief.setting),
        shape=words().aspect[brief.frame.aspect],
    )


def board_prompt(brief: BoardBrief, note: str = "") -> str:
    """Tell a painter of a shot as a still: framing, people, place, light and what happens."""
    return _told("board", note, **_shown(brief))


def clip_prompt(brief: ClipBrief, note: str = "") -> str:
    """Tell an animator how a board moves: the camera, the people, and who speaks when.

    Of a person's own picture only the camera is told.
    """
    move = words().move[brief.board.staging.move]
    template = "still" if brief.still else "clip"
    steady = words().template["steady"]
    return _told(template, note, move=move, steady=steady, speech=_speech(brief), **_shown(brief.board))


def avoided() -> str:
    """Name what no picture should have, for engines that take it apart from the prompt."""
    return words().avoided


def described(dna: DNA) -> str:
    """Describe a character, in the same words wherever they appear."""
    table = words()
    who = f"{table.person[f'{dna.age} {dna.presents}']}, {_stature(dna)}, {table.build[dna.build]}"
    hair = table.hair.get(dna.hair or "bald", "{colour} hair, " + _plain(dna.hair))
    garment = table.garment.get(dna.garment, "{cloth} " + _plain(dna.garment) + " with {trim} trim")
    worn = [rows.get(part, _a(_plain(part))) for rows, part in ((table.hat, dna.hat), (table.face, dna.face)) if part]
    return table.template["person"].format(
        who=_a(who),
        hair=hair.format(colour=_colour("hair", dna.hair_colour)),
        skin=_colour("skin", dna.skin),
        eyes=_colour("eyes", dna.eyes),
        garment=_a(garment.format(cloth=_colour("cloth", dna.cloth), trim=_colour("cloth", dna.trim))),
        extras="".join(f", {one}" for one in worn),
        manner=table.manner[dna.manner],
    )


def _told(template: str, note: str, **given: str) -> str:
    """Fill a template in one line, the person's note at its end; the script's action gives way to the rest."""
    action = given.pop("action", "")
    told = _filled(template, note, action="", **given)
    room = words().most - len(told)
    return _filled(template, note, action=_shortened(action, room), **given) if action else told


def _filled(template: str, note: str, **given: str) -> str:
    text = _fill(words().template[template], style=words().style, **given)
    if note.strip():
        text += " " + words().template["note"].format(note=note.strip())
    return " ".join(text.split())


def _shortened(action: str, room: int) -> str:
    """As much of the writer's action as there is room for."""
    text = words().template["action"].format(action=" ".join(action.split()))
    return text if len(text) < room else text[: max(room - 2, 0)].rsplit(" ", 1)[0] + "…"


def _fill(template: str, **given: str) -> str:
    """A template may leave out what it was given."""
    wanted = {name for _, name, _, _ in Formatter().parse(template) if name}
    return template.format(**{name: given[name] for name in wanted})


def _shown(brief: BoardBrief) -> dict[str, str]:
    table = words()
    return {
        "framing": table.framing[brief.staging.framing],
        "people": _people(brief),
        "place": _place(brief.setting, brief.staging.taken),
        "light": _light(brief.setting),
        "action": brief.staging.action,
        "shape": table.aspect[brief.frame.aspect],
    }


def _people(brief: BoardBrief) -> str:
    staging, table = brief.staging, words()
    spots = table.spots.get(str(len(staging.figures)), ())
    told = []
    for index, figure in enumerate(staging.figures):
        spot = spots[index] if index < len(spots) else str(table.spots["more"])
        told.append(_figure(brief, figure, spot))
    if staging.focus:
        name = _title(staging.focus) if staging.focus in brief.cast else _a(_plain(staging.focus))
        told.append(table.template["focus"].format(focus=name))
    return " ".join(told) or table.template["nobody"]


def _figure(brief: BoardBrief, figure: Figure, spot: str) -> str:
    """One person in the picture; past whose shoulder we look is seen from behind."""
    table, staging = words(), brief.staging
    behind = (
        staging.framing is Framing.OVER_SHOULDER and staging.focus in brief.cast and figure.character != staging.focus
    )
    dna = brief.cast.get(figure.character)
    return table.template["back" if behind else "figure"].format(
        spot=spot[:1].upper() + spot[1:],
        name=_title(figure.character),
        who=described(dna) if dna else _title(figure.character),
        emotion=table.emotion[figure.emotion],
        acts=", ".join(_acts(figure)),
    )


def _acts(figure: Figure) -> list[str]:
    """What somebody does: hands, feet, eyes."""
    table = words()
    does = table.gesture[figure.gesture]
    if figure.prop:
        prop = _a(_plain(figure.prop))
        does = table.template["holds"].format(prop=prop)
        if figure.gesture not in (Gesture.HOLD, Gesture.REST):
            does += ", " + table.gesture[figure.gesture]
    acts = [does]
    if figure.walks:
        acts.append(table.template["walks"])
    if figure.entrance is not Entrance.NONE:
        acts.append(table.entrance[figure.entrance])
    acts.append(_gaze(figure))
    if figure.beyond:
        acts.append(table.template["beyond"].format(side="right" if figure.beyond > 0 else "left"))
    return acts


def _gaze(figure: Figure) -> str:
    looks, at = words().looks, figure.looks_at or "speaker"
    return looks[at] if at in looks else looks["somebody"].format(name=_title(at))


def _speech(brief: ClipBrief) -> str:
    """Who speaks, and from when where the brief says so; a mouth nobody moves stays closed."""
    template, told = words().template, []
    for one in sorted(brief.speaking, key=lambda one: one.start):
        second = round(one.start / brief.board.frame.fps, 1)
        kind = "speaks" if one.visemes or one.start else "talks"
        told.append(_fill(template[kind], name=_title(one.character), second=str(second)))
    return " ".join([*told, template["listens"]]) if told else template["silent"]


def _place(setting: Setting, taken: Collection[str] = ()) -> str:
    """A place with what stands in it, but for what somebody has taken."""
    table, place = words(), setting.place
    things = ", ".join(_a(_plain(prop)) for prop in place.props if prop not in taken)
    return table.template["place"].format(
        inside=table.inside["yes" if place.interior else "no"],
        name=_title(place.name),
        kit=table.kit[place.kit],
        props=table.template["props"].format(things=things) if things else "",
    )


def _light(setting: Setting) -> str:
    table = words()
    mood, time, weather = table.mood[setting.mood], table.time[setting.time], table.weather[setting.weather]
    return table.template["light"].format(mood=mood, time=time, weather=weather)


def _stature(dna: DNA) -> str:
    stature = words().stature
    ratio = dna.height / stature.usual[dna.age]
    return next((step.words for step in stature.steps if ratio < step.below), stature.tallest)


def _colour(kind: str, code: str) -> str:
    """The nearest colour that has a name."""
    named = words().colour[kind]
    return named[min(named, key=lambda one: _apart(one, code))]


def _apart(one: str, other: str) -> float:
    """How unlike two colours look, cheaply: https://www.compuphase.com/cmetric.htm."""
    (r1, g1, b1), (r2, g2, b2) = _channels(one), _channels(other)
    red = (r1 + r2) / 2
    return (2 + red / 256) * (r1 - r2) ** 2 + 4 * (g1 - g2) ** 2 + (2 + (255 - red) / 256) * (b1 - b2) ** 2


def _channels(code: str) -> tuple[int, int, int]:
    return int(code[1:3], 16), int(code[3:5], 16), int(code[5:7], 16)


def _title(name: str) -> str:
    """An id or a cue as a sentence has it."""
    plain = _plain(name)
    return plain.title() if plain.isupper() or plain.islower() else plain


def _plain(name: str) -> str:
    return re.sub(r"[-_{}]+", " ", name)


def _a(text: str) -> str:
    return f"{'an' if text[:1].lower() in 'aeiou' else 'a'} {text}"
