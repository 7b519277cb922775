"""Turns a clause about people into what they say of themselves and each other: I, you, we and verbs that agree."""

from __future__ import annotations

import re
from collections.abc import Sequence

from services.offline.writer.conjugation import agreed, guessed, joined_at, joins
from services.offline.writer.verbs import BE, HAVE, among, by_form

FINITE = frozenset([*BE, *HAVE, *among("modal")])
NOT_OWNED = frozenset(["to", "in", "on", "at", "and", "from", "for", "before", "with", "by"])
BETWEEN = frozenset(["only", "always", "never", "also", "still", "just", "often", "once"])  # subject and verb
FAMILIES = {
    "I": ("I", "me", "my", "myself"),
    "you": ("you", "you", "your", "yourself"),
    "we": ("we", "us", "our", "ourselves"),
}
PRONOUNS = {
    "f": {"she": 0, "her": 1, "herself": 3}, "m": {"he": 0, "him": 1, "his": 2, "himself": 3},
    "w": {"they": 0, "them": 1, "their": 2, "themselves": 3},
}  # fmt: skip
OWN = {"you": "your", "me": "my", "us": "our"}
REFLEXIVES = frozenset(["herself", "himself", "itself", "themself", "themselves", "oneself"])
RELATIVES = frozenset(["who", "that", "which"])
PROMISED = frozenset(
    ["promises", "promised", "promise", "vows", "vowed", "swears", "swore"]
)  # and will do it themselves
ITS_OWN = frozenset(["a", "an", "the", "its"])  # a thing before "itself" that it may stand for


class Voice:
    """One way of turning a clause's people into I, you and we."""

    def __init__(self, family: dict[str, str], genders: Sequence[str], many: bool, who: str, owner: str = "") -> None:
        self.family = family
        self.by_pronoun: dict[str, tuple[str, int]] = {}
        order = ["B", "A"] if who != "B" else ["A", "B"]
        for letter in order:
            at = "AB".index(letter)
            if at < len(genders):
                self.by_pronoun |= {word: (letter, case) for word, case in PRONOUNS[genders[at]].items()}
        self.genders = dict(zip("AB", genders, strict=False))
        self.owner = owner
        self.doer = "B" if who == "B" else "A"
        if many:
            self.by_pronoun |= {word: ("A", case) for word, case in PRONOUNS["w"].items()}

    def said(self, words: Sequence[str]) -> str:
        """The words with everybody in the right person."""
        done: list[str] = []
        subject = actor = lead = ""
        for spot, word in enumerate(words):
            was = subject
            after = next((one.lower() for one in words[spot + 1 :] if one.lower() not in BETWEEN), "")
            if word.lower() in REFLEXIVES:
                made, subject = self.oneself(words[:spot], word, actor), ""
            else:
                made, subject = self.word(self.other_than_doer(words, spot), after, subject, first=not spot)
                lead = "" if subject else was or lead
                made = self.again(words, spot, lead) if lead and not was and made == word else made
                acts = subject or (after == "to" and not PROMISED & set(words[:spot]))  # dares @B to taste herself
                actor = (acts and self.told_of(word)) or actor
            done.append(made)
        return owned(re.sub(r" ([,;:!?])", r"\1", " ".join(done)))

    def oneself(self, before: Sequence[str], word: str, actor: str) -> str:
        """A reflexive of whoever it goes back to: the one "who" tells of, who acts, is of that gender, or the doer."""
        low = word.lower()
        at = next((spot for spot in reversed(range(len(before))) if before[spot].lower() in RELATIVES), 0)
        named = [one for one in before[max(0, at - 2) : at] if one != ","][-1:]
        whose = self.told_of(named[0]) if named else ""
        if (named and not whose) or (low == "itself" and ITS_OWN & {one.lower() for one in before}):
            return word
        if low in PRONOUNS.get(self.genders.get(actor, "n"), {low: 3}):
            whose = whose or actor
        letter = whose or self.by_pronoun.get(low, (self.doer, 3))[0]
        return FAMILIES[self.family[letter]][3]

    def told_of(self, word: str) -> str:
        """The letter of the one a word stands for; empty if it stands for neither."""
        return word[1] if word[:2] in ("@A", "@B") else self.by_pronoun.get(word.lower(), ("", 0))[0]

    def again(self, words: Sequence[str], spot: int, lead: str) -> str:
        """A word, agreeing with an earlier subject where it is a further verb of theirs: steals it "and hides it"."""
        if joins(words, spot) and words[spot].lower() in (*BE, *HAVE):
            return agreed(words[spot].lower(), lead)
        verb = joined_at(words, spot)
        return verb.base if verb else words[spot]

    def other_than_doer(self, words: Sequence[str], spot: int) -> str:
        """A word, or the other one where "her" cannot be who acts: "meets @B and trusts her"."""
        word, other = words[spot], "A" if self.doer == "B" else "B"
        after = words[spot + 1].lower() if spot + 1 < len(words) else ""
        owns = word.lower() == "her" and after[:1].isalpha() and after not in NOT_OWNED
        told = word.lower() in ("her", "him") and self.told_of(word) == self.doer and not owns
        alike = self.genders.get(other) == self.genders.get(self.doer)
        joined = spot > 1 and (joins(words, spot - 1) or joins(words, spot - 2))
        return f"@{other}" if told and alike and joined and f"@{other}" in words[:spot] else word

    def word(self, word: str, after: str, subject: str, *, first: bool = False) -> tuple[str, str]:
        """One word turned, and the subject the next one has to agree with; who comes first acts."""
        low = word.lower()
        if word[:2] in ("@A", "@B"):
            forms = FAMILIES[self.family[word[1]]]
            if word.endswith("'s"):
                return forms[2], ""
            acts = (
                (first and guessed(after)) or after in FINITE or after in by_form("third") or after in by_form("past")
            )
            return (forms[0], forms[0]) if acts else (forms[1], "")
        if low in self.by_pronoun:
            letter, case = self.by_pronoun[low]
            forms = FAMILIES[self.family[letter]]
            if low == "her" and after[:1].isalpha() and after not in NOT_OWNED:
                case = 2
            return forms[case], forms[0] if case == 0 else ""
        if self.owner and low in ("his", "her", "its"):
            return f"{self.owner}'s", ""
        if subject and low in BETWEEN:
            return word, subject
        if subject:
            verb = by_form("third").get(low) or guessed(low)
            return (verb.base if verb else agreed(low, subject)), ""
        return word, ""


def owned(text: str) -> str:
    """A text in which what is of you, me or us is yours, mine or ours: the watch of you, your watch."""
    return re.sub(r"\bthe ([\w'-]+) of (you|me|us)\b", lambda found: f"{OWN[found[2]]} {found[1]}", text)
