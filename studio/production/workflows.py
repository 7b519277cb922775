"""The durable workflows: one run, and one take of it. They survive whatever stops a worker.

A run's workflow only decides and waits; every take is a workflow of its own on the takes' queue, so any number of
workers share them. Steps run at least once: what they do is keyed by the take's fingerprint.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Any

from dbos import DBOS, SetWorkflowID
from sqlalchemy.exc import DatabaseError

from studio.errors import StorageError, StudioError
from studio.production import completions
from studio.production.completions import Completions, Ended
from studio.production.finishing import finish
from studio.production.flow import Flow
from studio.production.house import House
from studio.production.making import make
from studio.production.names import MAKE, PRODUCE, queue_at
from studio.production.papers import Papers
from studio.production.patience import outlasting
from studio.production.preparing import prepare
from studio.production.queues import ended_of, turn_at
from studio.production.recalling import recall
from studio.production.rehearsing import rehearse
from studio.production.run import JobState, Run
from studio.production.runs import film_of, set_jobs
from studio.production.turns import ranks, turn
from studio.production.wants import SCRIPT, wants
from studio.takes.recipe import fingerprint

_SETTLED = 0.05  # seconds after a take was made until it is off its queue
_SELDOM, _AT_VENDORS = 0.3, 3.0  # seconds between looks for what peers made, and where all of it is made at vendors
_ROOM = 48  # takes on a vendor's queue, and on our own, at once: enough for many workers, few enough to look at

_house: House | None = None
_give_up: Callable[[Exception], None] | None = None
_changed: Callable[[str, float], object] | None = None
_ended: Callable[[], object] = str


def work_in(
    house: House,
    give_up: Callable[[Exception], None],
    changed: Callable[[str, float], object],
    ended: Callable[[], object],
) -> None:
    """Say which house this process's workflows work in; they are found by name, so it is set once per worker.

    `give_up` is told when the database cannot be written: whatever was running is lost to this worker then. `changed`
    is told of every queue onto which something is put, or has room for more after so many seconds, `ended` of every run
    that has ended.
    """
    global _house, _give_up, _changed, _ended
    _house, _give_up, _changed, _ended = house, give_up, changed, ended


def _note_change(queue: str, after: float = 0.0) -> None:
    if _changed:
        _changed(queue, after)


def _here() -> House:
    if _house is None:
        raise RuntimeError("no worker was started in this process")
    return _house


@contextmanager
def _noticed() -> Iterator[None]:
    """Have the worker give up when the durable workflows cannot write down what they did."""
    try:
        yield
    except (StorageError, DatabaseError) as error:
        if _give_up:
            _give_up(error)
        raise


@DBOS.step(name="prepare")
def _prepare(run: str) -> dict[str, Any]:
    try:
        return outlasting(_here(), run, lambda: prepare(_here(), run))
    except StorageError:
        raise
    except StudioError as error:
        return {"error": f"{type(error).__name__}: {error}"}


@DBOS.step(name="make")
def _make(run: str, subject: str, given: dict[str, str], waited: float) -> dict[str, Any]:
    outcome = make(_here(), run, subject, given, DBOS.executor_id, waited)
    if outcome.state is JobState.CANCELLED:
        recall(_here(), run, subject, DBOS.executor_id)
    return outcome.as_json()


@DBOS.step(name="first")
def _first(ended: Completions, awaited: tuple[str, ...], rarest: float) -> Ended:
    """Whichever of the takes under way ends first, with what came of it; peers' are looked for that often."""
    return ended.first(awaited, lambda: [(one, _result(one)) for one in ended_of(_here().db, awaited)], rarest)


def _result(ident: str) -> dict[str, Any]:
    outcome: dict[str, Any] = DBOS.retrieve_workflow(ident, existing_workflow=False).get_result()
    return outcome


@DBOS.step(name="note_blocked")
def _note_blocked(run: str, subjects: list[str]) -> None:
    with _here().db.write() as session:
        set_jobs(session, run, subjects, JobState.BLOCKED)


@DBOS.step(name="finish")
def _finish(run: str, error: str, done: dict[str, str], papers: Papers | None = None) -> str:
    """Deliver the film if its master is among the run's takes, and close the run; gives the state it ended in."""
    state = finish(_here(), run, error, done, papers)
    _ended()
    return state.value


@DBOS.workflow(name=MAKE)
def make_take(run: str, subject: str, given: dict[str, str], waited: float = 0.0, vendor: str = "") -> dict[str, Any]:
    """Make one take of a run, on the queue of this vendor, for which it has waited for so many seconds."""
    try:
        with _noticed():
            outcome = _make(run, subject, given, waited)
    finally:
        _note_change(queue_at(vendor), _SETTLED)
    completions.tell(run, str(DBOS.workflow_id), outcome)
    return outcome


