"""Doubt: while an answer that got lost is looked for, an error of the look-up says nothing of what was sent."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from studio.errors import Conflict, Unclear, VendorError


@contextmanager
def in_doubt(vendor: str) -> Iterator[None]:
    """Raise Unclear for whatever a look-up raises, also where nobody wants the answer any more."""
    try:
        yield
    except Unclear:
        raise
    except (VendorError, Conflict) as error:
        detail = f"its answer got lost, and {vendor} cannot be asked for it now: {error.detail}"
        operation = error.operation if isinstance(error, VendorError) else "look-up"
        raise Unclear(detail, vendor=vendor, operation=operation, cause=error) from error
