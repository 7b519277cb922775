"""What the server of processes loads before it forks them: the offline crew with every engine."""

from services.loading import loading

with loading():
    import services.offline.crew  # noqa: F401
    from services.offline.theatre.air import vignette
    from services.offline.theatre.memory import trim
    from services.offline.theatre.set_kept import stamp
    from studio.takes.frame import Aspect, Quality, frame

_usual = frame(Aspect.WIDE, Quality.LOW)
vignette((_usual.width, _usual.height))  # a tenth of a second, which each process would take anew
stamp()
trim()
