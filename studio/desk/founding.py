"""The founder's desk: money, the service, growth, alarms, vendors' bills, the plan, and what a founder does."""

from __future__ import annotations

from studio.desk.founding_acts import Acting
from studio.desk.founding_alarms import Alarming
from studio.desk.founding_bills import Billing
from studio.desk.founding_doors import SigningOut
from studio.desk.founding_growth import Growing
from studio.desk.founding_money import Earning
from studio.desk.founding_plan import PlanChecking
from studio.desk.founding_service import Serving


class Founding(Earning, Serving, Growing, Alarming, Billing, PlanChecking, Acting, SigningOut):
    """What a founder may ask for; every question looks up anew whether it is one who asks."""
