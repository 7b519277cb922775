"""What the server of processes loads before it forks them: the offline crew with every engine."""

from services.loading import loading

with loading():
    import services.offline.crew  # noqa: F401
