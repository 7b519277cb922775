"""The frozen model every noun of the studio is made of."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict


class Noun(BaseModel):
    """A value: frozen, compared by content, refuses fields it does not know.

    What checks it is built when the first one is made: of hundreds of nouns a command needs a few.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)
