"""Gives scenes, lines and shots their ids, and finds what is still the same after an edit."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import TypeVar

from studio.story.lexicon import words

Old = TypeVar("Old")
New = TypeVar("New")
_GAP = 40_000  # pairs compared in one replaced stretch; a longer one is matched place by place
_LONG = 2_000  # from here on what is often repeated is no anchor
_DIGITS = 10


class Idents:
    """Hands out ids: short digests of what they name, none twice, none of those already in use."""

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)
        self._asked: Counter[tuple[str, ...]] = Counter()

    def fresh(self, *parts: str) -> str:
        """Make an id of these parts; equal parts get different ids, in the order they are asked for."""
        ident = ""
        while not ident or ident in self._taken:
            text = "\x1f".join((*parts, str(self._asked[parts])))
            ident = hashlib.sha256(text.encode()).hexdigest()[:_DIGITS]
            self._asked[parts] += 1
        self._taken.add(ident)
        return ident


def align(
    old: Sequence[Old],
    new: Sequence[New],
    *,
    keys: tuple[Callable[[Old], Hashable], Callable[[New], Hashable]],
    likeness: Callable[[Old, New], float],
    floor: float,
) -> dict[int, int]:
    """Match two sequences in order: index in `new` to index in `old`.

    Equal keys match first, from both ends inwards; in the stretches between them the pairs of greatest total likeness
    do, none below `floor`.
    """
    before, after = [keys[0](one) for one in old], [keys[1](one) for one in new]
    # Ends first: a reworded line between equal ones is then always in place, also when it now equals a neighbour.
    head = _shared(before, after)
    tail = _shared(before[head:][::-1], after[head:][::-1])
    pairs = {at: at for at in range(head)}
    pairs |= {len(new) - step: len(old) - step for step in range(1, tail + 1)}
    middle = (head, len(old) - tail, head, len(new) - tail)
    for low, high, first, last in _stretches(before, after, middle, pairs):
        for was, now in _best(old[low:high], new[first:last], likeness, floor):
            pairs[first + now] = low + was
    return pairs


def _shared(one: Sequence[Hashable], other: Sequence[Hashable]) -> int:
    """How many keys two sequences have in common at their beginning."""
    pairs = enumerate(zip(one, other, strict=False))
    return next((at for at, (left, right) in pairs if left != right), min(len(one), len(other)))


def _stretches(
    before: Sequence[Hashable], after: Sequence[Hashable], span: tuple[int, int, int, int], pairs: dict[int, int]
) -> Iterator[tuple[int, int, int, int]]:
    """Yield the replaced stretches within a span, and add to `pairs` what is equal between them."""
    low, high, first, last = span
    matcher = SequenceMatcher(None, before[low:high], after[first:last], autojunk=high - low > _LONG)
    blocks = matcher.get_opcodes()
    equal = sum(end - start for tag, start, end, _, _ in blocks if tag == "equal")
    in_place = sum(one == other for one, other in zip(before[low:high], after[first:last], strict=False))
    if high - low == last - first and in_place >= equal:
        yield span
        return
    for tag, start, end, begin, stop in blocks:
        if tag == "equal":
            pairs.update({first + begin + step: low + start + step for step in range(end - start)})
        elif tag == "replace":
            yield low + start, low + end, first + begin, first + stop


def _best(
    old: Sequence[Old], new: Sequence[New], likeness: Callable[[Old, New], float], floor: float
) -> list[tuple[int, int]]:
    """The monotone matching of greatest total likeness; of equals the one that begins earliest."""
    if len(old) * len(new) > _GAP:
        places = enumerate(zip(old, new, strict=False))
        return [(at, at) for at, (one, other) in places if likeness(one, other) >= floor]
    gains = [[likeness(one, other) for other in new] for one in old]
    total = [[0.0] * (len(new) + 1) for _ in range(len(old) + 1)]
    for one in reversed(range(len(old))):
        for other in reversed(range(len(new))):
            gain = gains[one][other]
            both = total[one + 1][other + 1] + gain if gain >= floor else 0.0
            total[one][other] = max(both, total[one + 1][other], total[one][other + 1])
    pairs, one, other = [], 0, 0
    while one < len(old) and other < len(new):
        gain = gains[one][other]
        if gain >= floor and total[one][other] == total[one + 1][other + 1] + gain:
            pairs.append((one, other))
            one, other = one + 1, other + 1
        elif total[one][other] == total[one + 1][other]:
            one += 1
        else:
            other += 1
    return pairs


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """How much of two bags of words is shared, 0 to 1; two empty ones are alike."""
    return len(one & other) / len(one | other) if one or other else 1.0


def bag(text: str) -> frozenset[str]:
    """The words of a text, each once."""
    return frozenset(words(text))
