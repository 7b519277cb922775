"""Proposes scenes in another place, at another time, in another weather; a scene less, or one more."""

from __future__ import annotations

from collections.abc import Sequence

from services.offline.writer.answers import listed, proposed, said, where, words
from services.offline.writer.lexicon import table
from services.offline.writer.speeches import speeches
from services.offline.writer.stock import Stock, ours, speakers
from services.offline.writer.wishes import Wish
from studio.story.breakdown import Breakdown
from studio.story.lexicon import lexicon
from studio.story.places import Kit, Place, Setting, Weather
from studio.story.proposal import Proposal
from studio.story.reading import sheets
from studio.story.relocating import move, open_with
from studio.story.renaming import titled
from studio.story.roster import slug
from studio.story.scouting import Heading, kit, scout
from studio.story.screenplay import Element, Kind, Screenplay
from studio.story.stretches import chosen, with_scene, without_scene

_SKIES = "skies.toml"
_DARK = {Kit.ROOM, Kit.STREET}  # the sets of places nothing is known of


def propose(screenplay: Screenplay, breakdown: Breakdown, wish: Wish) -> Proposal:
    """Set scenes somewhere else, at another time of day, or in another weather."""
    interior, known = _side(wish)
    changed = move(screenplay, wish.scenes, place=wish.place, interior=interior if wish.place else None, time=wish.time)
    place = where(breakdown, wish.scenes)
    if wish.weather:
        changed = _weathered(changed, wish, wish.weather)
        stubborn = _told_otherwise(changed, wish)
        if stubborn:
            return said("weather", where=where(breakdown, (stubborn[0],)), told=stubborn[1].value)
    if changed == screenplay or _settings(changed) == _settings(screenplay):
        return said("same", where=place)
    asked = [titled(wish.place), wish.time.value if wish.time else "", wish.weather.value if wish.weather else ""]
    what = ", ".join(filter(None, asked))
    unknown = wish.place and known in _DARK and not _names_set(wish.place)
    kind = "a room" if interior else "a street"
    sentence = words("move", where=place, what=what)
    sentence += words("unknown_set", place=titled(wish.place), kit=kind) if unknown else ""
    return proposed(changed, sentence, f"{place}: {what}")


def cut(screenplay: Screenplay, breakdown: Breakdown, wish: Wish) -> Proposal:
    """Take one scene out."""
    if len(wish.scenes) != 1:
        return said("which")
    if len(breakdown.scenes) == 1:
        return said("only")
    (number,) = wish.scenes
    scene = breakdown.scenes[number - 1]
    rest = [one for one in breakdown.scenes if one is not scene]
    others = {line.character for one in rest for shot in one.shots for line in shot.lines}
    gone = [titled(breakdown.character(who).name) for who in speakers(scene) if who not in others]
    cast = words("cut_gone", names=listed(gone)) if gone else words("cut_kept")
    sentence = words("cut", number=scene.number, heading=scene.heading, cast=cast)
    return proposed(without_scene(screenplay, number), sentence, f"Scene {scene.number} cut")


def add(screenplay: Screenplay, breakdown: Breakdown, wish: Wish) -> Proposal:
    """Put a scene in: after the one named, the one chosen, or as the last."""
    last = wish.scenes[-1] if wish.scenes else len(breakdown.scenes)
    after = last if wish.after is None else wish.after
    near = breakdown.scenes[max(1, after) - 1]
    setting = _new_setting(near.setting, wish)
    side = "INT." if setting.place.interior else "EXT."
    typed = f"{side} {setting.place.name.upper()} - {setting.time.value.upper()}"
    elements = [Element(kind=Kind.HEADING, text=typed)]
    if wish.weather:
        elements.append(Element(kind=Kind.ACTION, text=_sky(wish.weather, setting.place.interior)))
    lines = _stocked(screenplay, breakdown, setting, speakers(near)) if ours(screenplay) else []
    if not lines:
        hour = table(_SKIES)["hour"][setting.time.value]
        elements.append(Element(kind=Kind.ACTION, text=f"{titled(setting.place.name)}, {hour}."))
    changed = with_scene(screenplay, after, [*elements, *lines])
    spot = f"after scene {breakdown.scenes[after - 1].number}" if after else "at the beginning"
    sentence = words("add", spot=spot, heading=typed, words=words("add_stock" if lines else "add_plain"))
    return proposed(changed, sentence, f"A scene more: {titled(setting.place.name)}")


def _side(wish: Wish) -> tuple[bool, Kit]:
    """Whether a place is inside, and its set."""
    interior, _ = kit(Heading(wish.place, None, None), "")
    if wish.outdoors and (not _names_set(wish.place) or _outside(wish.place)):
        interior = False
    return kit(Heading(wish.place, interior, None), "")


def _names_set(place: str) -> bool:
    return bool(lexicon("places", "interior").first(place)) or _outside(place)


def _outside(place: str) -> bool:
    return bool(lexicon("places", "exterior").first(place))


def _new_setting(near: Setting, wish: Wish) -> Setting:
    """Where and when a new scene is; what nobody said is as in the scene beside it."""
    place = near.place
    if wish.place:
        interior, chosen_kit = _side(wish)
        place = Place(id=slug(wish.place), name=wish.place, interior=interior, kit=chosen_kit)
    fresh = {"place": place, "time": wish.time or near.time, "weather": wish.weather or near.weather}
    return near.model_copy(update=fresh)


def _stocked(screenplay: Screenplay, breakdown: Breakdown, setting: Setting, people: Sequence[str]) -> list[Element]:
    """A look at the place and an exchange for the first two of some people; empty where stock has none."""
    stock = Stock(screenplay, breakdown, f"{breakdown.title}|{setting.place.id}|{len(breakdown.scenes)}")
    two = [breakdown.character(who) for who in people[:2]]
    lines = stock.between(two, setting) if len(two) == 2 else []
    return speeches([*stock.view(setting), *lines]) if lines else []


def _sky(weather: Weather, interior: bool) -> str:
    return str(table(_SKIES)["inside" if interior else "outside"][weather.value])


def _weathered(screenplay: Screenplay, wish: Wish, weather: Weather) -> Screenplay:
    """The script with a sentence of weather at the beginning of scenes, in place of one put there before."""
    ours_before = {line for side in ("inside", "outside") for line in table(_SKIES)[side].values()}
    settings = _settings(screenplay)
    for stretch in chosen(screenplay, wish.scenes):
        interior = settings[stretch.number - 1].place.interior
        screenplay = open_with(screenplay, stretch.number, _sky(weather, interior), ours_before)
    return screenplay


def _told_otherwise(screenplay: Screenplay, wish: Wish) -> tuple[int, Weather] | None:
    """The first of the scenes whose own words make another weather than asked, and which."""
    for number, setting in enumerate(_settings(screenplay), start=1):
        if (not wish.scenes or number in wish.scenes) and setting.weather is not wish.weather:
            return number, setting.weather
    return None


def _settings(screenplay: Screenplay) -> list[Setting]:
    return scout(sheets(screenplay))
