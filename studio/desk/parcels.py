"""Parcels: an export laid out in parts, each fetched by itself, and again by itself where it broke off.

A parcel is a stretch of all files in one order that no name and no time decides. What is made, lost or called otherwise
while somebody fetches one after the other moves nothing from one into another.
"""

from __future__ import annotations

from collections.abc import Iterable

from studio.story.noun import Noun

_MANY = 10_000  # files: what is known of each is in memory while they are handed over


class Parcel(Noun):
    """The files from the key `since` up to `until`, which is none of them; empty stand for the first and for no end.

    The first of an export holds all its words besides.
    """

    number: int
    since: str
    until: str
    files: int
    size: int  # bytes of its files

    def holds(self, key: str) -> bool:
        """Whether a file is in this one."""
        return self.since <= key and (not self.until or key < self.until)


def lay_out(sizes: Iterable[tuple[str, int]], most: int) -> tuple[Parcel, ...]:
    """Parcels of at most so many bytes for files of these keys and sizes; a larger file has one of its own."""
    parcels, since, files, size = list[Parcel](), "", 0, 0
    for key, weight in sorted(sizes):
        if files and (size + weight > most or files >= _MANY):
            parcels.append(Parcel(number=len(parcels) + 1, since=since, until=key, files=files, size=size))
            since, files, size = key, 0, 0
        files, size = files + 1, size + weight
    return (*parcels, Parcel(number=len(parcels) + 1, since=since, until="", files=files, size=size))
