"""What a studio must have before strangers may come in, and what it lacks: said all at once, before it starts.

Local mode needs none of it, unless something is sold there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from services.scanning import Clamd
from services.settings import Settings
from services.vaults.address import read_address
from studio.errors import BadRequest

_SHORTEST = 32  # letters of a secret
_VARIED = 12  # different ones among them
_KNOWN = ("secret", "changeme", "change-me", "password", "example", "default", "0123456789", "abcdefgh", "trashfire")
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_MAKE = 'make one with: python -c "import secrets; print(secrets.token_urlsafe(48))"'


class Lack(NamedTuple):
    """A setting that keeps the studio from starting, and what to put there."""

    setting: str
    put: str


def lacks(settings: Settings) -> tuple[Lack, ...]:
    """Everything that is missing, weak or contradictory, in the order in which an operator sets it."""
    hosted = (_address, _secret, _database, _vault, _inner, _mail, _stolen, _scanner) if settings.hosted else ()
    looks: tuple[Callable[[Settings], Iterator[Lack]], ...] = (*hosted, _payments)
    return tuple(lack for look in looks for lack in look(settings))


def check_hosting(settings: Settings) -> None:
    """Refuse to start half-configured: BadRequest with a line for each setting and what to put there."""
    if found := lacks(settings):
        lines = "\n".join(f"  {one.setting}: {one.put}" for one in found)
        raise BadRequest(f"a {settings.studio_mode} studio starts only when these are set right:\n{lines}\n")


def _address(settings: Settings) -> Iterator[Lack]:
    url = urlsplit(settings.studio_public_url)
    near = settings.app_env == "test" and url.hostname in _LOOPBACK  # a test's browser has no certificate to trust
    if not url.hostname or url.scheme not in (("https", "http") if near else ("https",)):
        yield Lack("STUDIO_PUBLIC_URL", "the address people type, with https, such as https://studio.example.com")
    elif url.path not in ("", "/") or url.query or url.fragment or url.username:
        yield Lack("STUDIO_PUBLIC_URL", "only scheme, name and port: the studio answers at the root of its address")
    elif url.hostname in _LOOPBACK and not near:
        yield Lack("STUDIO_PUBLIC_URL", f"the name others reach it by; {url.hostname} is this machine alone")


def _secret(settings: Settings) -> Iterator[Lack]:
    secret = settings.studio_secret.get_secret_value()
    if not secret:
        yield Lack("STUDIO_SECRET", f"at least {_SHORTEST} letters nobody can guess; {_MAKE}")
    elif len(secret) < _SHORTEST:
        yield Lack("STUDIO_SECRET", f"at least {_SHORTEST} letters, it has {len(secret)}; {_MAKE}")
    elif len(set(secret)) < _VARIED or any(word in secret.lower() for word in _KNOWN):
        yield Lack("STUDIO_SECRET", f"something nobody can guess: this one is easily guessed; {_MAKE}")


def _database(settings: Settings) -> Iterator[Lack]:
    if not urlsplit(settings.database_url).scheme.startswith("postgresql"):
        yield Lack("STUDIO_DATABASE_URL", "PostgreSQL, such as postgresql://studio:password@db/studio")


def _vault(settings: Settings) -> Iterator[Lack]:
    url = urlsplit(settings.studio_vault_url)
    if url.scheme != "s3" or not url.netloc:
        yield Lack("STUDIO_VAULT_URL", "an S3-compatible bucket, such as s3://bucket/folder")
        return
    try:
        read_address(settings.studio_vault_url)
    except BadRequest as error:
        yield Lack("STUDIO_VAULT_URL", error.detail.removeprefix("STUDIO_VAULT_URL: "))
    for name in ("aws_access_key_id", "aws_secret_access_key"):
        if not getattr(settings, name).get_secret_value():
            yield Lack(name.upper(), "the key of that bucket, which needs both its id and its secret")


def _inner(settings: Settings) -> Iterator[Lack]:
    """Where connections inside are to be encrypted too, what leaves them open or trusts whoever answers."""
    if not settings.studio_inner_tls:
        return
    asked = dict(parse_qsl(urlsplit(settings.database_url).query))
    if asked.get("sslmode") != "verify-full":
        yield Lack("STUDIO_DATABASE_URL", "?sslmode=verify-full&sslrootcert=/path/ca.pem: STUDIO_INNER_TLS is set")
    store = dict(parse_qsl(urlsplit(settings.studio_vault_url).query)).get("endpoint", "")
    if store and urlsplit(store).scheme != "https":
        yield Lack("STUDIO_VAULT_URL", "an endpoint with https: STUDIO_INNER_TLS is set")


def _mail(settings: Settings) -> Iterator[Lack]:
    url = urlsplit(settings.studio_mail_url.get_secret_value())
    if url.scheme not in ("smtp", "smtps") or not url.hostname:
        yield Lack("STUDIO_MAIL_URL", "who sends mail, such as smtp://name:password@mail.example.com:587")
    if "@" not in settings.studio_mail_from:
        yield Lack("STUDIO_MAIL_FROM", "the sender of its mail, such as TrashFire Studio <studio@example.com>")


def _stolen(settings: Settings) -> Iterator[Lack]:
    if (file := settings.studio_breached_passwords) and not file.is_file():
        yield Lack("STUDIO_BREACHED_PASSWORDS", f"a file that can be read; {file} is none")


def _scanner(settings: Settings) -> Iterator[Lack]:
    if settings.studio_scanner:
        try:
            Clamd(settings.studio_scanner)
        except BadRequest as error:
            yield Lack("STUDIO_SCANNER", error.detail)


def _payments(settings: Settings) -> Iterator[Lack]:
    mode, key = settings.studio_payments, settings.stripe_api_key.get_secret_value()
    if mode == "off":
        return
    if not key:
        yield Lack("STRIPE_API_KEY", f"a key of Stripe's, or STUDIO_PAYMENTS=off; payments are {mode}")
    elif mode == "live" and not key.startswith(("sk_live_", "rk_live_")):
        yield Lack("STRIPE_API_KEY", "a live key (sk_live_ or rk_live_): payments are live, and this one is not")
    elif mode == "mock" and "_live_" in key:
        yield Lack("STRIPE_API_KEY", "a test key: payments are mock, and a live one must never reach a double")
    if not settings.stripe_webhook_secret.get_secret_value().startswith("whsec_"):
        yield Lack(
            "STRIPE_WEBHOOK_SECRET", "the signing secret of the webhook, whsec_…: nothing is believed without it"
        )
    if mode == "live" and not (settings.fal_key.get_secret_value() or settings.runpod_api_key.get_secret_value()):
        yield Lack(
            "FAL_KEY", "a key of who moves pictures, or RUNPOD_API_KEY: plans are sold, and nobody could make them"
        )
    base = urlsplit(settings.stripe_api_base)
    if mode == "live" and (base.scheme != "https" or base.hostname != "api.stripe.com"):
        yield Lack("STRIPE_API_BASE", "https://api.stripe.com: payments are live")
    if mode == "mock" and base.hostname not in _LOOPBACK:
        yield Lack("STRIPE_API_BASE", "the address of the double on this machine: payments are mock")
