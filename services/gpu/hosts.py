"""Where the next machine is rented: hosts in their order, the next one when one is full or had nothing for a while."""

from __future__ import annotations

from collections.abc import Sequence

from services.gpu.machine import Condition, Host, Machine, Wanted
from services.gpu.sheet import Machines
from services.retry import PATIENCE, Patience
from studio.errors import Busy, Denied, Down, KeyMissing, VendorError

_AGAIN = 30.0  # seconds until it is worth asking once more
_HERE = (Condition.COMING, Condition.RUNNING)


class Hosts:
    """All vendors of machines, as data/gpu.toml orders them. What was not to be had is remembered by this object."""

    def __init__(self, hosts: Sequence[Host], rule: Machines, *, patience: Patience = PATIENCE) -> None:
        """`hosts` are those with a key; the order and the limits are the rule's."""
        places = {host.name: place for place, host in enumerate(rule.host)}
        self.hosts = sorted(hosts, key=lambda host: places[host.name])
        self._most = {host.name: host.most for host in rule.host}
        self._rule, self._patience = rule, patience
        self._since: dict[str, float] = {}

    def start(self, wanted: Wanted) -> Machine:
        """Rent a machine at the first host that has less than its share of ours and can give one.

        A host that has nothing is waited for (Busy) until it had nothing for the rule's `patience`; then the next is
        asked, and it is asked first again by whoever comes later. Without a host: KeyMissing.
        """
        if not self.hosts:
            raise KeyMissing("no host of machines has its key: RUNPOD_API_KEY or VAST_API_KEY", operation="start")
        last: VendorError = Busy("every host has as many machines of ours as it may", operation="start")
        for host in self.hosts:
            try:
                if self._full(host, wanted.name):
                    continue
                made = host.start(wanted)
            except Denied as error:
                last = error
            except (Busy, Down) as error:
                last = self._waited(host, error)
            else:
                self._since.pop(host.name, None)
                return made
        raise last

    def machines(self) -> tuple[list[Machine], dict[str, VendorError]]:
        """Ours at every host, and which hosts did not say and why."""
        found: list[Machine] = []
        silent: dict[str, VendorError] = {}
        for host in self.hosts:
            try:
                found += host.machines()
            except VendorError as error:
                silent[host.name] = error
        return found, silent

    def end(self, machine: Machine) -> None:
        """Give a machine back."""
        next(host for host in self.hosts if host.name == machine.host).end(machine.id)

    def close(self) -> None:
        """Give the connections back."""
        for host in self.hosts:
            host.close()

    def _full(self, host: Host, name: str) -> bool:
        others = [one for one in host.machines() if one.condition in _HERE and one.name != name]
        return len(others) >= self._most[host.name]

    def _waited(self, host: Host, error: VendorError) -> VendorError:
        """Wait for a host that has nothing, not for ever: the error is raised until its time is up."""
        now = self._patience.clock()
        if now - self._since.setdefault(host.name, now) < self._rule.patience:
            later = Busy(f"{host.name} has no machine now", vendor=host.name, operation="start", cause=error)
            later.after = _AGAIN
            raise later from error
        return error
