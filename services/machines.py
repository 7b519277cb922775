"""Machines that are rented whole: the hosts whose keys are set, and the one that is rented for our own engines."""

from __future__ import annotations

import hashlib

from services.gpu.hosts import Hosts
from services.gpu.jobs import Jobs
from services.gpu.machine import Wanted
from services.gpu.pods import Pods
from services.gpu.renting import RentalBook, RentedJobs, Renting
from services.gpu.sheet import sheet
from services.gpu.vast import Vast
from services.guard import Line
from services.retry import PATIENCE, Patience
from services.settings import Settings


def hosts(settings: Settings, patience: Patience = PATIENCE) -> Hosts:
    """Every host of machines whose key is set, in the order of data/gpu.toml."""
    rule = sheet().machines
    at = {host.name: host for host in rule.host}
    runpod, vast = settings.runpod_api_key.get_secret_value(), settings.vast_api_key.get_secret_value()
    found: list[Pods | Vast] = []
    if runpod:
        found.append(Pods(runpod, settings.runpod_mgmt_base_url, at["runpod"], rule, patience=patience))
    if vast:
        found.append(Vast(vast, settings.vast_base_url, at["vast"], rule, patience=patience))
    return Hosts(found, rule, patience=patience)


def token(settings: Settings) -> str:
    """What our machine is to be asked with: every worker knows it, and no vendor's key leaves for a rented machine."""
    keys = (settings.runpod_api_key, settings.vast_api_key)
    return hashlib.sha256("/".join(("machine", *(key.get_secret_value() for key in keys))).encode()).hexdigest()


def renting(settings: Settings, book: RentalBook, *, name: str = "", image: str = "") -> Renting:
    """How a machine is rented: the one of our own engines, or one of another name and image."""
    rule = sheet().machines
    env = {} if image else {"ENDPOINT_TOKEN": token(settings)}
    wanted = Wanted(name=f"{rule.prefix}{name}" if name else rule.on_demand, image=image or rule.image, env=env)
    return Renting(hosts(settings), wanted, rule, book)


def rented_jobs(settings: Settings, way: Renting, endpoint: str, to: Line) -> RentedJobs:
    """The jobs of an endpoint on that machine."""
    return RentedJobs(way, endpoint, lambda address: Jobs(token(settings), "", address, to=to))
