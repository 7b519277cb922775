"""Stages the drafts of a scene: framing, move, figures and focus of every shot.

What a line says may change the face and hands of its own shot as it is played, never its board nor another shot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studio.story.acting import Doing
from studio.story.blocking import Blocking
from studio.story.breakdown import Figure, Framing, Move, Staging
from studio.story.framing import HOTTEST, Neighbours, act, action_move, choose, talk, talk_move
from studio.story.mentions import Clause
from studio.story.reading import Said
from studio.story.shotlist import Draft, Purpose, length

_WORDS_A_SECOND = 5.0  # a picture is read faster than the action it was drawn from
_SHORTEST, _LONGEST = 1.4, 3.8
_BREATH, _ASIDE, _HUSH, _PLACE = 0.4, 0.8, 0.6, 1.8
_COOLS = 2  # how far an action between lines lets the talk cool down
_AWAY = "away"


@dataclass(frozen=True)
class Was:
    """How shots stood in the previous breakdown: this one and the next."""

    this: Staging | None = None
    next: Staging | None = None


class Stage:
    """Plays one scene, shot by shot."""

    def __init__(self, blocking: Blocking, speakers: Sequence[str], *, brief: bool) -> None:
        self._blocking = blocking
        self._speakers = list(speakers)  # of the lines still to come
        self._brief = brief  # a scene too short to open wide
        self._last: Staging | None = None
        self._heat = 0
        self._steps = 0
        self._speaker = ""
        self._heard = ""
        self.played: Staging | None = None

    def play(self, draft: Draft, ident: str, was: Was) -> Staging:
        """Stage the next shot without its words; `played` is how they have it acted."""
        self.played = None
        clauses = self._blocking.clauses(draft.action)
        done = self._blocking.begin(clauses)
        if draft.purpose is Purpose.TALK:
            staging = self._talk(draft, ident, was, done)
        elif draft.purpose is Purpose.LISTEN:
            staging = self._listen(ident, was)
        elif draft.purpose is Purpose.DETAIL:
            staging = self._detail(draft, ident, done, was)
        else:
            staging = self._act(draft, ident, was, clauses, done)
        self._last = staging
        return staging

    def _near(self, focus: str, was: Was, action: str = "") -> Neighbours:
        kept = was.this.framing if was.this and was.this.focus == focus and was.this.action == action else None
        return Neighbours(self._last, kept, was.next)

    def _act(self, draft: Draft, ident: str, was: Was, clauses: Sequence[Clause], done: dict[str, Doing]) -> Staging:
        self._heat = max(0, self._heat - _COOLS)
        self._steps += 1
        people = list(done)
        focus = people[0] if people else ""
        moving = any(found.walks or found.entrance for found in done.values())
        felt = any(found.emotion for found in done.values())
        wanted = act(len(people), moving=moving, felt=felt, steps=self._steps)
        opening = self._last is None and not self._brief
        framing = Framing.WIDE if opening else choose(wanted, focus, self._near(focus, was, draft.action), fresh=True)
        if framing is Framing.WIDE:
            people += self._blocking.present
        elif framing is Framing.CLOSE:
            people = people[:1]
        people = self._blocking.left_to_right(people)
        figures = tuple(self._actor(who, people, done, ident, draft.action) for who in people)
        move = action_move(draft.action, across=self._across(people, done))
        if opening and not people and move is Move.HOLD:
            move = Move.DRIFT
        return Staging(framing=framing, move=move, figures=figures, focus=focus, action=draft.action)

    def _actor(self, who: str, people: Sequence[str], done: dict[str, Doing], ident: str, action: str) -> Figure:
        found = done.get(who, Doing())
        named = [other for other in self._blocking.roll.named(action) if other != who and other in people]
        alone = len(people) == 1 and not found.walks
        return self._blocking.figure(who, found, ident=ident, looks_at=named[0] if named else _AWAY if alone else "")

    def _across(self, people: Sequence[str], done: dict[str, Doing]) -> int:
        walker = next((who for who in people if who in done and (done[who].walks or done[who].entrance)), "")
        if not walker or len(people) < 2:
            return 0
        return 1 if people.index(walker) < len(people) / 2 else -1

    def _detail(self, draft: Draft, ident: str, done: dict[str, Doing], was: Was) -> Staging:
        wanted = (Framing.INSERT, Framing.CLOSE, Framing.MEDIUM)
        framing = choose(wanted, draft.prop, self._near(draft.prop, was, draft.action))
        holder = self._blocking.holder(draft.prop) or next(iter(done), "")
        figures = (self._actor(holder, [holder], done, ident, draft.action),) if holder else ()
        return Staging(framing=framing, move=Move.PUSH_IN, figures=figures, focus=draft.prop, action=draft.action)

    def _listen(self, ident: str, was: Was) -> Staging:
        focus = self._heard or next(iter(self._blocking.present), "")
        wanted = (Framing.CLOSE, Framing.MEDIUM, Framing.FULL)
        framing = choose(wanted, focus, self._near(focus, was), fresh=True)
        looks_at = self._speaker if self._speaker != focus else _AWAY
        figures = (self._blocking.figure(focus, Doing(), ident=ident, looks_at=looks_at),) if focus else ()
        return Staging(framing=framing, move=Move.DRIFT, figures=figures, focus=focus)

    def _talk(self, draft: Draft, ident: str, was: Was, done: dict[str, Doing]) -> Staging:
        speakers = [who for who in dict.fromkeys(who for _, who, _ in draft.said) if self._seen(who)]
        speaker = draft.said[0][1]
        del self._speakers[: len(draft.said)]
        hearer = "" if draft.said[0][2].offscreen and self._seen(speaker) else self._hearer(speaker, draft.said[0][2])
        both = len(speakers) > 1
        focus = speakers[0] if speakers else hearer
        wanted = talk(self._heat % HOTTEST, paired=bool(speakers and hearer), both=both)
        if not focus or draft.said[0][2].many:
            wanted = (Framing.WIDE, Framing.FULL, Framing.MEDIUM)
        if self._last is None and not self._brief:
            wanted = (Framing.FULL, *wanted)
        framing = choose(wanted, focus, self._near(focus, was, draft.action))
        people = self._company(framing, focus, [*speakers, *done], hearer)

        def staged(told: Draft) -> Staging:
            figures = tuple(self._talker(who, told, done, ident, hearer) for who in people)
            move = self._talk_move(told, framing)
            return Staging(framing=framing, move=move, figures=figures, focus=focus, action=told.action)

        silent = staged(_hushed(draft))
        played = staged(draft)
        self.played = played if played != silent else None
        self._heat, self._speaker, self._heard = self._heat + 1, draft.said[-1][1], hearer
        return silent

    def _talk_move(self, draft: Draft, framing: Framing) -> Move:
        text = " ".join(said.text for _, _, said in draft.said)
        move = talk_move(text, framing, self._heat % HOTTEST)
        return action_move(draft.action, across=0) if move is Move.HOLD and draft.action else move

    def _seen(self, who: str) -> bool:
        return who in self._blocking.present

    def _hearer(self, speaker: str, said: Said) -> str:
        """Whom a line is for: who is named in its parenthetical, who spoke last, else who stands nearest."""
        others = self._blocking.others(speaker)
        meant = [who for who in self._blocking.roll.named(said.manner) if who in others]
        last = [who for who in (self._speaker, *self._speakers, self._heard) if who in others]
        return next(iter([*meant, *last, *others]), "")

    def _company(self, framing: Framing, focus: str, speakers: Sequence[str], hearer: str) -> list[str]:
        alone = framing is Framing.CLOSE or (framing is Framing.MEDIUM and self._heat and len(speakers) < 2)
        people = [focus, *speakers] if alone else [focus, *speakers, hearer]
        if framing in (Framing.FULL, Framing.WIDE):
            people += self._blocking.others(focus)[: 2 if framing is Framing.FULL else None]
        return self._blocking.left_to_right([who for who in people if who])

    def _talker(self, who: str, draft: Draft, done: dict[str, Doing], ident: str, hearer: str) -> Figure:
        own = next((said for _, speaker, said in draft.said if speaker == who), None)
        first = draft.said[0]
        if own is None and who not in done:
            return self._blocking.listener(who, first[2], ident=ident)
        other = hearer if who == first[1] else first[1]
        looks_at = _AWAY if own and own.offscreen else other if other and other != who else _AWAY
        return self._blocking.figure(who, done.get(who, Doing()), ident=ident, looks_at=looks_at, spoken=own)


def _hushed(draft: Draft) -> Draft:
    """The draft with its parentheticals but without its words."""
    return replace(draft, said=[(ident, who, replace(said, text="")) for ident, who, said in draft.said])


def pause(draft: Draft, *, last: bool) -> float:
    """Seconds a shot needs beyond its lines; `last` of its scene it may breathe."""
    if draft.purpose is Purpose.PLACE:
        return _PLACE
    reading = round(length(draft.action) / _WORDS_A_SECOND, 1)
    if draft.purpose is not Purpose.TALK:
        return min(_LONGEST, max(_SHORTEST, reading))
    aside = max(_ASIDE, reading) if draft.action else _BREATH
    return round(aside + _HUSH * draft.silence + _BREATH * last, 1)
