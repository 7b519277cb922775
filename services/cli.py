"""The command line, at the same desk as the pages.

Exit codes: 0 done, 2 bad input, 3 done with failed takes or a missed target, 1 otherwise.
"""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from services.loading import loading
from services.logbook import open_logbook, reference
from services.notices import accident, sentence
from services.settings import Settings
from studio.errors import Refused, StudioError
from studio.takes.frame import Aspect, Quality

app = typer.Typer(
    name="studio",
    help="TrashFire Studio: a pitch or a screenplay becomes an episode.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

_INTERRUPTED = 130  # what Typer makes of ^C

Source = Annotated[str, typer.Argument(help="A pitch in quotes, or a .fountain, .fdx, .txt or .md file.")]
TitleOption = Annotated[str, typer.Option(help="The episode's title.")]
AspectOption = Annotated[Aspect, typer.Option(help="The picture's shape.")]
QualityOption = Annotated[Quality, typer.Option(help="low is 720p at 24 frames a second, high is 1080p at 30.")]
SeedOption = Annotated[int, typer.Option(help="Another number, another story from the same pitch.")]
LengthOption = Annotated[int, typer.Option(help="Seconds a pitch should become.")]
SeriesOption = Annotated[str, typer.Option(help="A series: its episodes share looks and voices by name.")]
BurnOption = Annotated[str, typer.Option(help="Burn captions in: plain or karaoke.")]
KeepOption = Annotated[bool, typer.Option("--keep-stale", help="Remake only what is missing.")]
NamesOption = Annotated[bool, typer.Option("--names", help="Introduce everybody with a lower third.")]
MusicOption = Annotated[bool, typer.Option("--music/--no-music", help="A bed under the scenes.")]
CrewOption = Annotated[
    str,
    typer.Option(
        help="Who makes it: offline, cloud, or role=engine,... such as writer=groq,painter=offline; with switch, "
        "another engine may take over from one that cannot be had."
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="The last line on stdout is one JSON object.")]


@app.callback()
def write_down() -> None:
    """Keep the log out of the terminal, whatever the command."""
    open_logbook((told := Settings()).log, told.secrets, aloud=told.studio_log_aloud)


@app.command()
def draft(
    source: Source,
    out: Annotated[Path, typer.Option(help="The folder the files are written to.")],
    title: TitleOption = "",
    aspect: AspectOption = Aspect.WIDE,
    quality: QualityOption = Quality.LOW,
    seed: SeedOption = 0,
    length: LengthOption = 90,
    series: SeriesOption = "",
    burn: BurnOption = "",
    names: NamesOption = False,
    music: MusicOption = True,
    keep_stale: KeepOption = False,
    crew: CrewOption = "",
    as_json: JsonOption = False,
) -> None:
    """Make an episode: master, captions, screenplay, edit lists, storyboard and poster."""
    from services.heap import share_heap
    from services.pool import start_server

    share_heap()  # ten megabytes less
    start_server()  # it loads the engines while this process loads the rest
    with loading():
        from services.commands.draft import draft as run
        from services.commands.sources import Asked, choices

    asked = Asked(source, title, seed, length, series, crew)
    chosen = partial(choices, aspect, quality, burn, names=names, music=music, keep_stale=keep_stale)
    raise typer.Exit(run(asked, chosen, out, as_json=as_json))


@app.command()
def plan(
    source: Source,
    title: TitleOption = "",
    aspect: AspectOption = Aspect.WIDE,
    quality: QualityOption = Quality.LOW,
    seed: SeedOption = 0,
    length: LengthOption = 90,
    series: SeriesOption = "",
    burn: BurnOption = "",
    names: NamesOption = False,
    music: MusicOption = True,
    keep_stale: KeepOption = False,
    crew: CrewOption = "",
    as_json: JsonOption = False,
) -> None:
    """Say what would be made, reused or left stale, with price and time; makes nothing."""
    from services.commands.plan import plan as run
    from services.commands.sources import Asked, choices

    asked = Asked(source, title, seed, length, series, crew)
    run(asked, choices(aspect, quality, burn, names=names, music=music, keep_stale=keep_stale), as_json=as_json)


@app.command()
def assemble(
    clips_dir: Annotated[Path, typer.Argument(help="A folder of clips; they are cut in the order of their names.")],
    out: Annotated[Path, typer.Option(help="The film to write, .mp4.")],
    voice: Annotated[Path | None, typer.Option(help="A recording laid over the whole film.")] = None,
    captions: Annotated[Path | None, typer.Option(help="An .srt file, burnt in.")] = None,
    music: Annotated[Path | None, typer.Option(help="Music, looped or trimmed, ducked under the voice.")] = None,
    aspect: AspectOption = Aspect.WIDE,
    quality: QualityOption = Quality.LOW,
    as_json: JsonOption = False,
) -> None:
    """Make a finished cut from clips you already have."""
    from services.commands.assemble import assemble as run

    run(clips_dir, out, voice=voice, captions=captions, music=music, aspect=aspect, quality=quality, as_json=as_json)


@app.command()
def worker() -> None:
    """Work on productions until stopped."""
    from services.commands.serve import worker as run

    run()


@app.command()
def web() -> None:
    """Serve the pages; a worker must run beside it."""
    from services.commands.serve import web as run

    raise typer.Exit(run())


@app.command()
def up() -> None:
    """Serve the pages and work on productions: the whole studio."""
    from services.commands.serve import up as run

    raise typer.Exit(run())


@app.command()
def api() -> None:
    """Serve the platform API alone; a worker must run beside it."""
    from services.commands.platform import serve as run

    run()


@app.command()
def token(
    name: Annotated[str, typer.Argument(help="What to call a new token; without one, tokens are listed.")] = "",
    scope: Annotated[list[str] | None, typer.Option(help="What it may: read, write, spend, hooks, screen.")] = None,
    days: Annotated[int, typer.Option(help="How long it holds; 0 until it is revoked.")] = 365,
    revoke: Annotated[str, typer.Option(help="Let nobody in any more with the token of this id.")] = "",
) -> None:
    """Make a token for a program of yours, list those that hold, or revoke one."""
    from services.commands.platform import token as run

    run(name, scope or ["read", "write"], days=days, revoke=revoke)


@app.command()
def bucket() -> None:
    """Make the bucket of a hosted studio's vault, unless it is there."""
    from services.commands.bucket import bucket as run

    typer.echo(run())


@app.command()
def schema() -> None:
    """Bring a hosted studio's database to the newest schema as its owner, and lend its rows to who serves and works."""
    from services.commands.schema import schema as run

    typer.echo(run())


@app.command()
def prices(as_json: JsonOption = False) -> None:
    """Print the price cards, each with its worked examples."""
    from services.commands.prices import prices as run

    run(as_json=as_json)


@app.command()
def status(
    episode: Annotated[str, typer.Argument(help="An episode's id; without one, all are listed.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Say how far episodes are."""
    from services.commands.status import status as run

    run(episode, as_json=as_json)


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """Say what is installed, which keys are set, and which engines are available or why not."""
    from services.commands.doctor import doctor as run

    raise typer.Exit(run(as_json=as_json))


@app.command()
def benchmark(
    consistency: Annotated[
        bool, typer.Option("--consistency", help="Shoot ten scenes first; a vendor's cost.")
    ] = False,
    engine: Annotated[str, typer.Option(help="The animator that is tried; else the first that costs.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Hold what was measured against the business plan's table; exit code 3 when a target is missed."""
    from services.commands import benchmark as run

    raise typer.Exit(run.consistency(engine, as_json=as_json) if consistency else run.benchmark(as_json=as_json))


@app.command()
def machines(
    rent: Annotated[str, typer.Option(help="Rent a machine of this name and wait until it answers.")] = "",
    image: Annotated[str, typer.Option(help="What runs on it; else the image of our own engines.")] = "",
    end: Annotated[str, typer.Option(help="Give the machine of this name or id back.")] = "",
    as_json: JsonOption = False,
) -> None:
    """List rented machines, rent one at the first host that has a card, or give one back."""
    from services.commands.machines import machines as run

    run(rent=rent, image=image, end=end, as_json=as_json)


@app.command()
def founder(
    email: Annotated[str, typer.Argument(help="The address somebody signs in with.")],
    name: Annotated[str, typer.Option(help="What to call them, where the account is new.")] = "",
    ask: Annotated[bool, typer.Option("--ask", help="Ask for the password here; else a link is mailed.")] = False,
    dismiss: Annotated[bool, typer.Option("--dismiss", help="Make a founder a creator again.")] = False,
    forget: Annotated[bool, typer.Option("--forget-app", help="Ask for codes of a lost app no more.")] = False,
) -> None:
    """Make somebody a founder of this studio, with an account where there is none yet."""
    from services.commands.founder import founder as run

    run(email, name=name, ask=ask, dismiss=dismiss, forget=forget)


@app.command()
def collect(
    delete: Annotated[bool, typer.Option("--delete", help="Remove it; without this it is only listed.")] = False,
    paid: Annotated[bool, typer.Option("--paid", help="With takes that were paid for; they stay otherwise.")] = False,
) -> None:
    """Find bytes in the vault that no circled take, delivery or run needs any more."""
    from services.commands.collect import collect as run

    run(delete=delete, paid=paid)


def main() -> None:
    """Run a command; errors become a sentence on stderr and an exit code, ^C ends at once.

    An error nobody foresaw is written into the logbook; a command that has none shows its traceback.
    """
    try:
        app()
    except StudioError as error:
        _end(sentence(error), 2 if isinstance(error, Refused) else 1)
    except SystemExit as ended:
        if ended.code == _INTERRUPTED:
            _end("Stopped. Nothing already made is lost; the same command goes on from here.", 1)
        _leave(ended.code if isinstance(ended.code, int) else 0)
    except Exception as error:
        if found := reference(error):
            _end(accident(found), 1)
        raise


def _end(said: str, code: int) -> NoReturn:
    """Say a last sentence and end."""
    typer.secho(said, fg="red", bold=True, err=True)
    _leave(code)


def _leave(code: int) -> NoReturn:
    """End without waiting for engines at work and threads of others' runs; their processes end with this one."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
