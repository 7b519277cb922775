"""Mail: sent over the real wire, tried again and never doubled, and without headers of anybody else's."""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from io import StringIO
from pathlib import Path

import pytest
from sqlmodel import select

from services.doorkeeping import door_chores
from services.mail.console import ConsoleMail
from services.mail.sending import mail
from services.mail.smtp import SmtpMail
from services.mail.texts import LINKS, compose, text
from services.settings import Settings
from studio.db import now
from studio.errors import BadRequest, Busy, Denied, Down, Invalid, KeyMissing
from studio.people import letters
from studio.people.account import OWNER, by_email
from studio.people.letters import Kind, Letter, LetterState
from studio.people.mail import Message
from studio.people.pruning import prune
from tests.doubles.smtp import SmtpDouble, certificate
from tests.people.town import EMAIL, PASSWORD, STUDIO, Town

HELLO = Message(id="abc123", to="ada@example.com", subject="Grüße", text="Hello.\n.\nBye – now.\n")
SENDER = "TrashFire Studio <studio@example.com>"


@pytest.fixture
def server() -> Iterator[SmtpDouble]:
    with SmtpDouble() as made:
        yield made


def test_a_message_arrives_as_it_was_written(server: SmtpDouble) -> None:
    SmtpMail(f"smtp://127.0.0.1:{server.port}", SENDER).send(HELLO)
    (taken,) = server.taken
    assert (taken.sender, taken.to) == ("studio@example.com", ["ada@example.com"])
    read = message_from_bytes(taken.data, policy=default)
    assert (read["Subject"], read["To"], read["Message-ID"]) == ("Grüße", "ada@example.com", "<abc123@example.com>")
    assert read.get_content().replace("\r\n", "\n") == HELLO.text
    assert read["Auto-Submitted"] == "auto-generated"


def test_a_password_goes_over_tls_alone(tmp_path: Path) -> None:
    chain, key = certificate(tmp_path)
    trusting = ssl.create_default_context(cafile=str(chain))
    with SmtpDouble(tls=(chain, key), login=("studio", "s3cret/word")) as server:
        url = f"smtp://studio:s3cret%2Fword@localhost:{server.port}"
        SmtpMail(url, SENDER, context=lambda: trusting).send(HELLO)
        assert [one.encrypted for one in server.taken] == [True]
        with pytest.raises(Down):
            SmtpMail(url, SENDER).send(HELLO)  # whose certificate nobody vouches for
        with pytest.raises(Denied) as refused:
            SmtpMail(url.replace("s3cret", "other"), SENDER, context=lambda: trusting).send(HELLO)
        assert "s3cret" not in str(refused.value)
        assert len(server.taken) == 1


@pytest.mark.parametrize(
    ("answer", "error"),
    [("450 4.2.1 later", Busy), ("550 5.1.1 no such user", Invalid), ("421 4.3.2 closing", Busy)],
)
def test_what_the_server_refuses_says_whether_to_try_again(
    server: SmtpDouble, answer: str, error: type[Exception]
) -> None:
    server.refuse = answer
    with pytest.raises(error):
        SmtpMail(f"smtp://127.0.0.1:{server.port}", SENDER).send(HELLO)


def test_a_server_that_is_not_there_is_down(server: SmtpDouble) -> None:
    server.close()
    with pytest.raises(Down):
        SmtpMail(f"smtp://127.0.0.1:{server.port}", SENDER).send(HELLO)


@pytest.mark.parametrize("nasty", ["a@b.c\nBcc: x@y.z", "a\r\nb", "a\u2028b", "a\x00b", "a\x85b", ""])
@pytest.mark.parametrize("field", ["id", "to", "subject"])
def test_nobody_adds_headers(field: str, nasty: str) -> None:
    with pytest.raises(BadRequest):
        Message(**{"id": "i", "to": "a@b.c", "subject": "s", "text": "t", field: nasty})


def test_every_letter_has_a_text_and_a_link_where_it_needs_one() -> None:
    carries = {"ticket": "7", "about": "{it}", "said": "so"}
    for kind in Kind:
        made = compose(kind, "id", "ada@example.com", "{Ada}", "t0ken", STUDIO, carries)
        assert made.subject
        assert "{Ada}" in made.text or kind in (Kind.LEFT, Kind.UNOPENED)
        assert (f"{STUDIO}/auth/{LINKS.get(kind)}?token=t0ken" in made.text) == (kind in LINKS)
        assert "{link}" not in made.text
        assert text(kind)[0] == made.subject


