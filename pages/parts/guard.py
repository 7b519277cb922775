"""The guard around what a page does: whatever goes wrong becomes one sentence, and the rest of the page stays."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from pages.parts.reasons import sentence
from pages.parts.wrong import wrong
from services.logbook import reference
from services.notices import accident
from studio.errors import StudioError


@contextmanager
def told() -> Iterator[None]:
    """Show an error of the studio as its sentence, and any other with what it is found by in the log.

    An error that could not be written down is raised on, so that nothing is ever hidden.
    """
    try:
        yield
    except StudioError as error:
        wrong(sentence(error), type(error).__name__)
    except Exception as error:
        if not (found := reference(error)):
            raise
        wrong(accident(found), type(error).__name__)
