"""One errand's talk with a model: asks step by step, bills every answer, and has an unusable one corrected once.

The vendor has no idempotency key and no history. So what is under way is written on the errand's ticket before it is
asked, with what it is owed for should nobody ever hear of it, and what an answer cost before it is booked: `round
question bill`. An answer that never came is asked for once more, and is a bill of its own: as much as the same question
cost when it was answered, or else the most it can have cost.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote, unquote
from uuid import uuid4

from services.guard import Line
from services.writers.opening import Opening
from services.writers.prompts import Prompt
from services.writers.talk import Answer, End, Role, Talker, Turn, Wish, tokens
from services.writers.wire import CHAT
from studio.crew import Errand
from studio.errors import Busy, Conflict, Denied, Down, Garbled, Invalid, PolicyBlocked, Unclear
from studio.money.usage import Usage

T = TypeVar("T")
_ATTEMPTS = 3
_ROUNDS = 2  # how often the whole talk may be begun
_AROUND = 64  # tokens around a message and before the first, at the most
_QUOTED = 6000  # letters of an unusable answer shown to the model again
_HEARD = "-"  # stands in a ticket for no question under way
_AS_MUCH, _AT_MOST = "unheard-", "unanswered-"  # how the bills of lost answers are named
_GUESSED = {
    _AS_MUCH: "no answer came; it cost as much as the one that came when it was asked again",
    _AT_MOST: "no answer came; it cost this at the most",
}


@dataclass
class Dialogue:
    """A talk about one take."""

    talker: Talker
    line: Line
    errand: Errand
    seed: int = 0
    _round: int = field(default=1, init=False)
    _asked: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        number, question, bill = (*self.errand.ticket.split(" "), "", "", "")[:3]
        self._book(bill)
        lost = question not in ("", _HEARD)  # whoever asked it is gone, and so is its answer
        self._round = (int(number) if number.isdecimal() else 1) + lost
        if self._round > _ROUNDS:
            vendor = self.talker.vendor
            detail = f"{vendor} was asked twice for this already and no answer came; what it may cost is in the books"
            raise Unclear(detail, vendor=vendor, operation=CHAT)

    def ask(
        self,
        prompt: Prompt,
        values: Mapping[str, object],
        read: Callable[[str], T],
        *,
        schema: Mapping[str, Any] | None = None,
        most: int = 0,
        aloud: str = "",
    ) -> T:
        """What `read` makes of the answer. When it raises Garbled the model is told why, once; then that is raised.

        The field `aloud` is passed on word by word as it comes, where the errand has somebody who hears it.
        """
        turns = [Turn(Role.SYSTEM, prompt.system.strip()), Turn(Role.USER, prompt.asked(**values))]
        most = min(most or prompt.most, self.talker.card.most)
        answer = self._answer(prompt, turns, schema, most, aloud)
        try:
            return self._read(answer, read)
        except Garbled as error:
            again = self._corrected(turns, answer, error)
        most = min(most * 2, self.talker.card.most) if answer.end is End.LENGTH else most
        return self._read(self._answer(prompt, again, schema, most), read)

    def _read(self, answer: Answer, read: Callable[[str], T]) -> T:
        try:
            if answer.end is End.LENGTH:
                raise Garbled("it is cut off before its end")
            if answer.end is End.UNFIT:
                raise Garbled("it does not keep to the schema")
            if not answer.text.strip():
                raise Garbled("it is empty")
            return read(answer.text)
        except Garbled as error:
            detail = f"{self.talker.vendor}'s answer cannot be used: {error.detail}"
            raise Garbled(detail, vendor=self.talker.vendor, request=answer.request, cause=error) from error

    def _corrected(self, turns: Sequence[Turn], answer: Answer, error: Garbled) -> list[Turn]:
        why = error.detail.partition(": ")[2]
        said = [Turn(Role.ASSISTANT, answer.text[:_QUOTED])] if answer.text.strip() else []
        return [*turns, *said, Turn(Role.USER, f"That cannot be used: {why}. Answer again, whole, and put this right.")]

    def _answer(
        self, prompt: Prompt, turns: Sequence[Turn], schema: Mapping[str, Any] | None, most: int, aloud: str = ""
    ) -> Answer:
        wish = Wish(prompt.name, turns, most, prompt.temperature, prompt.effort, self.seed, schema)
        self._asked += 1
        question = f"{prompt.name}-{self._asked}"
        self.errand.check()
        owed = f"{_AT_MOST}{question}-{uuid4().hex[:12]}"
        lost: list[str] = []
        try:
            answer = self._say(wish, question, aloud, [owed])
        except Unclear:
            answer, lost = self._say(wish, question, aloud, [owed, f"{owed}-again"]), [owed]
        if answer.request and answer.tokens:
            bill = _bill([*(f"{_AS_MUCH}{answer.request}" for _ in lost), answer.request], answer.tokens)
        else:
            bill = _bill(lost, _most(wish))
        self.errand.sent(f"{self._round} {_HEARD} {bill}".rstrip())
        self._book(bill)
        if answer.end is End.REFUSED:
            raise PolicyBlocked(f"{self.talker.vendor} will not write this")
        return answer

    def _say(self, wish: Wish, question: str, aloud: str, owed: Sequence[str]) -> Answer:
        """Ask. Whatever of it is `owed` when no more is heard is booked: all of it, or all before a refusal."""
        self.errand.sent(f"{self._round} {question} {_bill(owed, _most(wish))}")
        try:
            say, check = partial(self._spoken, wish, aloud), self.errand.check
            return self.line.ask(wish.step, say, attempts=_ATTEMPTS, check=check, storms=True)
        except Unclear:
            if len(owed) > 1:
                self._end(_ROUNDS + 1, owed, wish)
            raise
        except (Busy, Down, Denied, Invalid, Conflict):
            self._end(self._round + len(owed) - 1, owed[:-1], wish)
            raise

    def _end(self, ended: int, owed: Sequence[str], wish: Wish) -> None:
        """Leave the talk where it is, booking what is owed: whoever begins it again is in that round."""
        bill = _bill(owed, _most(wish))
        self._book(bill)
        nothing = ended == 1 and self._asked == 1  # so another writer may take over
        self.errand.sent("" if nothing else f"{ended} {_HEARD} {bill}".rstrip())

    def _spoken(self, wish: Wish, aloud: str) -> Answer:
        """The answer; somebody who waits hears all of its words so far each time there are more."""
        hear = self.errand.hear
        if not (aloud and hear):
            return self.talker.say(wish)
        whole: list[Answer] = []
        opening = Opening(aloud)
        for part in self.talker.stream(wish, whole):
            if opening.add(part):
                hear(opening.words)
        return whole[0]

    def _book(self, bill: str) -> None:
        """Book what stands in a ticket; it may have been booked before."""
        requests, _, told = bill.partition("=")
        quantities = {unit: int(count) for unit, _, count in (one.partition(":") for one in told.split(",") if one)}
        vendor, model = self.talker.vendor, self.talker.card_model
        for request in map(unquote, filter(None, requests.split(","))):
            guessed = next((why for name, why in _GUESSED.items() if request.startswith(name)), "")
            self.errand.billed(
                Usage(vendor=vendor, model=model, request=request, quantities=quantities, guessed=guessed)
            )


def _bill(requests: Sequence[str], each: Mapping[str, int]) -> str:
    """What requests cost, as a ticket keeps it: each of them so many tokens."""
    told = ",".join(f"{unit}:{count}" for unit, count in each.items())
    return f"{','.join(quote(one, safe='') for one in requests)}={told}" if requests else ""


def _most(wish: Wish) -> dict[str, int]:
    """The most tokens a question can cost: none has less than a byte, and an answer is no longer than it may be."""
    said = sum(len(turn.text.encode()) for turn in wish.turns) + len(json.dumps(wish.schema or {}))
    return tokens(said + _AROUND * len(wish.turns), wish.most, 0)
