"""What the server of processes loads before it forks them: the offline crew with every engine."""

from contextlib import suppress

from services.loading import loading

with loading():
    import imageio_ffmpeg

    import services.offline.crew  # noqa: F401
    from services.offline.theatre import encode, face_mood, framing, gesture, moods, puppet_palette, rig
    from services.offline.theatre.air import vignette
    from services.offline.theatre.memory import trim
    from services.offline.theatre.set_kept import stamp
    from studio.takes.briefs import BoardBrief, ClipBrief, LookBrief, MusicBrief, PlateBrief, SpeechBrief
    from studio.takes.frame import Aspect, Quality, frame
    from studio.takes.recipe import Recipe

    for noun in (Recipe, LookBrief, PlateBrief, BoardBrief, ClipBrief, SpeechBrief, MusicBrief):
        noun.model_rebuild()  # built here it is shared; left until it is used, every process would build its own

for table in (
    encode.settings,
    face_mood.table,
    framing.framings,
    gesture.table,
    moods.book,
    moods.materials,
    puppet_palette.materials,
    rig.bodies,
):
    table()

_usual = frame(Aspect.WIDE, Quality.LOW)
vignette((_usual.width, _usual.height))  # a tenth of a second, which each process would take anew
stamp()
with suppress(RuntimeError):  # there is none; whoever needs it says so
    imageio_ffmpeg.get_ffmpeg_exe()  # which tries it, and remembers
trim()
