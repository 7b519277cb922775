"""Deliver a film of 300 pages whose takes are there already, a few bytes each: `python -m tests.journeys.long_film`."""

from __future__ import annotations

import io
import json
import sys
from hashlib import sha256
from pathlib import Path

from PIL import Image
from sqlalchemy import insert

from studio.people.account import OWNER
from studio.production.delivering import deliver
from studio.production.house import House
from studio.production.run import Run, RunState
from studio.production.runs import film_of
from studio.story.breaking import break_down
from studio.story.episode import Revision
from studio.story.fountain import read_fountain
from studio.takes.recipe import TakeKind
from studio.takes.take import Take, TakeState
from tests.web import rows

SAID = ("Who left the lamp on, and why?", "Nobody. It never went out.", "I never had the key.")
FOREIGN = "أين المفتاح يا سارة؟"
SUFFIXES = {"speech": ".wav", "board": ".jpg", "shot": ".mp4", "music": ".wav", "master": ".mp4"}


def script(scenes: int, lines: int) -> str:
    """A screenplay of so many scenes with so many lines each, the last of them in Arabic."""
    told = []
    for scene in range(scenes):
        told.append(f"INT. ROOM {scene} - NIGHT\n\nThe lamp swings.\n")
        told += [f"{('ADA', 'BEN')[n % 2]}\n{scene}.{n}: {SAID[n % len(SAID)]}\n" for n in range(1, lines)]
        told.append(f"@سارة\n{FOREIGN}\n")
    return "\n".join(told)


def filmed(house: House, fountain: str) -> tuple[str, dict[str, str]]:
    """A run of this screenplay with every take made; gives its id and the takes by subject."""
    run, breakdown = rows.run(house, rows.episode(house), RunState.RUNNING), break_down(read_fountain(fountain), seed=0)
    with house.db.write() as session:
        row = session.get_one(Run, run)
        revision = Revision(account=OWNER, episode=row.episode, number=1, fountain=fountain)
        revision.breakdown = breakdown.model_dump_json()
        session.add(revision)
        row.revision = revision.id
    film = film_of(house, run)
    subjects = [film.master, *(f"speech:{line.id}" for line in breakdown.lines)]
    subjects += [f"music:{mood}" for mood in sorted({scene.setting.mood for scene in breakdown.scenes})]
    for shot in breakdown.shots:
        subjects += [f"shot:{shot.id}@{film.mark}", f"board:{shot.id}@{film.frame.width}x{film.frame.height}"]
    contents = {kind: _kept(house, kind) for kind in SUFFIXES}
    with house.db.write() as session:
        session.execute(insert(Take), [_take(subject, contents) for subject in subjects])
    return run, {subject: _fingerprint(subject) for subject in subjects}


def _kept(house: House, kind: str) -> str:
    data = io.BytesIO(kind.encode())
    if kind == "board":
        Image.new("RGB", (640, 360), "#445566").save(data, "JPEG")
    file = house.scratch / f"one{SUFFIXES[kind]}"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(data.getvalue())
    return house.vault.put(file, move=True)


def _fingerprint(subject: str) -> str:
    return sha256(subject.encode()).hexdigest()


def _take(subject: str, contents: dict[str, str]) -> dict[str, object]:
    kind = subject.partition(":")[0]
    found = {"account": OWNER, "fingerprint": _fingerprint(subject), "essence": "", "engine": "stub", "recipe": {}}
    found |= {"kind": TakeKind(kind), "state": TakeState.MADE, "content": contents[kind], "suffix": SUFFIXES[kind]}
    return found | {"measure": {"seconds": 1.5, "samples": 72_000, "words": []} if kind == "speech" else {}}


def main(home: Path) -> None:
    """Deliver, and say how many lines and shots there were."""
    house = rows.house_at(home)
    run, done = filmed(house, script(287, 7))
    assert deliver(house, run, done)
    told = film_of(house, run).breakdown
    sys.stdout.write(json.dumps({"lines": len(told.lines), "shots": len(told.shots)}))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
