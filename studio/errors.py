"""Every error the studio raises, as one tree.

StudioError
├─ Refused            the person can act on it
│  ├─ NotSignedIn     who asks is unknown
│  │  └─ TokenRefused    no token was shown, or one that does not hold
│  ├─ BadCredentials  this address and this password let nobody in
│  ├─ CodeNeeded      the password was right, and a code of an app is asked for besides
│  ├─ TooManyTries    somebody failed too often of late; says when to try again
│  │  └─ TooManyCalls    a program asked more often than its plan holds
│  ├─ LinkSpent       a mailed link or a code was used before, or is too old
│  ├─ NotAllowed      who asks may not
│  │  └─ ScopeMissing    the token may not; names what it lacks
│  ├─ NotFound        nothing of that name belongs to this account
│  ├─ Conflict        something else is in the way, or changed it in between
│  ├─ CalledOff       the person called it off while it was made
│  │  └─ Unwanted        its production ended without it, and nobody asked for it again
│  ├─ BadScript       the screenplay or pitch cannot be read; names the line
│  ├─ BadRequest      a field or option cannot be used; names it
│  ├─ TierLimit       the plan's share of something is used up; says when it is there again
│  ├─ BudgetReached   it would cost more than this episode, month or hold may
│  │  └─ FilmTooDear  its price in credits does not pay for it; says what would fit
│  ├─ PolicyBlocked   the vendor's rules forbid what was asked for
│  ├─ NotSold         it has a price, and is not sold yet
│  └─ InsufficientFunds  the account has not as much to hold
│     ├─ OutOfCredits    it has not as many credits, also when all that is held came back
│     ├─ CreditsHeld     it has them, but work that is under way holds them
│     └─ CreditsOwed     a payment was taken back after its credits were spent
├─ MoneyError         stops the run and alerts
│  ├─ RateMissing     no price card for what an engine would use
│  ├─ HoldClosed      a part of a hold was settled or released before
│  └─ LedgerBroken    entries that do not sum to zero, or a balance that cannot be
├─ VendorError        an engine did not deliver; names vendor, operation and the vendor's request id
│  ├─ Busy            ask again later, after so many seconds when the vendor says so
│  │  └─ LeftAlone       it failed so often in a row that it is not asked for a while
│  ├─ Down            unreachable, or it answered that it failed: nothing was accepted
│  ├─ Unclear         it was sent, and whether it was accepted is unknown
│  ├─ Denied          the key is wrong, or may not do this
│  │  └─ Spent           the account there has no money or credits left
│  ├─ Invalid         the engine refused what it was asked
│  ├─ KeyMissing      the setting with the key is not set; names it
│  ├─ Gone            what it made is damaged here and no longer to be had there: only buying it again brings it back
│  └─ Garbled         the engine answered with something unusable
│     └─ Forgotten    it no longer has what it had made, or was making
├─ MediaError         a file on the way to the master
│  ├─ Unreadable      cannot be decoded
│  ├─ AssetMissing    the vault has no such bytes, or damaged ones
│  └─ RenderFailed    encoding or writing stopped half way
├─ VaultDown          the vault's store does not answer, or lets nobody in: what it holds is unknown, not gone
└─ StorageError       the database or the runtime folder cannot be used

The sentence a person reads is in data/notices.toml, keyed by class name.
"""

from __future__ import annotations

from enum import StrEnum


class Retry(StrEnum):
    """When asking again can help."""

    NEVER = "never"
    LATER = "later"
    NOW = "now"


class StudioError(Exception):
    """An error with a stable code, a retry answer and the object that caused it."""

    code = "studio_error"
    retry = Retry.NEVER

    def __init__(self, detail: str = "", *, cause: object = None) -> None:
        super().__init__(detail)
        self.detail = detail
        self.cause = cause


class Refused(StudioError):
    code = "refused"


class NotSignedIn(Refused):
    code = "not_signed_in"


class TokenRefused(NotSignedIn):
    code = "token_refused"


class BadCredentials(Refused):
    code = "bad_credentials"
    retry = Retry.NOW


class CodeNeeded(Refused):
    """The password was right; `token` is what a code of an app is asked for with."""

    code = "code_needed"
    retry = Retry.NOW

    def __init__(self, detail: str = "", *, token: str = "", cause: object = None) -> None:
        super().__init__(detail, cause=cause)
        self.token = token


