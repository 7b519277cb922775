"""Rewrites a script where rules can: it proposes the whole new text and says what it did, or why it did nothing."""

from __future__ import annotations

from collections.abc import Callable

from services.offline.writer import decisions, moves, passages, renames, sizes
from services.offline.writer.answers import said
from services.offline.writer.wishes import Wish, WishKind, read_wish
from studio.story.breakdown import Breakdown
from studio.story.passage import passage
from studio.story.proposal import Proposal, Request
from studio.story.screenplay import Screenplay


def revise(screenplay: Screenplay, breakdown: Breakdown, request: Request) -> Proposal:
    """Propose what is asked for, or say what stands in the way."""
    if not request.text.strip():
        return said("empty")
    labels = {scene.number.casefold(): at for at, scene in enumerate(breakdown.scenes, start=1)}
    wish = read_wish(request.text, labels)
    if wish.missing:
        return said("no_scene", number=wish.missing, last=breakdown.scenes[-1].number if breakdown.scenes else "0")
    if not wish.scenes and request.scenes:
        wish = wish.model_copy(update={"scenes": request.scenes})
    if old := passage(screenplay, request):
        return passages.propose(
            screenplay, breakdown, wish.model_copy(update={"scenes": request.scenes}), request.text, old
        )
    doing = _DOING.get(wish.kind)
    decided = None if doing and request.tab not in _DECIDING else decisions.propose(
        request.text, breakdown, wish, request.tab
    )  # fmt: skip
    if decided:
        return decided
    return doing(screenplay, breakdown, wish) if doing else said("free")


_DECIDING = frozenset({"characters", "backgrounds", "scenes", "voices"})  # tabs on which looks and light come first
_DOING: dict[WishKind, Callable[[Screenplay, Breakdown, Wish], Proposal]] = {
    WishKind.RENAME: renames.propose,
    WishKind.SHORTEN: sizes.shorter,
    WishKind.LENGTHEN: sizes.longer,
    WishKind.MOVE: moves.propose,
    WishKind.CUT: moves.cut,
    WishKind.ADD: moves.add,
}
