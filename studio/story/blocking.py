"""Keeps track of a scene while it is played: who is there, what they hold, feel and look at."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from studio.story.acting import Doing, answer, doing, habit, signing, spoken_feeling, spoken_gesture
from studio.story.breakdown import Emotion, Entrance, Figure, Gesture
from studio.story.cast import Character
from studio.story.handling import Handling
from studio.story.lexicon import words
from studio.story.mentions import Clause, Follower, Roll
from studio.story.reading import Act, Said, Sheet
from studio.story.roster import Roster
from studio.story.shotlist import last_named

_MOST = 4  # figures in a frame
_LASTS = 4  # shots a feeling from the action lasts


class Blocking:
    """A scene on its feet. The order of its figures, left to right, never changes."""

    def __init__(self, sheet: Sheet, ident: str, roster: Roster, roll: Roll, cast: Mapping[str, Character]) -> None:
        self.roll = roll
        self._follower = Follower(roll, cast)
        appear, entering = _appearances(sheet, roster, roll, Follower(roll, cast))
        # Seeded by the scene, so that the hero does not always stand on the left and an edit moves nobody.
        mirrored = hashlib.sha256(ident.encode()).digest()[0] % 2
        self.order = tuple(reversed(appear)) if mirrored else tuple(appear)
        self.present = [who for who in appear if who not in entering]
        self._holds: dict[str, str] = {}
        self._hidden: set[str] = set()  # things that were put out of sight
        self._feels: dict[str, tuple[Emotion, int]] = {}
        self._named = ""  # the thing named last
        self._exits: list[str] = []
        self._coming: set[str] = set()
        self.shots = 0

    def arrive(self, who: str) -> None:
        """Have somebody be there who was not, or who seemed to leave: they speak, and nothing says from outside."""
        if who in self.order and who not in self.present:
            self.present.append(who)

    def moved(self) -> str:
        """Who of those present felt something last; empty if nobody did lately."""
        recent = [who for who in self.present if self.feeling(who) is not Emotion.CALM]
        return max(recent, key=lambda who: self._feels[who][1], default="")

    def clauses(self, action: str) -> list[Clause]:
        """Split action by whom it is about, in reading order."""
        return self._follower.clauses(action)

    def begin(self, clauses: Sequence[Clause]) -> dict[str, Doing]:
        """Begin a shot: those who leave the last one are gone, those it names are there."""
        self.shots += 1
        self.present = [who for who in self.present if who not in self._exits]
        self._exits, self._coming = [], set()
        done: dict[str, Doing] = {}
        for at, clause in enumerate(clauses):
            if not clause.who:
                self._named = last_named(clause.text) or self._named
                continue
            # "Something, and is reading it": it is not the thing that was named before.
            named = "" if "something" in words(clause.text) else self._named
            after = clauses[at + 1].text if at + 1 < len(clauses) else ""
            found = doing(clause.text, named, after)
            self._named = last_named(clause.text) or self._named
            done[clause.who] = _both(done.get(clause.who), found)
            self._note(clause.who, found, next((after.who for after in clauses[at + 1 :] if after.who), ""))
        return done

    def _note(self, who: str, found: Doing, other: str) -> None:
        if who not in self.present:
            self.present.append(who)
            if found.comes and not found.entrance:
                self._coming.add(who)
        if found.entrance is Entrance.LEAVES:
            self._exits.append(who)
        if found.emotion:
            self._feels[who] = found.emotion, self.shots
        self._handle(who, found.handling, other)

    def _handle(self, who: str, what: Handling, other: str) -> None:
        """Follow a thing from hand to hand, onto the table and into the drawer."""
        if what.drops and not what.laid:
            self._holds.pop(who, None)
        if what.laid:
            self._leave(what.laid)
            (self._hidden.add if what.hidden else self._hidden.discard)(what.laid)
        if taken := what.gives or what.takes:
            if not what.another:
                self._leave(taken)
            self._hidden.discard(taken)
            self._holds[other if what.gives and other else who] = taken

    def _leave(self, thing: str) -> None:
        """Take a thing out of every hand."""
        self._holds = {who: held for who, held in self._holds.items() if held != thing}

    def left_to_right(self, people: Sequence[str]) -> list[str]:
        """Put people into the scene's order; the first four of them if there are more."""
        chosen = list(dict.fromkeys(people))[:_MOST]
        return sorted(chosen, key=lambda who: self.order.index(who) if who in self.order else len(self.order))

    def others(self, who: str) -> list[str]:
        """Who is there besides somebody, nearest in the order first."""
        here = [other for other in self.present if other != who]
        at = self.order.index(who) if who in self.order else 0
        return sorted(here, key=lambda other: abs(self.order.index(other) - at) if other in self.order else _MOST)

    def feeling(self, who: str) -> Emotion:
        """What somebody feels by the last action that told."""
        emotion, since = self._feels.get(who, (Emotion.CALM, self.shots))
        return emotion if self.shots - since <= _LASTS else Emotion.CALM

    def holder(self, prop: str) -> str:
        """Who holds a prop; empty if nobody does."""
        return next((who for who, held in self._holds.items() if held == prop and who in self.present), "")

    def taken(self, prop: str) -> bool:
        """Whether somebody has taken a prop and not put it down, also who has left with it, or it is out of sight."""
        return prop in self._holds.values() or prop in self._hidden

    def figure(self, who: str, found: Doing, *, ident: str, looks_at: str = "", spoken: Said | None = None) -> Figure:
        """Place somebody in a shot: `spoken` is what they say in it, `ident` the shot's id."""
        felt = spoken_feeling(spoken.text, spoken.manner) if spoken else None
        emotion = felt or found.emotion or self.feeling(who)
        held = self._holds.get(who, "")
        given = Gesture.REACH if found.handling.gives and not held else None
        signs = signing(spoken.manner, ident) if spoken else None
        gesture = signs or given or found.gesture or (spoken_gesture(spoken.text) if spoken and not held else None)
        if held and not found.gesture and not given and not signs:
            gesture = Gesture.HOLD
        gesture = gesture or habit(emotion, f"{ident}/{who}")
        return Figure(
            character=who,
            emotion=emotion,
            gesture=gesture,
            prop=held if gesture is Gesture.HOLD else "",
            looks_at=looks_at,
            beyond=self.side(who, looks_at),
            entrance=Entrance.ENTERS if who in self._coming else found.entrance,
            walks=found.walks or bool(found.entrance),
        )

    def listener(self, who: str, said: Said, *, ident: str) -> Figure:
        """Place somebody who hears a line."""
        felt = spoken_feeling(said.text, said.manner)
        emotion = answer(felt) if felt else self.feeling(who)
        held = self._holds.get(who, "")
        gesture = Gesture.HOLD if held else habit(emotion, f"{ident}/{who}")
        return Figure(character=who, emotion=emotion, gesture=gesture, prop=held, beyond=self.side(who, ""))

    def side(self, who: str, looks_at: str) -> int:
        """On which side of somebody their partner stands, whom they look at or who is nearest; 0 when alone."""
        partner = looks_at if looks_at in self.order else next(iter(self.others(who)), "")
        if who not in self.order or partner not in self.order:
            return 0
        return 1 if self.order.index(partner) > self.order.index(who) else -1


