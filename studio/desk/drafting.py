"""Drafting: what it takes to make a film of a source and take it away. The whole desk begins with it.

A command that makes one film sits here: the rest of the desk takes a tenth of a second to load.
"""

from __future__ import annotations

from studio.desk.crewing import Crewing
from studio.desk.fetching import Fetching
from studio.desk.listing import Listing
from studio.desk.naming import Naming
from studio.desk.opening import Opening
from studio.desk.planning import Planning
from studio.desk.rendering import Rendering
from studio.desk.watching import Watching


class Drafting(Opening, Listing, Naming, Planning, Crewing, Rendering, Watching, Fetching):
    """A source is opened, planned, produced, watched and taken away."""
