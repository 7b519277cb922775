"""Ends machines that have nothing to do, by samples, and lists those of ours that nobody knows of.

A machine is ended only when all of it is certain: ours by name, running, not locked, past its loading, without a job
of ours, and idle in enough samples that follow each other closely. Whatever is not known counts as busy.
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Sequence
from enum import StrEnum
from typing import Protocol

from services.gpu.hosts import Hosts
from services.gpu.machine import Condition, Machine
from services.gpu.sheet import Machines
from studio.errors import VendorError
from studio.story.noun import Noun

log = logging.getLogger(__name__)


class Sample(Noun):
    """A machine at one moment (seconds of the wall clock): busy, idle, or None when it did not say."""

    at: float
    busy: bool | None


class MachineTable(Protocol):
    """What the studio's table knows of the machines it rented."""

    def known(self) -> Collection[tuple[str, str]]:
        """Host and id of every machine it started and did not end."""
        ...

    def working(self, machine: Machine) -> bool:
        """Whether a job of ours runs there, by our own rows."""
        ...

    def seen(self, machines: Sequence[Machine], hosts: Collection[str], at: float) -> None:
        """These hosts said that these machines of ours are there now, and no others of theirs."""
        ...

    def add(self, machine: Machine, sample: Sample) -> None:
        """Keep a sample, so that the next process goes on with it."""
        ...

    def samples(self, machine: Machine) -> Sequence[Sample]:
        """What was kept, oldest first; the last quarter of an hour is enough."""
        ...

    def ended(self, machine: Machine, at: float) -> None:
        """The machine was given back for having nothing to do."""
        ...


class Verdict(StrEnum):
    """Whether a machine may go, and if not, why."""

    END = "it had nothing to do"
    FOREIGN = "it is not ours"
    LOCKED = "it is locked"
    NOT_RUNNING = "it does not run"
    LOADING = "it may still be loading"
    WORKING = "a job of ours runs there"
    UNSURE = "it was not seen idle for long enough"


def judged(machine: Machine, samples: Sequence[Sample], now: float, rule: Machines, *, working: bool) -> Verdict:
    """Say whether a machine has been idle for the rule's time, by samples, oldest first."""
    uptime = machine.load.uptime
    reasons = (
        (not machine.name.startswith(rule.prefix), Verdict.FOREIGN),
        (machine.locked, Verdict.LOCKED),
        (machine.condition is not Condition.RUNNING, Verdict.NOT_RUNNING),
        (uptime is None or uptime <= rule.idle.grace, Verdict.LOADING),
        (working, Verdict.WORKING),
    )
    for holds, why in reasons:
        if holds:
            return why
    quiet = _quiet(samples, now, rule.idle.gap)
    long = quiet and now - quiet[-1].at > rule.idle.after
    return Verdict.END if long and len(quiet) >= rule.idle.samples else Verdict.UNSURE


def sampled(machine: Machine, now: float, rule: Machines) -> Sample:
    """What a machine says of itself now; without both figures nothing is known."""
    gpu, cpu = machine.load.gpu, machine.load.cpu
    if machine.condition is not Condition.RUNNING or gpu is None or cpu is None:
        return Sample(at=now, busy=None)
    return Sample(at=now, busy=gpu >= rule.idle.gpu or cpu >= rule.idle.cpu)


class IdleWatch:
    """Looks at all machines each half minute or so; `look` is one such look."""

    def __init__(self, hosts: Hosts, table: MachineTable, rule: Machines) -> None:
        """The rule is data/gpu.toml's."""
        self._hosts, self._table, self._rule = hosts, table, rule

    def look(self, now: float) -> list[Machine]:
        """Take a sample of every machine and end those that are idle; gives the ended. Silent hosts are left alone."""
        machines, silent = self._hosts.machines()
        for host, error in silent.items():
            log.warning("machines.silent host=%s why=%s", host, error.code)
        self._table.seen(machines, {host.name for host in self._hosts.hosts} - set(silent), now)
        return [machine for machine in machines if self._ended(machine, now)]

    def leaks(self) -> list[Machine]:
        """Machines that carry our name and that our table does not know: somebody pays for them."""
        known = set(self._table.known())
        return [one for one in self._hosts.machines()[0] if (one.host, one.id) not in known]

    def _ended(self, machine: Machine, now: float) -> bool:
        working = self._table.working(machine)
        seen = sampled(machine, now, self._rule)
        self._table.add(machine, seen.model_copy(update={"busy": True}) if working else seen)
        verdict = judged(machine, self._table.samples(machine), now, self._rule, working=working)
        if verdict is not Verdict.END:
            return False
        try:
            self._hosts.end(machine)
        except VendorError as error:
            log.warning("machines.not_ended host=%s machine=%s why=%s", machine.host, machine.id, error.code)
            return False
        self._table.ended(machine, now)
        return True


def _quiet(samples: Sequence[Sample], now: float, gap: float) -> list[Sample]:
    """The idle samples up to now, newest first, none of them further than `gap` from the next."""
    quiet: list[Sample] = []
    after = now
    for sample in reversed(samples):
        if sample.busy is not False or after - sample.at > gap:
            break
        quiet.append(sample)
        after = sample.at
    return quiet
