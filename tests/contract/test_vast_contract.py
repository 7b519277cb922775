"""Vast.ai: what our client sends and what the double answers, against the vendor's own description.

The description writes its paths without the stroke at their end, which the service wants.
"""

from __future__ import annotations

from services.gpu.machine import Wanted
from services.gpu.sheet import sheet
from services.gpu.vast import Vast
from services.guard import Line, Manners
from tests.contract.overheard import Description, overheard
from tests.doubles.server import Fault, Schedule
from tests.doubles.vast import VastDouble
from tests.services.clock import Clock

RULE = sheet().machines


def test_machines_keep_the_vendors_description() -> None:
    description = Description("vast.openapi.2026-08-07.yaml")
    double = VastDouble(Schedule({"rent": [Fault.EXPIRED], "list": [Fault.BUSY]}))
    clock = Clock()
    line = Line(Manners(name="vast", hosts=(), trips=50), clock.patience)
    with overheard(double.app) as (base, heard):
        vast = Vast("vast_double", base, RULE.host[1], RULE, to=line, patience=clock.patience)
        assert vast.credit() == 12.5
        made = vast.start(Wanted(name="trashfire-1", image="trashfire/gpu-endpoint:1", env={"TOKEN": "t"}))
        double.run(int(made.id), 20.0)
        vast.machines()
        vast.end(made.id)
        vast.end(made.id)
        vast.close()
    plain = [one for one in heard if one.media == "text/plain"]
    assert [one.status for one in plain] == [429]  # as the service words it, not as the description does
    assert {one.status for one in heard} == {200, 404, 410, 429}
    for one in heard:
        assert one.path.endswith("/")
        if one not in plain:
            description.check(one, one.path.removesuffix("/"))
