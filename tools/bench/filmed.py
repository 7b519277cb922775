"""Episodes finished or being made as far as pages can tell, written as rows and small files: nothing is made."""

from __future__ import annotations

from io import BytesIO
from uuid import uuid4

from PIL import Image
from sqlmodel import Session, select

from studio.db import now
from studio.desk.desk import Desk
from studio.people.account import OWNER
from studio.production.delivering import MASTER, POSTER
from studio.production.film import Choices, Film
from studio.production.house import House
from studio.production.names import VERSION
from studio.production.preparing import planned_film
from studio.production.run import Job, JobState, Run, RunState
from studio.production.wants import Want, resolve, wants
from studio.takes import shelf
from studio.takes.briefs import Mouth, SpeechBrief, Viseme, Word
from studio.takes.recipe import PICTURES, Recipe, TakeKind
from studio.takes.shelf import Claim, Hand, Made
from studio.takes.take import Delivery

_SCENES = (("INT. KITCHEN - NIGHT", "rain"), ("EXT. HARBOUR - DAWN", "fog"), ("INT. LIGHTHOUSE - DAY", "wind"))
_CAST = ("MARA", "TOM", "ADA")
_SAID = (
    "You kept it all these years, and never said a word.",
    "I did not know what it opened.",
    "Then why is it wet?",
    "Because the sea brings back what it is lent.",
    "Nobody has asked for that key since the storm.",
    "Somebody has. Listen.",
)
_HAND = Hand("bench")
_SECONDS = 2.4  # of every line
_MOUTHS = 30  # shapes of the mouth in it


def screenplay(title: str) -> bytes:
    """A screenplay of three people in three scenes of six lines, with moments in which nobody speaks."""
    parts = [f"Title: {title}\nAuthor: The bench\n"]
    for at, (heading, weather) in enumerate(_SCENES):
        parts.append(f"{heading}\n\nMARA, 70, and TOM, 30, wait in the {weather}. ADA, 12, looks on.\n")
        for n, said in enumerate(_SAID):
            parts.append(f"{_CAST[(at + n) % len(_CAST)]}\n{said}\n")
            if n % 3 == 2:
                parts.append("Tom walks to the window and opens it.\n")
    return "\n".join(parts).encode()


def filmed(house: House, title: str) -> str:
    """Write an episode with every take made and circled, its run and its files; gives its id."""
    desk = Desk(house, OWNER)
    episode = desk.open_file(f"{title}.fountain", screenplay(title))
    choices = Choices()
    film = planned_film(house, OWNER, episode, choices)
    with house.db.write() as session:
        run = _run(session, episode, choices, film)
        made: dict[str, Made] = {}
        for want in wants(film):
            if not want.spare:
                made[want.subject] = _take(house, session, run, film, want, made)
        run.reused, run.finished = 0, now()
        session.add(run)
        for name, subject in ((MASTER, film.master), (POSTER, _poster(made))):
            row = Delivery(episode=episode, frame=film.mark, name=name, account=OWNER, content="", size=1000)
            row.content, row.seconds = made[subject].content, 62.0 if name == MASTER else 0.0
            session.add(row)
    return episode


def under_way(house: House, title: str) -> str:
    """Write an episode as `filmed` does that is being made once more, two takes at a time, half done; gives its id."""
    episode = filmed(house, title)
    with house.db.write() as session:
        done = session.exec(select(Run).where(Run.episode == episode)).one()
        made = sorted(session.exec(select(Job).where(Job.run == done.id)), key=_turn)
        again = Run(**done.model_dump(exclude={"id", "state", "created", "finished"}), state=RunState.RUNNING)
        session.add(again)
        session.flush()
        half = len(made) // 2
        for at, job in enumerate(made):
            state = JobState.FOUND if at < half else JobState.WORKING if at < half + 2 else JobState.WAITING
            row = Job(run=again.id, subject=job.subject, account=OWNER, kind=job.kind, state=state)
            row.fingerprint = job.fingerprint if at < half else ""
            session.add(row)
    return episode


def _turn(job: Job) -> tuple[int, str]:
    """Where a job stands among those of a run: kind after kind, as they are made."""
    return list(TakeKind).index(TakeKind(job.kind)), job.subject


def _run(session: Session, episode: str, choices: Choices, film: Film) -> Run:
    row = Run(
        account=OWNER,
        episode=episode,
        target=uuid4().hex,
        frame=film.mark,
        order=choices.model_dump(mode="json"),
        version=VERSION,
        state=RunState.DONE,
    )
    session.add(row)
    session.flush()
    return row


def _take(house: House, session: Session, run: Run, film: Film, want: Want, made: dict[str, Made]) -> Made:
    """Put a file in the vault, claim and keep the take, circle it, and write down its job."""
    given = {need.role: made[need.subject] for need in want.needs}
    recipe = resolve(want, given, film, house.roster)
    if shelf.claim(session, OWNER, recipe, _HAND, ()) is Claim.MINE:  # two shots, or two episodes, may be of one recipe
        content, suffix = _file(house, want)
        measure = _speech(recipe) if want.kind is TakeKind.SPEECH else {}
        shelf.keep(
            session, OWNER, recipe, _HAND, content=content, suffix=suffix, size=1000, took_ms=900, measure=measure
        )
    shelf.circle(session, OWNER, run.episode, want.subject, recipe.fingerprint)
    job = Job(run=run.id, subject=want.subject, account=OWNER, kind=want.kind, state=JobState.MADE)
    job.fingerprint = recipe.fingerprint
    session.add(job)
    return shelf.by_fingerprint(session, OWNER, [recipe.fingerprint])[recipe.fingerprint]


def _file(house: House, want: Want) -> tuple[str, str]:
    """A small picture, or bytes that stand for a sound or a film."""
    house.scratch.mkdir(parents=True, exist_ok=True)
    file, data = house.scratch / uuid4().hex, want.subject.encode()
    if want.kind in PICTURES:
        tint = sum(data) % 200
        picture = BytesIO()
        Image.new("RGB", (640, 360), (tint, 90, 200 - tint)).save(picture, "png")
        data = picture.getvalue() + data  # what follows a PNG's end is not looked at
    file.write_bytes(data)
    suffix = ".png" if want.kind in PICTURES else ".wav" if want.kind in (TakeKind.SPEECH, TakeKind.MUSIC) else ".mp4"
    return house.vault.put(file, move=True), suffix


def _speech(recipe: Recipe) -> dict[str, object]:
    """What a voice engine measures of a line."""
    words = SpeechBrief.model_validate(recipe.brief).text.split()
    step, mouths = _SECONDS / len(words), tuple(Mouth)
    said = [Word(text=word, start=n * step, end=(n + 1) * step) for n, word in enumerate(words)]
    shapes = [Viseme(at=n * _SECONDS / _MOUTHS, mouth=mouths[n % len(mouths)]) for n in range(_MOUTHS)]
    return {
        "seconds": _SECONDS,
        "samples": round(_SECONDS * 48_000),
        "audible": True,
        "why": "",
        "words": [one.model_dump(mode="json") for one in said],
        "visemes": [one.model_dump(mode="json") for one in shapes],
    }


def _poster(made: dict[str, Made]) -> str:
    return next(subject for subject in made if subject.startswith("poster:"))
