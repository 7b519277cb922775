"""Proposes another name for somebody or some place."""

from __future__ import annotations

from services.offline.writer.answers import listed, proposed, said, words
from services.offline.writer.wishes import Wish
from studio.story.breakdown import Breakdown
from studio.story.cast import Character
from studio.story.proposal import Proposal
from studio.story.renaming import rename, titled
from studio.story.roster import slug
from studio.story.screenplay import Screenplay

_MOST = 60  # letters of a name


def propose(screenplay: Screenplay, breakdown: Breakdown, wish: Wish) -> Proposal:
    """Call a character or a place by another name wherever it is named."""
    new = " ".join(wish.new.split())[:_MOST]
    if not any(letter.isalpha() for letter in new):
        return said("nobody", old=wish.old, known=_known(breakdown))
    member = _member(breakdown, wish.old)
    if member:
        return _person(screenplay, breakdown, member, new)
    places = {scene.setting.place.id: scene.setting.place.name for scene in breakdown.scenes}
    name = next((name for name in places.values() if slug(name) == slug(wish.old)), "")
    if not name:
        return said("nobody", old=wish.old, known=_known(breakdown))
    if slug(new) in places:
        return said("taken", new=new)
    sentence = words("rename_place", old=titled(name), new=titled(new))
    what = f"{titled(name)} is called {titled(new)}"
    return proposed(rename(screenplay, name, new, common=True), sentence, what)


def _person(screenplay: Screenplay, breakdown: Breakdown, member: Character, new: str) -> Proposal:
    old, name = titled(member.name), titled(new)
    other = _member(breakdown, new)
    if other and other.id != member.id:
        return said("taken", new=name)
    changed = rename(screenplay, member.name, new)
    short = member.name.split()[0]
    alone = sum(one.name.split()[0] == short for one in breakdown.cast) == 1
    if short != member.name and alone and len(short) > 2:  # somebody called Mara Vance is Mara in the action
        changed = rename(changed, short, new.split()[0])
    if changed == screenplay:
        return said("same", where=old)
    shown = new.upper() if member.name.isupper() else new
    return proposed(changed, words("rename", old=old, new=name), f"{old} is called {name}", {member.id: shown})


def _member(breakdown: Breakdown, name: str) -> Character | None:
    wanted = slug(name)
    by_name = [one for one in breakdown.cast if wanted == slug(one.name)]
    return next(iter(by_name), None) or next(
        (one for one in breakdown.cast if wanted in (slug(part) for part in one.name.split())), None
    )


def _known(breakdown: Breakdown) -> str:
    people = [titled(one.name) for one in breakdown.cast]
    places = dict.fromkeys(titled(scene.setting.place.name) for scene in breakdown.scenes)
    return listed([*people, *places])