def test_where_nothing_is_set_mail_is_shown_and_in_a_hosted_studio_refused(tmp_path: Path) -> None:
    shown = StringIO()
    ConsoleMail(shown).send(HELLO)
    assert "ada@example.com" in shown.getvalue()
    assert isinstance(mail(Settings(_env_file=None, studio_home=tmp_path)), ConsoleMail)
    with pytest.raises(KeyMissing):
        mail(Settings(_env_file=None, studio_home=tmp_path, studio_mode="hosted"))


def test_a_letter_that_cannot_be_sent_is_tried_again_later_and_sent_once(town: Town) -> None:
    town.at().register(EMAIL, "Ada", PASSWORD)
    town.mail.trouble = [Down("nobody is there", vendor="mail"), Busy("later", vendor="mail")]
    assert town.post() == 0
    assert town.post() == 0, "not before its time"
    assert len(town.mail.trouble) == 1
    town.clock.go(seconds=31)
    assert town.post() == 0
    town.clock.go(seconds=61)
    assert town.post() == 1
    town.clock.go(hours=1)
    assert town.post() == 0
    assert len(town.mail.messages) == 1
    town.open()


def test_a_letter_whose_sender_died_is_taken_over_with_the_same_message_id(town: Town) -> None:
    town.at().register(EMAIL, "Ada", PASSWORD)
    with town.house.db.write() as session:
        (waiting,) = letters.due(session, at=town.clock())
        assert letters.claim(session, waiting, at=town.clock())  # and is never heard of again
    assert town.post() == 0
    town.clock.go(minutes=6)
    assert town.post() == 1
    assert town.mail.messages[0].id == waiting


def test_a_letter_nobody_takes_is_dropped(town: Town) -> None:
    town.at().register(EMAIL, "Ada", PASSWORD)
    town.mail.trouble = [Invalid("no such user", vendor="mail")]
    town.post()
    with town.house.db.read() as session:
        row = session.exec(select(Letter)).one()
        assert row.state == LetterState.DROPPED
        assert row.carries == {}


def test_what_is_logged_of_a_letter_is_neither_its_address_nor_its_link(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    town.at().register(EMAIL, "Ada", PASSWORD)
    with caplog.at_level(logging.DEBUG):
        town.mail.trouble = [Down("nobody is there", vendor="mail")]
        town.post()
        town.clock.go(minutes=1)
        town.post()
    assert "letter.sent" in caplog.text
    assert EMAIL not in caplog.text
    assert town.mail.token() not in caplog.text


def test_who_never_came_is_forgotten_and_who_did_is_not(town: Town) -> None:
    town.settle()
    town.at().register("never@example.com", "N", PASSWORD)
    town.post()
    with town.house.db.write() as session:
        prune(session, at=town.clock())
        assert by_email(session, "never@example.com")
    town.clock.go(days=3)
    with town.house.db.write() as session:
        prune(session, at=town.clock())
        assert by_email(session, "never@example.com") is None
        assert by_email(session, EMAIL)
        assert session.get(type(by_email(session, EMAIL)), OWNER)


def test_a_workers_chores_send_letters_and_clear_what_is_left(town: Town, server: SmtpDouble, home: Path) -> None:
    town.clock.at = now()
    town.at().register(EMAIL, "Ada", PASSWORD)
    media = town.house.media / "gone"
    media.mkdir(parents=True)
    settings = Settings(
        _env_file=None,
        studio_home=home,
        studio_mode="hosted",
        studio_public_url=f"{STUDIO}/",
        studio_mail_url=f"smtp://127.0.0.1:{server.port}",
        studio_mail_from=SENDER,
    )
    for chore in door_chores(settings, town.house):
        chore.work()
    read = message_from_bytes(server.taken[0].data, policy=default)
    assert read["To"] == EMAIL
    assert f"{STUDIO}/auth/open?token=" in read.get_content()
    assert not media.exists()
