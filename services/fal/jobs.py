"""One errand at fal: taken up where it was left, looked up when in doubt, sent once, waited for, billed."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from services.doubt import in_doubt
from services.fal.answers import VENDOR
from services.fal.queue import FalQueue, Matches, Progress, Result
from services.fal.ticket import Ticket
from studio.crew import Errand
from studio.errors import Busy, Conflict, Denied, Garbled, Invalid, Unclear, Unwanted
from studio.money.usage import Usage

_GUESSED = "fal had the result no more and did not say what it billed; it is booked as it was asked for"
_LONGEST = 1800.0  # seconds of one wait; the ticket stays, and the next wait goes on with it


@dataclass(frozen=True)
class Asking:
    """What is asked of a model: the arguments are made only when they are sent, `matches` knows them in a list.

    `unit` is the price card's, of which there are `scale` in one of fal's own units; `asked` is how many of those fal
    bills where it does not say so itself; a request that is in no list after `settles` seconds was never accepted.
    """

    model: str
    arguments: Callable[[], Mapping[str, Any]]
    matches: Matches
    unit: str
    scale: int
    asked: float
    settles: float


def answered(queue: FalQueue, asking: Asking, errand: Errand) -> tuple[dict[str, Any], str]:
    """Give what the model answered, billed, and its request id. Errors: those of Remote.make."""
    ticket = _ticket(queue, asking, errand)
    try:
        said = _waited(queue, asking, errand, ticket)
        result = queue.result(ticket)
    except Denied as error:  # the key was taken away meanwhile; what it asked for is made and billed all the same
        raise Unclear(error.detail, vendor=VENDOR, operation="status", request=ticket.request, cause=error) from error
    _bill(queue, asking, errand, ticket, result)
    if result.error:
        raise result.error
    if said and not result.body:
        raise Garbled(f"fal's model failed: {said[:200]}", vendor=VENDOR, operation="result", request=ticket.request)
    return result.body, ticket.request


def _ticket(queue: FalQueue, asking: Asking, errand: Errand) -> Ticket:
    if errand.ticket:
        return Ticket.read(errand.ticket, queue.hosts.queue)
    ticket = _sought(queue, asking, errand) if errand.doubtful else None
    ticket = ticket or _sent(queue, asking, errand)
    errand.sent(ticket.text)
    return ticket


def _sent(queue: FalQueue, asking: Asking, errand: Errand) -> Ticket:
    """Send it; what got no answer is looked for, and sent once more only when it certainly never arrived."""
    arguments = asking.arguments()
    errand.check()
    try:
        return queue.submit(asking.model, arguments)
    except Unclear:
        if found := _sought(queue, asking, errand):
            return found
    return queue.submit(asking.model, arguments)


def _sought(queue: FalQueue, asking: Asking, errand: Errand) -> Ticket | None:
    """Look for it until it would be in the list if it had been accepted, for the list names what has ended.

    Unclear when it cannot be looked for.
    """
    settles = asking.settles if queue.settles is None else queue.settles
    until = queue.patience.clock() + settles
    polls = queue.polls()
    with in_doubt(VENDOR):
        while not (found := queue.find(asking.model, asking.matches)):
            if queue.patience.clock() >= until:
                return None
            errand.check()
            next(polls)
    return found


def _waited(queue: FalQueue, asking: Asking, errand: Errand, ticket: Ticket) -> str:
    """Wait until it is done; gives what the queue says went wrong, if anything."""
    until = queue.patience.clock() + _LONGEST
    polls = queue.polls()
    while not (progress := _looked(queue, asking, errand, ticket)).done:
        try:
            errand.check()
        except Conflict:
            _called_off(queue, asking, errand, ticket)
            raise
        if queue.patience.clock() >= until:
            raise Busy("fal is still at work on this", vendor=VENDOR, operation="status", request=ticket.request)
        next(polls)
    return progress.error


def _looked(queue: FalQueue, asking: Asking, errand: Errand, ticket: Ticket) -> Progress:
    """How far it is. What fal has no more ended an hour ago and is billed, unless it was called off before it began."""
    try:
        return queue.progress(ticket)
    except Invalid:
        try:
            errand.check()
        except Unwanted:  # nobody called it off
            return Progress(done=True)
        except Conflict:
            _bill(queue, asking, errand, ticket, Result({}, None, made=False))
            raise
        return Progress(done=True)


def _called_off(queue: FalQueue, asking: Asking, errand: Errand, ticket: Ticket) -> None:
    """Tell fal; what was done before it heard is billed all the same.

    What waited is gone then. A model that was at work is only asked to stop, and is paid if it does not: Busy while it
    goes on, Down and the like where fal cannot be told. The ticket is kept, and somebody looks again.
    """
    queue.cancel(ticket)
    try:
        seen = queue.progress(ticket)
    except Invalid:
        return  # fal has it no more
    if seen.done:
        _bill(queue, asking, errand, ticket, queue.result(ticket))
    elif seen.begun:
        why = "fal was told to stop, and is still at work on this"
        raise Busy(why, vendor=VENDOR, operation="cancel", request=ticket.request)


def _bill(queue: FalQueue, asking: Asking, errand: Errand, ticket: Ticket, result: Result) -> None:
    """Book what fal billed: as the result says, or the account's bills, or as asked for what was made."""
    units = result.units
    if units is None:
        units = queue.charged(ticket)
    guessed = _GUESSED if units is None and result.error else ""
    if units is None:
        units = asking.asked if result.made else 0.0
    count = math.ceil(units * asking.scale - 1e-6)
    if count:
        told = {"vendor": VENDOR, "model": asking.model, "request": ticket.request, "guessed": guessed}
        errand.billed(Usage(**told, quantities={asking.unit: count}))
