"""The desk: everything pages, command line and API may ask for, for one account. Each verb has a file of its own."""

from __future__ import annotations

from studio.desk.allowing import Allowing
from studio.desk.answering import Answering
from studio.desk.bringing import Bringing
from studio.desk.budgeting import Budgeting
from studio.desk.clearing import Clearing
from studio.desk.costing import Costing
from studio.desk.directing import Directing
from studio.desk.dismissing import Dismissing
from studio.desk.drafting import Drafting
from studio.desk.filming import Filming
from studio.desk.fitting import Fitting
from studio.desk.founding import Founding
from studio.desk.hooking import Hooking
from studio.desk.leaving import Leaving
from studio.desk.ledger import Ledger
from studio.desk.moving import Moving
from studio.desk.noting import Noting
from studio.desk.outlining import Outlining
from studio.desk.proposing import Proposing
from studio.desk.removing import Removing
from studio.desk.screening import Screenings
from studio.desk.securing import Securing
from studio.desk.serial import Serial
from studio.desk.storyboard import Storyboarding
from studio.desk.subscribing import Subscribing
from studio.desk.supporting import Supporting
from studio.desk.tokens import Tokens
from studio.desk.usage import Usage


class Desk(
    Filming,
    Drafting,
    Moving,
    Outlining,
    Proposing,
    Noting,
    Serial,
    Screenings,
    Answering,
    Directing,
    Storyboarding,
    Bringing,
    Budgeting,
    Dismissing,
    Removing,
    Fitting,
    Costing,
    Ledger,
    Allowing,
    Clearing,
    Leaving,
    Securing,
    Tokens,
    Hooking,
    Usage,
    Subscribing,
    Supporting,
):
    """What one account may ask for; every query is scoped by it."""

    @property
    def founding(self) -> Founding:
        """What founders may ask for besides; to everybody else each of its answers is NotAllowed."""
        return Founding(self._house, self._account)
