"""One errand's talk with a model: asks step by step, bills every answer, and has an unusable one corrected once.

The vendor has no idempotency key and no history. So what is under way is written on the errand's ticket before it is
asked, and what an answer cost before it is booked: `round question bill`. An answer that never came is asked for once
more; what it cost is taken to be what the same question cost when it was answered, and is a bill of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any, TypeVar
from urllib.parse import quote, unquote

from services.guard import Line
from services.writers.opening import Opening
from services.writers.prompts import Prompt
from services.writers.talk import Answer, End, Role, Talker, Turn, Wish
from studio.crew import Errand
from studio.errors import Busy, Conflict, Denied, Down, Garbled, Invalid, PolicyBlocked, Unclear
from studio.money.usage import Usage

T = TypeVar("T")
_ATTEMPTS = 3
_ROUNDS = 2  # how often the whole talk may be begun
_QUOTED = 6000  # letters of an unusable answer shown to the model again
_HEARD = "-"  # stands in a ticket for no question under way
_AGAIN = "+"  # stands in a ticket behind a question for each time it was asked before and not heard of


@dataclass
class Dialogue:
    """A talk about one take."""

    talker: Talker
    line: Line
    errand: Errand
    seed: int = 0
    _round: int = field(default=1, init=False)
    _unheard: str = field(default="", init=False)  # a question that was asked and not heard of, as in a ticket
    _asked: int = field(default=0, init=False)

    def __post_init__(self) -> None:
        number, question, bill = (*self.errand.ticket.split(" "), "", "", "")[:3]
        self._book(bill)
        if number.isdecimal():
            self._unheard = question if question != _HEARD else ""
            self._round = int(number) + bool(self._unheard)
        if self._round > _ROUNDS:
            detail = f"{self.talker.vendor} was asked twice for this already, and it is unknown what it answered"
            raise Unclear(detail, vendor=self.talker.vendor, operation=question)

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
        try:
            answer = self._say(wish, question, aloud)
        except Unclear:
            answer = self._say(wish, question, aloud)
        lost = range(self._times(question))
        requests = [f"unheard-{self.errand.key[:32]}-{self._round}-{question}-{number}" for number in lost]
        bill = _bill([*requests, answer.request], answer) if answer.request and answer.tokens else ""
        self._unheard = "" if requests else self._unheard
        self.errand.sent(f"{self._idle()} {bill}".rstrip())
        self._book(bill)
        if answer.end is End.REFUSED:
            raise PolicyBlocked(f"{self.talker.vendor} will not write this")
        return answer

    def _say(self, wish: Wish, question: str, aloud: str) -> Answer:
        """Ask once more than before; a vendor that accepted nothing leaves as much unheard as there was."""
        asked = f"{question}{_AGAIN * self._times(question)}"
        self.errand.sent(f"{self._round} {asked}")
        try:
            say, check = partial(self._spoken, wish, aloud), self.errand.check
            return self.line.ask(wish.step, say, attempts=_ATTEMPTS, check=check, storms=True)
        except Unclear:
            self._unheard = asked
            raise
        except (Busy, Down, Denied, Invalid, Conflict):
            nothing = self._asked == 1 and self._round == 1 and not self._unheard  # so another writer may take over
            self.errand.sent("" if nothing else self._idle())
            raise

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

    def _times(self, question: str) -> int:
        """How often a question was asked and not heard of."""
        known = self._unheard.rstrip(_AGAIN)
        return len(self._unheard) - len(known) + 1 if known == question else 0

    def _idle(self) -> str:
        """The ticket while no question is under way: whoever begins again is in this round, and knows what is owed."""
        return f"{self._round - 1} {self._unheard}" if self._unheard else f"{self._round} {_HEARD}"

    def _book(self, bill: str) -> None:
        """Book what stands in a ticket; it may have been booked before."""
        requests, _, told = bill.partition("=")
        quantities = {unit: int(count) for unit, _, count in (one.partition(":") for one in told.split(",") if one)}
        vendor, model = self.talker.vendor, self.talker.card_model
        for request in filter(None, requests.split(",")):
            self.errand.billed(Usage(vendor=vendor, model=model, request=unquote(request), quantities=quantities))


def _bill(requests: Sequence[str], answer: Answer) -> str:
    """What requests cost, as a ticket keeps it: each of them the answer's tokens."""
    told = ",".join(f"{unit}:{count}" for unit, count in answer.tokens.items())
    return f"{','.join(quote(one, safe='') for one in requests)}={told}"
