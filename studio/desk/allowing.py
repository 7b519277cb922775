"""Allowing: how much of its tier an account has used, for whoever wants to know before asking. It counts nothing."""

from __future__ import annotations

from datetime import datetime

from studio.db import now
from studio.desk.seat import Seat
from studio.desk.views import Story
from studio.money.counting import resets, used
from studio.money.metering import scene_of
from studio.money.sums import billed, held, month
from studio.money.tiers import Share
from studio.production.funding import tier_of
from studio.story.noun import Noun

_SPANS = (Share.EPISODES, Share.WORK, Share.REQUESTS)


class ShareView(Noun):
    """What is used of a share now, its limit (None is none), and when it is full again."""

    share: Share
    used: int
    limit: int | None
    resets: datetime | None = None


class AllowanceView(Noun):
    """What an account has used of its tier; `retakes` are those of an episode's scenes that had some, by number."""

    tier: str
    shares: tuple[ShareView, ...]
    retakes: dict[str, ShareView]
    spent: int  # at vendors since the month began, with what is held, in micro-dollars
    monthly: int | None  # of which it may be so much


class Allowing(Seat):
    """Says what is left."""

    def allowance(self, story: Story) -> AllowanceView | None:
        """How much of its tier an account has used; None for one without limits."""
        at = now()
        with self._house.db.read() as session:
            tier = tier_of(session, self._house, self._account)
            if not tier.limited:
                return None

            def view(share: Share, scene: str = "") -> ShareView:
                so_far = used(session, self._account, share, at=at, scene=scene)
                return ShareView(share=share, used=so_far, limit=tier.limit(share), resets=resets(share, at))

            scenes = {
                scene.number: view(Share.RETAKES, scene_of(story.episode, scene.id)) for scene in story.breakdown.scenes
            }
            return AllowanceView(
                tier=tier.name,
                shares=tuple(map(view, _SPANS)),
                retakes={number: one for number, one in scenes.items() if one.used},
                spent=billed(session, self._account, since=month(at)) + held(session, self._account),
                monthly=self._house.tiers.monthly(tier),
            )
