"""Keys in the log: none, wherever one stood and whoever wrote it."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from services.logbook import close_logbook, open_logbook, reference
from services.redaction import Redaction
from services.settings import Settings

SECRETS = {
    "groq_api_key": "groqs-very-own-key",
    "elevenlabs_api_key": "elevens-very-own-key",
    "fal_key": "falid:fal/secret+part",
    "stripe_webhook_secret": "stripes-very-own",
}


@pytest.fixture
def file(tmp_path: Path) -> Iterator[Path]:
    """The log of a studio whose settings hold keys."""
    open_logbook(tmp_path / "log", Settings(**SECRETS).secrets)
    yield tmp_path / "log" / "studio.log"
    close_logbook()


def test_settings_know_every_key_that_is_set() -> None:
    assert set(Settings(**SECRETS).secrets) >= set(SECRETS.values())
    assert "" not in Settings(**SECRETS).secrets


@pytest.mark.parametrize("secret", SECRETS.values())
@pytest.mark.parametrize("logger", ["services.writers", "groq._base_client", "elevenlabs", "fern", "stripe"])
def test_a_configured_key_reaches_no_line(file: Path, logger: str, secret: str) -> None:
    logging.getLogger(logger).error("asked with %s and {'k': %r}", secret, {"k": secret})
    written = file.read_text()
    assert secret not in written
    assert "asked with [key]" in written


def test_a_key_in_an_address_is_found_too(file: Path) -> None:
    logging.getLogger("services").warning("GET https://fal.run/?k=falid%3Afal%2Fsecret%2Bpart")
    assert "secret%2Bpart" not in file.read_text()


def test_a_traceback_shows_no_key(file: Path) -> None:
    try:
        raise ValueError(f"the header was {SECRETS['groq_api_key']}")
    except ValueError as error:
        reference(error)
    written = file.read_text()
    assert "ValueError: the header was [key]" in written
    assert SECRETS["groq_api_key"] not in written


@pytest.mark.parametrize(
    "line",
    [
        "Authorization: Bearer unheard-of-value",
        "{'authorization': 'Bearer unheard-of-value', 'x': 1}",
        "headers=[(b'authorization', b'Key unheard-of-value')]",
        '{"xi-api-key": "unheard-of-value"}',
        "XI-API-KEY=unheard-of-value",
        "proxy-authorization: Basic unheard-of-value",
        "x-api-key: unheard-of-value",
        "sent Bearer unheard-of-value",
    ],
)
def test_what_stands_in_a_header_of_keys_is_taken_out_unknown_as_it_is(file: Path, line: str) -> None:
    logging.getLogger("fern").warning(line)
    assert "unheard-of-value" not in file.read_text()


def test_what_begins_as_keys_do_is_taken_out() -> None:
    told = Redaction().redact("tried gsk_abcdefgh1234, sk_live_12345678 and rpa_ABCDEFGH9 in task_force_12345678")
    assert told == "tried [key], [key] and [key] in task_force_12345678"


def test_everything_else_stays_as_it_was() -> None:
    said = "a bearer of bad news; the key to the door: none; authorization was refused, api keys are set"
    assert Redaction(["secret"]).redact(said) == said


def test_a_client_that_writes_to_the_terminal_by_itself_shows_no_key(
    file: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    own = logging.StreamHandler()
    talker = logging.getLogger("groq._base_client")
    talker.addHandler(own)
    try:
        talker.warning("Request options: %s", {"api": SECRETS["groq_api_key"]})
    finally:
        talker.removeHandler(own)
    said = capfd.readouterr().err
    assert "Request options" in said
    assert SECRETS["groq_api_key"] not in said


def test_a_key_that_is_part_of_another_leaves_nothing_of_either() -> None:
    assert Redaction(["abc", "abcdef"]).redact("abcdef abc") == "[key] [key]"


def test_a_message_that_does_not_fit_its_arguments_is_told_without_its_key(file: Path) -> None:
    logging.getLogger("services").error("%s and %s", SECRETS["groq_api_key"])
    assert "%s and %s ('[key]',)" in file.read_text()


def test_what_is_written_with_a_stack_shows_no_key(file: Path) -> None:
    logging.getLogger("services").error("here", stack_info=True)
    written = file.read_text()
    assert "Stack (most recent call last)" in written


def test_what_is_collected_from_stderr_is_what_is_written(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    open_logbook(tmp_path / "log", SECRETS.values(), aloud=True)
    try:
        logging.getLogger("studio.somewhere").warning("asked with %s\nand on", SECRETS["groq_api_key"])
    finally:
        close_logbook()
    said = capfd.readouterr()
    assert said.err == (tmp_path / "log" / "studio.log").read_text()
    assert "asked with [key]\\nand on" in said.err
    assert said.out == ""
    logging.getLogger("studio.somewhere").info("afterwards")
    assert "afterwards" not in capfd.readouterr().err
