"""The desk: everything pages, command line and API may ask for, for one account. Each verb has a file of its own."""

from __future__ import annotations

from studio.desk.clearing import Clearing
from studio.desk.fetching import Fetching
from studio.desk.listing import Listing
from studio.desk.opening import Opening
from studio.desk.planning import Planning
from studio.desk.producing import Producing
from studio.desk.watching import Watching


class Desk(Opening, Listing, Planning, Producing, Watching, Fetching, Clearing):
    """What one account may ask for; every query is scoped by it."""
