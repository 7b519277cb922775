"""How every verb of the desk is called with what belongs to another account."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from studio.desk.desk import Desk
from studio.desk.supporting import About
from studio.money.director import Direction
from studio.people.access import Scope
from studio.people.hooks import Event
from studio.story.breakdown import Framing
from studio.story.cast import Casting
from studio.story.directing import Restaging
from studio.story.places import Kit
from studio.story.proposal import Request
from studio.story.recutting import Seam
from studio.story.voicing import LineReading
from studio.takes.recipe import TakeKind
from tests.founding_verbs import FOUNDERS
from tests.pages.visit import picture
from tests.people.town import unpacked
from tests.trespass import CHOICES, SCRIPT, Belongings
from tests.web.rows import FRAME

ASKED = Request(text="Make it shorter")
Call = Callable[[Desk, Belongings, Belongings], Any]


def _film(verb: str, *given: Any, **named: Any) -> Call:
    """A verb of an episode, with more behind it."""
    return lambda desk, theirs, own: getattr(desk, verb)(theirs.episode, *given, **named)


def _shown(verb: str, *given: Any) -> Call:
    """A verb of a story that was read already."""
    return lambda desk, theirs, own: getattr(desk, verb)(theirs.story, *given)


def _run(verb: str) -> Call:
    return lambda desk, theirs, own: getattr(desk, verb)(theirs.run)


def _said(verb: str) -> Call:
    return lambda desk, theirs, own: getattr(desk, verb)(theirs.message)


def _ticket(verb: str, *given: Any) -> Call:
    return lambda desk, theirs, own: getattr(desk, verb)(f"ticket-{theirs.run}", *given)


def _unclear(verb: str) -> Sequence[Call]:
    """A verb of an unclear take: in its own episode, and in one of whoever asks."""
    return (
        lambda desk, theirs, own: getattr(desk, verb)(theirs.episode, f"unclear-{theirs.run}"),
        lambda desk, theirs, own: getattr(desk, verb)(own.episode, f"unclear-{theirs.run}"),
    )


def _hook(verb: str, *given: str) -> Call:
    """A verb of a hook, with more behind it."""
    return lambda desk, theirs, own: getattr(desk, verb)(
        f"hook-{theirs.run}", *(one.format(run=theirs.run) for one in given)
    )


SHOT, BOARD, CLIP = "s1", "board:1A@1280x720", "clip:1A@1280x720p24"
# How each verb is asked for what belongs to another: with an id of theirs wherever it takes one.
ASKING: dict[str, Sequence[Call]] = {
    "accept": [_said("accept")],
    "adopt": [
        lambda desk, theirs, own: desk.adopt(own.episode, "anna", theirs.episode, "tom", base=own.story.number),
        lambda desk, theirs, own: desk.adopt(theirs.episode, "anna", own.episode, "tom", base=1),
    ],
    "again": [_run("again")],
    "allowance": [_shown("allowance")],
    "answer_note": [lambda desk, theirs, own: desk.answer_note(f"note-{theirs.run}", "Thank you")],
    "ask": [_film("ask", ASKED, base=1)],
    "ask_anew": _unclear("ask_anew"),
    "asking": [_film("asking")],
    "begin": [lambda desk, theirs, own: _begun(desk, theirs)],
    "begin_design": [_shown("begin_design", "anna")],
    "begin_keeping": [_shown("begin_keeping", "anna", "voice")],
    "books": [_shown("books")],
    "bring_back": [_film("bring_back")],
    "bring": [_film("bring", BOARD, "board.png", picture())],
    "budget": [_film("budget"), _film("budget", 10, [CHOICES])],
    "build": [_film("build", "hall", Kit.ROOM, base=1)],
    "called": [lambda desk, theirs, own: desk.called(theirs.episode)(BOARD)],
    "cancel": [_run("cancel")],
    "cast_voice": [_film("cast_voice", "anna", Casting(), base=1)],
    "check": [_film("check", "INT. HALL - NIGHT\n\nShe waits.\n", CHOICES)],
    "close_ticket": [_ticket("close_ticket")],
    "circle": [
        lambda desk, theirs, own: desk.circle(theirs.episode, BOARD, theirs.take),
        lambda desk, theirs, own: desk.circle(own.episode, BOARD, theirs.take),
    ],
    "conversation": [_film("conversation")],
    "costs": [_shown("costs")],
    "crew": [_film("crew")],
    "cut": [_film("cut", [CHOICES])],
    "drop_hook": [lambda desk, theirs, own: desk.drop_hook(f"spare-{theirs.run}")],
    "drop_note": [lambda desk, theirs, own: desk.drop_note(f"reply-{theirs.run}")],
    "episode_row": [_film("episode_row")],
    "hook_calls": [_hook("hook_calls")],
    "ping": [_hook("ping")],
    "replay": [
        _hook("replay", "call-{run}"),
        lambda desk, theirs, own: desk.replay(f"hook-{own.run}", f"call-{theirs.run}"),
    ],
    "revoke_token": [lambda desk, theirs, own: desk.revoke_token(f"token-{theirs.run}")],
    "delete_shots": [_film("delete_shots", [SHOT], base=1)],
    "delivery": [_film("delivery", FRAME, "master.mp4")],
    "delivery_content": [_film("delivery_content", FRAME, "master.mp4")],
    "design": [_film("design", "anna", {}, base=1)],
    "design_voice": [_shown("design_voice", "anna")],
    "designed_voices": [_shown("designed_voices", "anna")],
    "direct": [_film("direct", CHOICES, 1_000_000)],
    "direction_of": [lambda desk, theirs, own: desk.direction_of(f"note-{theirs.run}")],
    "dismiss": [_run("dismiss")],
    "doubts": [_film("doubts")],
    "engage": [_film("engage", {}, switch=True)],
    "engage_named": [_film("engage_named", "offline")],
    "episode": [_film("episode")],
    "export": [_film("export", CHOICES, Path("/nonexistent"))],
    "film": [_film("film")],
    "credits_again": [lambda desk, theirs, own: desk.credits_again([theirs.run, own.run])],
    "films_of": [_film("films_of")],
    "film_pays": [_film("film_pays", CHOICES)],
    "film_quote": [lambda desk, theirs, own: desk.film_quote("standard", episode=theirs.episode)],
    "film_render": [_film("film_render", "standard", CHOICES, credits=1_000)],
    "fitting": [_film("fitting", "anna")],
    "follow": [_film("follow", Direction(cap=0, choices=()))],
    "formats": [_film("formats")],
    "insert_shot": [_film("insert_shot", SHOT, Framing.WIDE, [], "She waits.", base=1)],
    "remove": [_film("remove")],
    "interrupt": [_run("interrupt")],
    "join": [
        _film("join", "Mine"),
        lambda desk, theirs, own: (desk.join(own.episode, theirs.series), desk.series(own.episode).others),
    ],
    "keep_voice": [_shown("keep_voice", "anna", "voice")],
    "kept": [_film("kept", CHOICES)],
    "leave_question": [_said("leave_question")],
    "let_go": _unclear("let_go"),
    "lock": [_film("lock", "anna", True, base=1)],
    "look_again": _unclear("look_again"),
    "losses": [_film("losses", CHOICES)],
    "make": [_film("make", [BOARD], CHOICES)],
    "making": [_film("making")],
    "merge_shot": [_film("merge_shot", SHOT, base=1)],
    "motion": [_film("motion", CHOICES, 1_000_000)],
    "move": [_film("move", SHOT, paid=False)],
    "move_shots": [_film("move_shots", [SHOT], 1, base=1)],
    "newest_board": [
        lambda desk, theirs, own: desk.newest_board(theirs.run, theirs.content),
        lambda desk, theirs, own: desk.newest_board(own.run, theirs.content),
    ],
    "note_look": [_film("note_look", "anna", "a red coat", CHOICES, base=1)],
    "note_plate": [_film("note_plate", ["1"], "at night", CHOICES, base=1)],
    "noted_lists": [_film("noted_lists", FRAME)],
    "notes": [_film("notes")],
    "offers": [_shown("offers", "anna")],
    "others": [_film("others")],
    "order_state": [lambda desk, theirs, own: desk.order_state(f"order-{theirs.run}")],
    "outline": [_shown("outline", CHOICES)],
    "parts_under_way": [_film("parts_under_way")],
    "plan": [_film("plan", CHOICES)],
    "plan_part": [_film("plan_part", [BOARD], CHOICES)],
    "price": [_film("price", TakeKind.CLIP)],
    "price_of": [_film("price_of", CHOICES)],
    "price_of_again": [lambda desk, theirs, own: desk.price_of_again([own.run, theirs.run])],
    "price_of_asking": [_film("price_of_asking", "Shorter")],
    "price_of_design": [_shown("price_of_design", "anna")],
    "price_of_remark": [_film("price_of_remark", [SHOT], "closer", CHOICES)],
    "price_of_retake": [_film("price_of_retake", [BOARD], CHOICES)],
    "produce": [_film("produce", CHOICES)],
    "progress": [_run("progress")],
    "read_line": [_film("read_line", "line", LineReading(speed=1.2), base=1)],
    "reject": [_said("reject")],
    "remark": [_film("remark", [SHOT], "closer", CHOICES, base=1)],
    "render": [_film("render", [CHOICES])],
    "report": [lambda desk, theirs, own: desk.report(About(page="Scenes", episode=theirs.episode, run=theirs.run))],
    "resolve_note": [lambda desk, theirs, own: desk.resolve_note(f"note-{theirs.run}")],
    "restage": [_film("restage", [SHOT], Restaging(note="closer"), base=1)],
    "restore": [_film("restore", 1, base=1)],
    "retake": [_film("retake", [BOARD], CHOICES)],
    "retake_note": [lambda desk, theirs, own: desk.retake_note(f"note-{theirs.run}", CHOICES, base=1)],
    "retaken": [_film("retaken", [SHOT], CHOICES)],
    "revisions": [_film("revisions")],
    "revoke_screening": [lambda desk, theirs, own: desk.revoke_screening(f"screening-{theirs.run}")],
    "rewrite": [_film("rewrite", "INT. HALL - NIGHT\n\nShe waits.\n", base=1, what="mine")],
    "say": [_ticket("say", "And then it went on.")],
    "screen": [_film("screen")],
    "screenings": [_film("screenings")],
    "screenplay": [_film("screenplay")],
    "series": [_film("series")],
    "settle": [_film("settle", ["1"], time=None, weather=None, mood=None, base=1)],
    "share": [_film("share", "anna")],
    "situation": [_film("situation")],
    "spare": [_film("spare", [])],
    "split_shot": [_film("split_shot", SHOT, Seam(before="runs"), base=1)],
    "standing": [_film("standing")],
    "stop_asking": [_film("stop_asking")],
    "story": [_film("story")],
    "storyboard": [_film("storyboard", CHOICES)],
    "take_content": [
        lambda desk, theirs, own: desk.take_content(theirs.episode, theirs.take),
        lambda desk, theirs, own: desk.take_content(own.episode, theirs.take),
    ],
    "take_file": [
        lambda desk, theirs, own: desk.take_file(theirs.episode, theirs.take),
        lambda desk, theirs, own: desk.take_file(own.episode, theirs.take),
    ],
    "steps": [_shown("steps")],
    "takes": [_film("takes", [BOARD])],
    "tally": [_film("tally", CHOICES)],
    "ticket": [_ticket("ticket")],
    "under_way": [_film("under_way")],
    "version": [lambda desk, theirs, own: desk.version(theirs.episode, 1, own.story)],
    "wait": [_run("wait")],
}
# Verbs that take no id: what they tell and do is of whoever asks alone.
OWN: dict[str, Call] = {
    "all_series": lambda desk, theirs, own: desk.all_series(),
    "all_tickets": lambda desk, theirs, own: desk.all_tickets(),
    "answer_ticket": lambda desk, theirs, own: desk.answer_ticket(f"ticket-{theirs.run}", "It is mended."),
    "buy_pack": lambda desk, theirs, own: desk.buy_pack("Trial"),
    "canned_answers": lambda desk, theirs, own: desk.canned_answers(f"ticket-{theirs.run}"),
    "change_password": lambda desk, theirs, own: desk.change_password("not theirs", "seven quiet harbours", "n" * 43),
    "collect": lambda desk, theirs, own: desk.collect(delete=True, paid=True),
    "count_tickets": lambda desk, theirs, own: desk.count_tickets(),
    "credit_statement": lambda desk, theirs, own: desk.credit_statement(),
    "credits": lambda desk, theirs, own: desk.credits(),
    "credits_left": lambda desk, theirs, own: desk.credits_left(),
    "crew_named": lambda desk, theirs, own: desk.crew_named("offline"),
    "episodes": lambda desk, theirs, own: desk.episodes(),
    "removed": lambda desk, theirs, own: desk.removed(),
    "film_packs": lambda desk, theirs, own: desk.film_packs(),
    "film_promises": lambda desk, theirs, own: desk.film_promises(),
    "film_qualities": lambda desk, theirs, own: desk.film_qualities(),
    "factor": lambda desk, theirs, own: desk.factor(),
    "begin_factor": lambda desk, theirs, own: desk.begin_factor("not theirs"),
    "confirm_factor": lambda desk, theirs, own: desk.confirm_factor("000000"),
    "drop_factor": lambda desk, theirs, own: desk.drop_factor("not theirs", "000000"),
    "funnel": lambda desk, theirs, own: desk.funnel(),
    "invitations": lambda desk, theirs, own: desk.invitations(),
    "invite": lambda desk, theirs, own: desk.invite("friends"),
    "leave": lambda desk, theirs, own: desk.leave("not theirs"),
    "leave_without": lambda desk, theirs, own: desk.leave_without("not theirs"),
    "manners": lambda desk, theirs, own: desk.manners(),
    "me": lambda desk, theirs, own: desk.me(),
    "hooks": lambda desk, theirs, own: desk.hooks(),
    "new_hook": lambda desk, theirs, own: desk.new_hook("https://example.com/mine", [Event.DONE]).view,
    "new_token": lambda desk, theirs, own: desk.new_token("Mine", [Scope.READ]).view,
    "open_file": lambda desk, theirs, own: desk.open_file("hall.fountain", SCRIPT % b"Key"),
    "open_pitch": lambda desk, theirs, own: desk.open_pitch("A keeper finds a key.", series=theirs.series),
    "open_ticket": lambda desk, theirs, own: desk.open_ticket("Help", "It broke."),
    "orders": lambda desk, theirs, own: desk.orders(),
    "parcel": lambda desk, theirs, own: (unpacked(desk.parcel()), unpacked(desk.parcel(f"1/{theirs.take}", number=2))),
    "parcels": lambda desk, theirs, own: desk.parcels(),
    "plan_file": lambda desk, theirs, own: desk.plan_file("hall.fountain", SCRIPT % b"Key", CHOICES),
    "plan_pitch": lambda desk, theirs, own: desk.plan_pitch("A keeper finds a key.", CHOICES, series="S").plan,
    "plans": lambda desk, theirs, own: desk.plans(),
    "portal": lambda desk, theirs, own: desk.portal(),
    "promises": lambda desk, theirs, own: desk.promises(),
    "revoke": lambda desk, theirs, own: desk.revoke(theirs.run),
    "revoke_others": lambda desk, theirs, own: desk.revoke_others(""),
    "rename": lambda desk, theirs, own: desk.rename("Bert"),
    "sessions": lambda desk, theirs, own: desk.sessions(),
    "subscribe": lambda desk, theirs, own: desk.subscribe("pro"),
    "subscription": lambda desk, theirs, own: desk.subscription(),
    "suspend": lambda desk, theirs, own: desk.suspend("anna@example.com", "it was asked for"),
    "tickets": lambda desk, theirs, own: desk.tickets(),
    "unread_by_voices": lambda desk, theirs, own: desk.unread_by_voices("softly"),
    "unwritten": lambda desk, theirs, own: desk.unwritten("A keeper finds a key."),
    "tokens": lambda desk, theirs, own: desk.tokens(),
    "usage": lambda desk, theirs, own: desk.usage(),
    "usage_rows": lambda desk, theirs, own: desk.usage_rows(),
    "wait_for": lambda desk, theirs, own: desk.wait_for(desk.plan(own.episode, CHOICES), 2),
    "withdraw": lambda desk, theirs, own: desk.withdraw(theirs.run),
    "workers": lambda desk, theirs, own: desk.workers(),
    "writing": lambda desk, theirs, own: desk.writing("A keeper finds a key.", 30),
}

OWN |= {name: lambda desk, theirs, own, ask=ask: ask(desk.founding) for name, ask in FOUNDERS.items()}  # type: ignore[misc]


def _begun(desk: Desk, theirs: Belongings) -> Any:
    desk.begin(theirs.episode, ASKED, base=1)
    asking = desk.asking(theirs.episode)
    return asking and asking.wait(10)
