"""Stages the drafts of a scene: framing, move, figures and focus of every shot.

What a line says may change the face and hands of its own shot as it is played, never its board nor another shot.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from studio.story import moving
from studio.story.acting import Doing
from studio.story.blocking import Blocking
from studio.story.breakdown import Emotion, Entrance, Figure, Framing, Move, Staging
from studio.story.framing import HOTTEST, TWO_SHOTS, Neighbours, act, choose, met, talk, tone
from studio.story.lexicon import lexicon
from studio.story.reading import Said
from studio.story.shotlist import Draft, Purpose

_COOLS = 2  # how far an action between lines lets the talk cool down
_AWAY = "away"
_TOGETHER = (Framing.MEDIUM, Framing.FULL, Framing.WIDE)
_AROUND = (Framing.WIDE, Framing.FULL, Framing.MEDIUM)
_FACE = (Framing.CLOSE, Framing.MEDIUM, Framing.FULL)


@dataclass(frozen=True)
class Was:
    """How shots stood in the previous breakdown: this one and the next."""

    this: Staging | None = None
    next: Staging | None = None


@dataclass(frozen=True)
class Ground:
    """What the stage is told of a scene beforehand."""

    interior: bool = True
    known: bool = False  # the place was seen in an earlier scene
    brief: bool = False  # the scene before was there too and this one is too short to open wide
    final: bool = False  # the last of the film
    things: tuple[str, ...] = ()  # what stands there


class Stage:
    """Plays one scene, shot by shot."""

    def __init__(self, blocking: Blocking, speakers: Sequence[str], ground: Ground) -> None:
        self._blocking = blocking
        self._speakers = list(speakers)  # of the lines still to come
        self._ground = ground
        self._last: Staging | None = None
        self._before: Staging | None = None
        self._streak = 0
        self._met: set[str] = set()
        self._heat = 0
        self._steps = 0
        self._speaker = ""
        self._heard = ""
        self._landed = ""  # whose face the shot before showed, hearing
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
            staging = self._act(draft, ident, was, done)
        staging = self._without_taken(staging)
        self.played = self.played and self._without_taken(self.played)
        self._streak = self._streak + 1 if self._last and self._last.framing is staging.framing else 1
        self._before, self._last = self._last, staging
        self._landed = staging.focus if draft.purpose is Purpose.LISTEN else ""
        if staging.framing is not Framing.WIDE:
            self._met.update(figure.character for figure in staging.figures)
        return staging

    def _without_taken(self, staging: Staging) -> Staging:
        """The staging where what somebody took, and is not seen holding, no longer stands in the place."""
        seen = {staging.focus if staging.framing is Framing.INSERT else "", *(one.prop for one in staging.figures)}
        taken = tuple(name for name in self._ground.things if self._blocking.taken(name) and name not in seen)
        return staging.model_copy(update={"taken": taken})

    def _near(self, focus: str, was: Was, action: str = "") -> Neighbours:
        kept = was.this.framing if was.this and was.this.focus == focus and was.this.action == action else None
        return Neighbours(self._last, self._before, self._streak, kept, was.next)

    def _act(self, draft: Draft, ident: str, was: Was, done: dict[str, Doing]) -> Staging:
        self._heat = max(0, self._heat - _COOLS)
        self._steps += 1
        people = list(done)
        opening = self._last is None and not self._ground.brief
        focus = people[0] if people else self._face(draft) if not opening else ""
        wanted = self._opened(done) if opening else self._wanted(draft, done, focus, ident)
        answers = bool(focus) and not people  # a face that takes what was just said or heard
        framing = choose(wanted, focus, self._near(focus, was, draft.action), fresh=not answers)
        people = self._blocking.left_to_right(self._cast(framing, people, focus))
        figures = tuple(self._actor(who, people, done, ident, draft.action) for who in people)
        move = self._action_move(draft.action, framing, figures, ident)
        return Staging(framing=framing, move=move, figures=figures, focus=focus, action=draft.action)

    def _opened(self, done: dict[str, Doing]) -> Sequence[Framing]:
        """A new place is shown whole; one that was seen before only where there is nobody else to show."""
        if self._ground.known and (done or self._blocking.present):
            return (Framing.FULL, Framing.WIDE)
        return (Framing.WIDE,)

    def _wanted(self, draft: Draft, done: dict[str, Doing], focus: str, ident: str) -> Sequence[Framing]:
        asked = [Framing(tag) for tag in lexicon("acting", "framing").find(draft.action)[:1]]
        if not done:
            return (*asked, *(_FACE if focus else _TOGETHER if self._together(draft) else _AROUND))
        goes = any(found.walks or found.entrance for found in done.values())
        felt = any(found.emotion for found in done.values())
        usual = act(len(done), moving=goes, felt=felt, steps=self._steps)
        if len(done) == 1 and not goes and focus not in self._met:
            usual = met(ident)
        elif len(done) == 1 and not goes and draft.closing and not self._ground.final:
            usual = _FACE
        return (*asked, *_with_hands(usual, done))

    def _together(self, draft: Draft) -> bool:
        everyone = lexicon("acting", "everyone").first(draft.action)
        return bool(everyone and self._blocking.present) and not (draft.closing and self._ground.final)

    def _face(self, draft: Draft) -> str:
        """Whose face an action that names nobody is seen on: at a scene's end, and where all have just been seen."""
        if not draft.action or lexicon("acting", "everyone").first(draft.action):
            return ""
        shown = {figure.character for figure in self._last.figures} if self._last else set()
        if self._ground.final if draft.closing else not shown >= set(self._blocking.present):
            return ""
        likely = (self._blocking.moved(), self._heard, self._speaker, *self._blocking.present)
        return next((who for who in likely if who in self._blocking.present), "")

    def _cast(self, framing: Framing, people: Sequence[str], focus: str) -> list[str]:
        """Who is in the picture of an action: nobody named means whoever is there."""
        if framing is Framing.CLOSE or (focus and not people):
            return [focus] if focus else list(people[:1])
        if framing is Framing.WIDE or not people:
            return [*people, *self._blocking.present]
        return list(people)

    def _action_move(self, action: str, framing: Framing, figures: Sequence[Figure], ident: str) -> Move:
        move = moving.told(action)
        if move is not Move.HOLD:
            return move
        if self._last is None and framing is Framing.WIDE:
            return moving.place(ident, interior=self._ground.interior)
        across = moving.going(figures)
        if across:
            return moving.pan(across)
        felt = [figure for figure in figures if figure.entrance is Entrance.NONE]
        return moving.felt(felt[0].emotion, ident) if len(felt) == 1 else Move.HOLD

    def _actor(self, who: str, people: Sequence[str], done: dict[str, Doing], ident: str, action: str) -> Figure:
        found = done.get(who, Doing())
        named = [other for other in self._blocking.roll.named(action) if other != who and other in people]
        alone = len(people) == 1 and not found.walks
        return self._blocking.figure(who, found, ident=ident, looks_at=named[0] if named else _AWAY if alone else "")

    def _detail(self, draft: Draft, ident: str, done: dict[str, Doing], was: Was) -> Staging:
        wanted = (Framing.INSERT, Framing.MEDIUM, Framing.FULL)  # a close-up would leave the hand out
        framing = choose(wanted, draft.prop, self._near(draft.prop, was, draft.action))
        holder = self._blocking.holder(draft.prop) or next(iter(done), "")
        figures = (self._actor(holder, [holder], done, ident, draft.action),) if holder else ()
        return Staging(framing=framing, move=Move.PUSH_IN, figures=figures, focus=draft.prop, action=draft.action)

    def _listen(self, ident: str, was: Was) -> Staging:
        focus = self._heard or next(iter(self._blocking.present), "")
        framing = choose(_FACE, focus, self._near(focus, was))
        looks_at = self._speaker if self._speaker != focus else _AWAY
        figures = (self._blocking.figure(focus, Doing(), ident=ident, looks_at=looks_at),) if focus else ()
        move = Move.PUSH_IN if framing is Framing.CLOSE else Move.DRIFT
        return Staging(framing=framing, move=move, figures=figures, focus=focus)

    def _talk(self, draft: Draft, ident: str, was: Was, done: dict[str, Doing]) -> Staging:
        for _, who, said in draft.said:
            if not said.offscreen:
                self._blocking.arrive(who)
        speakers = [who for who in dict.fromkeys(who for _, who, _ in draft.said) if self._seen(who)]
        speaker, first = draft.said[0][1], draft.said[0][2]
        del self._speakers[: len(draft.said)]
        hearer = "" if first.offscreen and self._seen(speaker) else self._hearer(speaker, first)
        focus = speakers[0] if speakers else hearer
        wanted = _with_hands(self._spoken(draft, speakers, hearer), done)
        framing = choose(wanted, focus, self._near(focus, was, draft.action))
        people = self._company(framing, focus, [*speakers, *done], hearer)

        def staged(told: Draft) -> Staging:
            figures = tuple(self._talker(who, told, done, ident, hearer) for who in people)
            move = self._talk_move(told, framing, figures, focus, ident)
            return Staging(framing=framing, move=move, figures=figures, focus=focus, action=told.action)

        silent = staged(_hushed(draft))
        played = staged(draft)
        self.played = played if played != silent else None
        self._heat, self._speaker, self._heard = self._heat + 1, draft.said[-1][1], hearer
        return silent

    def _spoken(self, draft: Draft, speakers: Sequence[str], hearer: str) -> Sequence[Framing]:
        first = draft.said[0][2]
        if first.many or not (speakers or hearer):
            return _AROUND
        heat = self._heat % HOTTEST
        both = len(speakers) > 1
        focus = speakers[0] if speakers else hearer
        how = tone(first.text, first.manner)
        wanted = talk(heat, how, paired=bool(speakers and hearer), both=both)
        if self._last is None and not self._ground.brief:
            return (Framing.FULL, *wanted)
        if self._landed == focus and not both:
            return sorted(wanted, key=lambda one: one in (Framing.CLOSE, Framing.MEDIUM))
        if draft.closing and self._heat and not both:
            return tuple(dict.fromkeys((Framing.CLOSE, *wanted)))
        return wanted

    def _talk_move(self, draft: Draft, framing: Framing, figures: Sequence[Figure], focus: str, ident: str) -> Move:
        text = " ".join(said.text for _, _, said in draft.said)
        shown = [figure.character for figure in figures]
        pair = [who for _, who, _ in draft.said if who in shown]
        across = shown.index(pair[-1]) - shown.index(pair[0]) if pair and framing in _TOGETHER else 0
        emotion = next((figure.emotion for figure in figures if figure.character == focus), Emotion.CALM)
        asked = moving.told(draft.action)
        if asked is not Move.HOLD:
            return asked
        heat = self._heat % HOTTEST
        return moving.spoken(text, framing, heat, emotion=emotion, across=(across > 0) - (across < 0), ident=ident)

    def _seen(self, who: str) -> bool:
        return who in self._blocking.present

    def _hearer(self, speaker: str, said: Said) -> str:
        """Whom a line is for: who is named in its parenthetical, who spoke last, else who stands nearest."""
        others = self._blocking.others(speaker)
        meant = [who for who in self._blocking.roll.named(said.manner) if who in others]
        last = [who for who in (self._speaker, *self._speakers, self._heard) if who in others]
        return next(iter([*meant, *last, *others]), "")

    def _company(self, framing: Framing, focus: str, speakers: Sequence[str], hearer: str) -> list[str]:
        single = framing is Framing.MEDIUM and self._heat % HOTTEST not in TWO_SHOTS and len(speakers) < 2
        alone = single or framing is Framing.CLOSE
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


def _with_hands(wanted: Sequence[Framing], done: dict[str, Doing]) -> Sequence[Framing]:
    """Framings without the close-up, where somebody takes something: it would leave the hand out."""
    taken = any(found.handling.takes for found in done.values())
    return [one for one in wanted if one is not Framing.CLOSE] or _TOGETHER if taken else wanted


def _hushed(draft: Draft) -> Draft:
    """The draft with its parentheticals but without its words."""
    return replace(draft, said=[(ident, who, replace(said, text="")) for ident, who, said in draft.said])