@DBOS.workflow(name=PRODUCE)
def produce(run: str) -> str:
    """Produce an episode: have its script written, prepare its plan, make every take, deliver the files."""
    with _noticed():
        return _produce(run)


def _produce(run: str) -> str:
    prepared = _prepare(run)
    if vendor := prepared.get("writer"):
        written = _write(run, vendor)
        prepared = _prepare(run) if written["fingerprint"] else {"error": written["error"]}
    if "error" in prepared:
        return _finish(run, prepared["error"], {})
    film = film_of(_here(), run)
    flow = Flow(wants(film), prepared["kept"], prepared["to_make"])
    rehearse(_here(), run, film, prepared["kept"], prepared["to_make"])
    papers = Papers(_here(), run, film, prepared["to_make"])
    _make_all(run, flow, papers)
    if flow.blocked:
        _note_blocked(run, sorted(flow.blocked))
    return _finish(run, "", flow.done, papers)


def _write(run: str, vendor: str) -> dict[str, Any]:
    """Have the screenplay of a run made on the queue of its writer's vendor; gives what came of it."""
    with _here().db.read() as session:
        hands = _Hands(session.get_one(Run, run), {})
    hands.give(_Handed(SCRIPT, {}, vendor))
    while True:
        handed, outcome = hands.first()
        if not _given_on(hands, handed, outcome):
            return outcome


def _make_all(run: str, flow: Flow, papers: Papers) -> None:
    """Hand out takes as they become possible until nothing is left; the order is replayed after a crash."""
    with _here().db.read() as session:
        row = session.get_one(Run, run)
    film = film_of(_here(), run)
    hands = _Hands(row, ranks(film))
    vendors = {one.subject: film.card(_here().roster, one.kind, one.subject).vendor for one in wants(film)}
    while flow.busy:
        if not row.part:
            papers.look(flow.done)
        for subject, given in flow.ready(_ROOM, vendors, hands.at()):
            hands.give(_Handed(subject, given, vendors[subject]))
        if not hands.full:
            continue
        handed, outcome = hands.first()
        if _given_on(hands, handed, outcome):
            continue
        if outcome["state"] == JobState.CANCELLED:
            flow.stop()
        flow.finish(handed.subject, outcome["fingerprint"] or None)


def _given_on(hands: _Hands, handed: _Handed, outcome: Mapping[str, Any]) -> bool:
    """Give a take that has not ended out again: to whoever takes over, or to the same when its wait is over."""
    house = _here()
    if other := outcome["engine"]:  # on their vendor's queue
        vendor = house.roster.named(other).vendor
        hands.give(replace(handed, vendor=vendor, times=handed.times + 1, waited=0.0))
    elif wait := outcome.get("wait"):  # it holds no worker's place and none of its vendor's meanwhile
        again = replace(handed, times=handed.times + 1, waited=handed.waited + outcome.get("spent", 0.0) + wait)
        hands.give(again, wait / house.waits.haste)
    else:
        return False
    return True


@dataclass(frozen=True)
class _Handed:
    """A take that is made elsewhere: from what, at which vendor, how often it was handed on, and how long it waited."""

    subject: str
    given: dict[str, str]
    vendor: str
    times: int = 0
    waited: float = 0.0  # seconds, for this vendor


class _Hands:
    """The takes of a run that are being made."""

    def __init__(self, run: Run, ranks: Mapping[str, int]) -> None:
        self._run, self._account, self._turn, self._ranks = run.id, run.account, turn(run), ranks
        self._handed: dict[str, _Handed] = {}
        self._ended = Completions(run.id)

    @property
    def full(self) -> bool:
        """Whether there are any."""
        return bool(self._handed)

    def at(self) -> Counter[str]:
        """How many there are at each vendor: what waits for one leaves room for what another makes."""
        return Counter(handed.vendor for handed in self._handed.values())

    def give(self, handed: _Handed, after: float = 0.0) -> None:
        """Put a take on the queue of its vendor, where it comes up after so many seconds."""
        ident = f"{self._run}:{fingerprint(handed.subject)[:16]}" + (f":{handed.times}" if handed.times else "")
        asked = (self._run, handed.subject, handed.given, handed.waited, handed.vendor)
        priority = self._turn + self._ranks.get(handed.subject, 0)
        queue = queue_at(handed.vendor)
        with SetWorkflowID(ident), turn_at(self._account, priority, after):
            DBOS.enqueue_workflow(queue, make_take, *asked)
        self._handed[ident] = handed
        if not after:
            _note_change(queue)

    def first(self) -> tuple[_Handed, dict[str, Any]]:
        """Wait for whichever ends first; gives it with what came of it."""
        at_vendors = all(one.vendor for one in self._handed.values())
        ident, outcome = _first(self._ended, tuple(self._handed), rarest=_AT_VENDORS if at_vendors else _SELDOM)
        return self._handed.pop(ident), outcome