def _both(one: Doing | None, other: Doing) -> Doing:
    if one is None:
        return other
    return Doing(
        emotion=other.emotion or one.emotion,
        gesture=one.gesture or other.gesture,
        handling=one.handling.then(other.handling),
        entrance=one.entrance or other.entrance,
        walks=one.walks or other.walks,
        comes=one.comes or other.comes,
    )


def _appearances(sheet: Sheet, roster: Roster, roll: Roll, follower: Follower) -> tuple[list[str], set[str]]:
    """Who appears in a scene, in order, and which of them come in only later."""
    appear: list[str] = []
    entering: set[str] = set()
    spoken = False  # who is first seen before anybody speaks was there all the time
    for at, beat in enumerate(sheet.beats):
        if isinstance(beat, Act):
            named = [who for who in roll.named(beat.text) if who not in appear]
            coming = {clause.who for clause in follower.clauses(beat.text) if _comes(clause, opening=not at)}
            entering.update(who for who in named if spoken or who in coming)
            appear += named
            continue
        spoken = True
        if not beat.offscreen and roster.ident(beat.name) not in appear:
            appear.append(roster.ident(beat.name))
    return appear, entering


def _comes(clause: Clause, *, opening: bool) -> bool:
    found = doing(clause.text)
    return found.entrance is Entrance.ENTERS or (found.comes and not opening)
