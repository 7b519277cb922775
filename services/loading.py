"""Loading: what is imported stays, so nothing looks for garbage meanwhile, or looks through it later."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_RARELY = (10_000, 20, 20)  # objects made, and looks at the younger ones, before the next look


@contextmanager
def loading() -> Iterator[None]:
    """Import inside; a tenth of the time that costs went to looks for garbage of which there is none."""
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.set_threshold(*_RARELY)
        gc.enable()
