"""`benchmark`: the business plan's table as measured; with --consistency, ten scenes through an animator first."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

from rich.console import Console
from rich.prompt import Confirm
from rich.table import Table

from services.building import build_house
from services.commands.keeping import say
from services.gate.buying import Buying
from services.gate.judging import endpoint_judge
from services.gate.record import FileFindings, alone
from services.gate.rule import Came, Decision, Finding, gate
from services.gate.schedule import animator_on_trial
from services.gate.trial import METRIC, Free, Trial
from services.leaving import leave
from services.pinging import near
from services.settings import ROOT, Settings
from services.targets import Measure, Verdict, amount, bound, measured
from services.writable import check_writable
from studio.db import Database
from studio.errors import BadRequest, CalledOff
from studio.money.amount import dollars
from studio.takes.recipe import TakeKind
from studio.takes.roster import EngineCard, Roster

_CHANGED = 3  # the exit code of a trial that changes who animates


def benchmark(*, as_json: bool) -> int:
    """Print the plan's table as measured by what was made here; 3 when a target is missed."""
    settings = Settings()
    check_writable(settings.home, "STUDIO_HOME")
    db = Database(settings.database_url)
    db.migrate()
    found = measured(settings, db, Roster.load(ROOT / "data" / "crew.toml", settings.given))
    db.close()
    if as_json:
        print(json.dumps([one.model_dump(mode="json") for one in found]))  # noqa: T201  the answer itself
    else:
        _show_table(found, Console())
    return _CHANGED if any(one.verdict is Verdict.MISSED for one in found) else 0


def _show_table(found: Sequence[Measure], console: Console) -> None:
    table = Table("target", "bound", "measured", "samples", "newest", "verdict", "decision")
    for one in found:
        date = f"{one.at:%Y-%m-%d}" if one.at else ""
        figures = (bound(one.target), amount(one), str(one.samples or ""), date)
        table.add_row(one.target.title, *figures, one.verdict, one.decision)
    console.print(table)
    if doubles := [one.target.title for one in found if one.doubles]:
        console.print(f"Measured on doubles, not on the vendors: {', '.join(doubles)}.")


def at_the_terminal() -> bool:
    """Whether the person there agrees to the price; who has no terminal agreed by asking, as the schedule does."""
    asked = Console(stderr=True)  # the answer to a program goes to the other one
    return not sys.stdin.isatty() or Confirm.ask("Buy them?", default=False, console=asked)


def consistency(engine: str = "", *, as_json: bool = False, agreed: Callable[[], bool] = at_the_terminal) -> int:
    """Try an animator, by default the first that costs and is available here, and write down what was found.

    A trial that was cut off is gone on with: what it bought is found. Raises BadRequest for an engine that makes no
    clips, KeyMissing for one whose settings are not there, Conflict while another trial runs, CalledOff when its price
    was not agreed to.
    """
    settings = Settings()
    roster = Roster.load(ROOT / "data" / "crew.toml", settings.given)
    card = roster.named(engine) if engine else animator_on_trial(roster)
    if TakeKind.CLIP not in card.makes:
        raise BadRequest(f"{card.name} makes no clips", field="engine")
    record = FileFindings(settings.home / "gate.jsonl")
    with ExitStack() as after, alone(settings.home), tempfile.TemporaryDirectory(prefix="gate-") as folder:
        if card.vendor:  # once its place is free again; who was refused it leaves the machine to whoever has it
            after.callback(leave, settings, Database(settings.database_url), roster, say)
        number = 1 + sum(one.engine == card.name for one in record.all())
        trial = _trial(card, settings, number)
        if told := list(price(trial)):
            say("\n".join(told))
            if not agreed():
                raise CalledOff("nothing was bought")
        finding = trial.run(Path(folder), datetime.now(UTC), told=lambda name: say(f"shooting {name}"))
        record.keep(finding)
    if as_json:
        print(finding.model_dump_json())  # noqa: T201  the answer itself
    else:
        show(finding, Console())
    return _CHANGED if finding.decision in (Decision.PIVOT, Decision.ROLL_BACK) else 0


def price(trial: Trial) -> Iterator[str]:
    """What a trial will cost, said before anything is bought; nothing of one that costs nothing."""
    quote, rule = trial.quoted(), trial.gate.rule
    if quote.ceiling:
        count, likely, most = len(trial.gate.scene), dollars(quote.likely), dollars(quote.ceiling)
        yield f"{count} clips by {trial.card.name}: about {likely}, at most {most}."
        yield f"No further one is bought once it would come to more than {dollars(rule.cost_micros)}."


def show(finding: Finding, console: Console) -> None:
    """Print a finding with the evidence for it."""
    table = Table("scene", "consistency", "worst", "motion", "jerk", "cost", "why not")
    for one in finding.scenes:
        measured = f"{one.percent:.1f} %" if one.came is Came.SHOT else one.came
        figures = (f"{one.worst:.2f}", f"{one.motion:.0f}", f"{one.jerk:.1f}", dollars(one.cost_micros))
        table.add_row(one.scene, measured, *figures, one.reason)
    console.print(table)
    if finding.metric != METRIC:
        console.print("The GPU endpoint compared the clips, faces included.")
    if finding.doubles:
        console.print("Measured on the vendor's double, not on the vendor.")
    console.print(f"{finding.engine}: {finding.decision}. {finding.why}. {finding.then} animates.", highlight=False)


def _trial(card: EngineCard, settings: Settings, number: int) -> Trial:
    from services.offline.crew import OfflineCrew

    offline = OfflineCrew(settings.cache, settings.studio_ffmpeg)
    if not card.vendor:
        return Trial(gate=gate(), card=card, paint=offline.painter.board, shooter=Free(offline.perform), seed=number)
    house = build_house(settings)
    return Trial(
        gate=gate(),
        card=card,
        paint=offline.painter.board,
        shooter=Buying(house, card, number),
        doubles=near(card.vendor, settings),
        seed=number,
        judge=endpoint_judge(settings, house, card.name, number),
    )
