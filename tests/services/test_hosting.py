"""Starting hosted is refused with the whole list of what is missing or weak; local mode needs nothing of it."""

from __future__ import annotations

import pytest

from services.commands.serve import for_strangers
from services.hosting import check_hosting, lacks
from services.settings import Settings
from studio.errors import BadRequest
from tests.journeys.studio import answer, refused, run

WHOLE = {
    "studio_mode": "hosted",
    "studio_public_url": "https://studio.example.org",
    "studio_secret": "Zk3vQ9-wXr71LmTe0pYhUs5BdNaGcJf2",
    "studio_database_url": "postgresql://studio:password@db/studio",
    "studio_vault_url": "s3://takes",
    "aws_access_key_id": "AKIA",
    "aws_secret_access_key": "key",
    "studio_mail_url": "smtp://mail.example.org:587",
    "studio_mail_from": "Studio <studio@example.org>",
}
LIVE = {"studio_payments": "live", "stripe_api_key": "sk_live_1", "stripe_webhook_secret": "whsec_1", "fal_key": "fal"}
MOCK = {
    "studio_payments": "mock",
    "stripe_api_key": "sk_test_1",
    "stripe_webhook_secret": "whsec_1",
    "stripe_api_base": "http://127.0.0.1:12111",
}


def lacking(**given: str) -> list[str]:
    return [one.setting for one in lacks(Settings(_env_file=None, **given))]


def test_local_mode_needs_nothing() -> None:
    assert lacking() == []


@pytest.mark.parametrize("more", [{}, LIVE, MOCK])
def test_a_whole_configuration_lacks_nothing(more: dict[str, str]) -> None:
    assert lacking(**WHOLE | more) == []


def test_no_error_shows_strangers_how_it_is_inside() -> None:
    told = for_strangers(Settings(_env_file=None, **WHOLE))
    assert told[told.index("--client.showErrorDetails") + 1] == "none"
    assert for_strangers(Settings(_env_file=None)) == []


def test_everything_that_is_missing_is_told_at_once() -> None:
    with pytest.raises(BadRequest) as refusal:
        check_hosting(Settings(_env_file=None, studio_mode="hosted", studio_payments="live"))
    lines = [line.strip().partition(":")[0] for line in str(refusal.value).splitlines()[1:]]
    assert lines == [
        *(name.upper() for name in WHOLE if name.startswith("studio_") and name != "studio_mode"),
        "STRIPE_API_KEY",
        "STRIPE_WEBHOOK_SECRET",
        "FAL_KEY",
    ]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("studio_secret", "short"),
        ("studio_secret", "a" * 64),
        ("studio_secret", "changeme-changeme-Zk3vQ9-wXr71LmTe0pYhUs5"),
        ("studio_public_url", "http://studio.example.org"),
        ("studio_public_url", "https://localhost"),
        ("studio_public_url", "https://studio.example.org/app"),
        ("studio_public_url", "studio.example.org"),
        ("studio_database_url", "sqlite:////tmp/studio.db"),
        ("studio_vault_url", "/srv/vault"),
        ("studio_vault_url", "s3://takes?zone=eu"),
        ("aws_secret_access_key", ""),
        ("studio_mail_url", "https://mail.example.org"),
        ("studio_mail_from", "studio"),
    ],
)
def test_what_is_weak_or_wrong_is_named(name: str, value: str) -> None:
    assert lacking(**WHOLE | {name: value}) == [name.upper()]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({**LIVE, "stripe_webhook_secret": ""}, ["STRIPE_WEBHOOK_SECRET"]),
        ({**LIVE, "stripe_api_key": "sk_test_1"}, ["STRIPE_API_KEY"]),
        ({**LIVE, "stripe_api_key": ""}, ["STRIPE_API_KEY"]),
        ({**LIVE, "stripe_api_base": "http://127.0.0.1:12111"}, ["STRIPE_API_BASE"]),
        ({**MOCK, "stripe_api_key": "rk_live_1"}, ["STRIPE_API_KEY"]),
        ({**MOCK, "stripe_api_base": "https://api.stripe.com"}, ["STRIPE_API_BASE"]),
    ],
)
def test_payments_half_configured_are_refused_in_every_mode(given: dict[str, str], named: list[str]) -> None:
    assert lacking(**given) == named
    assert lacking(**WHOLE | given) == named


def test_only_a_test_may_come_without_a_certificate() -> None:
    near = WHOLE | {"studio_public_url": "http://127.0.0.1:8600"}
    assert lacking(**near) == ["STUDIO_PUBLIC_URL"]
    assert lacking(**near, app_env="test") == []
    assert lacking(**WHOLE | {"studio_public_url": "http://studio.example.org"}, app_env="test") == [
        "STUDIO_PUBLIC_URL"
    ]


@pytest.mark.parametrize("command", ["web", "worker", "up"])
def test_a_process_of_a_hosted_studio_does_not_start_half_configured(environment: dict[str, str], command: str) -> None:
    refused(run(environment | {"STUDIO_MODE": "hosted"}, command), "STUDIO_SECRET: at least 32 letters", 2)


def test_the_doctor_says_what_is_missing(environment: dict[str, str]) -> None:
    more = {"STUDIO_MODE": "hosted", "STUDIO_PAYMENTS": "mock", "GROQ_API_KEY": "", "FAL_KEY": ""}
    done = run(environment | more, "doctor", "--json")
    assert done.returncode == 1
    ill = {one["what"] for one in answer(done) if not one["well"]}
    assert ill >= {"hosted: STUDIO_SECRET", "hosted: STUDIO_PUBLIC_URL", "hosted: STUDIO_DATABASE_URL"}
    assert "films for credits: cinema" in ill


@pytest.mark.parametrize(
    ("database", "vault", "lacks"),
    [
        ("", "", ["STUDIO_DATABASE_URL"]),
        ("?sslmode=require", "?endpoint=http://store:9000", ["STUDIO_DATABASE_URL", "STUDIO_VAULT_URL"]),
        ("?sslmode=verify-full", "?endpoint=http://store:9000", ["STUDIO_VAULT_URL"]),
        ("?sslmode=verify-full&sslrootcert=/ca.pem", "?endpoint=https://store.example.org", []),
        ("?sslmode=verify-full", "", []),
    ],
)
def test_where_connections_inside_are_to_be_encrypted_open_ones_keep_it_from_starting(
    database: str, vault: str, lacks: list[str]
) -> None:
    url, bucket = WHOLE["studio_database_url"] + database, WHOLE["studio_vault_url"] + vault
    given = WHOLE | {"studio_database_url": url, "studio_vault_url": bucket}
    assert lacking(**given) == []
    assert lacking(**given, studio_inner_tls="1") == lacks