class TooManyTries(Refused):
    """Somebody failed too often of late; another try is let pass `after` so many seconds."""

    code = "too_many_tries"
    retry = Retry.LATER

    def __init__(self, detail: str = "", *, after: float = 0.0, cause: object = None) -> None:
        super().__init__(detail, cause=cause)
        self.after = after


class TooManyCalls(TooManyTries):
    """A program asked more often than its plan holds."""

    code = "too_many_calls"


class LinkSpent(Refused):
    code = "link_spent"


class NotAllowed(Refused):
    code = "not_allowed"


class ScopeMissing(NotAllowed):
    code = "scope_missing"


class NotFound(Refused):
    code = "not_found"


class Conflict(Refused):
    code = "conflict"
    retry = Retry.LATER


class CalledOff(Conflict):
    code = "called_off"


class Unwanted(CalledOff):
    code = "unwanted"


class BadScript(Refused):
    """A screenplay or pitch that cannot be read; `line` counts from 1, 0 when no line is to blame."""

    code = "bad_script"

    def __init__(self, detail: str = "", *, line: int = 0, cause: object = None) -> None:
        super().__init__(f"line {line}: {detail}" if line else detail, cause=cause)
        self.line = line


class BadRequest(Refused):
    """An option or field that cannot be used; `field` names it."""

    code = "bad_request"

    def __init__(self, detail: str = "", *, field: str = "", cause: object = None) -> None:
        super().__init__(f"{field}: {detail}" if field else detail, cause=cause)
        self.field = field


class TierLimit(Refused):
    code = "tier_limit"
    retry = Retry.LATER


class BudgetReached(Refused):
    code = "budget_reached"


class FilmTooDear(BudgetReached):
    code = "film_too_dear"


class NotSold(Refused):
    code = "not_sold"


class PolicyBlocked(Refused):
    code = "policy_blocked"


class InsufficientFunds(Refused):
    code = "insufficient_funds"


class OutOfCredits(InsufficientFunds):
    code = "out_of_credits"


class CreditsHeld(InsufficientFunds):
    code = "credits_held"
    retry = Retry.LATER


class CreditsOwed(InsufficientFunds):
    code = "credits_owed"


class MoneyError(StudioError):
    code = "money_error"


class RateMissing(MoneyError):
    code = "rate_missing"


class HoldClosed(MoneyError):
    code = "hold_closed"


class LedgerBroken(MoneyError):
    code = "ledger_broken"


class VendorError(StudioError):
    """An engine did not deliver; `vendor` and `operation` name where, `request` is the vendor's own id of it."""

    code = "vendor_error"

    def __init__(
        self, detail: str = "", *, vendor: str = "", operation: str = "", request: str = "", cause: object = None
    ) -> None:
        super().__init__(detail, cause=cause)
        self.vendor = vendor
        self.operation = operation
        self.request = request


class Busy(VendorError):
    """Ask again later; `after` is in seconds, None when the vendor does not say."""

    code = "busy"
    retry = Retry.LATER
    after: float | None = None


class LeftAlone(Busy):
    code = "left_alone"


class Down(VendorError):
    code = "down"
    retry = Retry.LATER


class Unclear(VendorError):
    code = "unclear"


class Denied(VendorError):
    code = "denied"


class Spent(Denied):
    code = "spent"


class Invalid(VendorError):
    code = "invalid"


class KeyMissing(VendorError):
    code = "key_missing"


class Gone(VendorError):
    code = "gone"


class Garbled(VendorError):
    code = "garbled"
    retry = Retry.NOW


class Forgotten(Garbled):
    """A vendor no longer has a job it took; `ticket` names it still, so that what it may have cost is not forgotten."""

    code = "forgotten"
    ticket: str = ""


class MediaError(StudioError):
    code = "media_error"


class Unreadable(MediaError):
    code = "unreadable"


class AssetMissing(MediaError):
    code = "asset_missing"
    retry = Retry.NOW


class RenderFailed(MediaError):
    code = "render_failed"
    retry = Retry.NOW


class VaultDown(StudioError):
    code = "vault_down"
    retry = Retry.LATER


class StorageError(StudioError):
    code = "storage"
    retry = Retry.LATER
