"""A whole hosted studio as an operator would run it: pages and a worker on PostgreSQL, an S3 store, a mail server."""

from __future__ import annotations

import email
import email.policy
import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page

from tests.doubles.s3 import KEY, SECRET, store
from tests.doubles.smtp import SmtpDouble, Taken
from tests.journeys.studio import run
from tests.ports import free_port
from tests.postgres import serving
from tests.web.server import studio

_LINK = re.compile(r"http://127\.0\.0\.1:\d+(/\S+)")
_PATIENCE = 120.0  # seconds for a letter


@dataclass(frozen=True)
class Hosted:
    """Where it answers, the mail it sends, and the settings of its processes."""

    address: str
    mail: SmtpDouble
    environment: dict[str, str]

    def at(self, path: str) -> str:
        """The address of a path."""
        return f"{self.address}{path}"

    def letter(self, to: str, about: str) -> str:
        """The path of the link in the last letter to somebody that has these words; waits until it is there."""
        end = time.monotonic() + _PATIENCE
        while time.monotonic() < end:
            for taken in reversed(self.mail.taken):
                if to in taken.to and about in (text := _text(taken)) and (found := _LINK.search(text)):
                    return found[1]
            time.sleep(0.1)
        raise AssertionError(f"no letter about {about} to {to}: {[_text(one) for one in self.mail.taken]}")


@contextmanager
def hosted(folder: Path, command: str = "up", **more: str) -> Iterator[Hosted]:
    """Run it until the block ends; `more` are settings besides."""
    port = free_port()
    kept = {key: value for key, value in os.environ.items() if not key.startswith("STUDIO_")}
    with serving() as postgres, store() as bucket, SmtpDouble() as mail:
        postgres.mould()
        environment = kept | {
            "APP_ENV": "test",
            "STUDIO_MODE": "hosted",
            "STUDIO_HOME": str(folder / "home"),
            "STUDIO_PUBLIC_URL": f"http://127.0.0.1:{port}",
            "STUDIO_SECRET": "Zk3vQ9-wXr71LmTe0pYhUs5BdNaGcJf2",
            "STUDIO_DATABASE_URL": postgres.fresh(),
            "STUDIO_VAULT_URL": bucket.vault_url(bucket.bucket()),
            "AWS_ACCESS_KEY_ID": KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET,
            "STUDIO_MAIL_URL": f"smtp://127.0.0.1:{mail.port}",
            "STUDIO_MAIL_FROM": "Studio <studio@example.org>",
            **more,
        }
        with studio(command, environment, folder / "log", port):
            yield Hosted(f"http://127.0.0.1:{port}", mail, environment)


def register(page: Page, at: Hosted, address: str, password: str, code: str = "") -> None:
    """Register as a stranger does, and open the account by the mailed link, which signs in."""
    page.goto(at.at(f"/register?invitation={code}" if code else "/register"))
    page.get_by_label("What shall we call you?").fill("Ada")
    page.get_by_label("Mail address").fill(address)
    page.get_by_label("Password, at least 10 letters", exact=True).fill(password)
    page.get_by_role("button", name="Register").click()
    page.get_by_text("Look into your mail").wait_for()
    page.goto(at.at(at.letter(address, "/auth/open")))
    page.get_by_label("The password you chose").fill(password)
    page.get_by_role("button", name="Open my account").click()
    page.wait_for_url(at.address + "/")


def sign_in(page: Page, address: str, password: str) -> None:
    """Sign in on the page that asks for it."""
    page.get_by_label("Mail address").fill(address)
    page.get_by_label("Password", exact=True).fill(password)
    page.get_by_role("button", name="Sign in").click()


def appoint(page: Page, at: Hosted, address: str, password: str) -> None:
    """Have the first founder appointed by command line; they choose a password by the mailed link and sign in."""
    done = run(at.environment, "founder", address, "--name", "Grace")
    assert done.returncode == 0, done.stderr
    page.goto(at.at(at.letter(address, "/auth/reset")))
    page.get_by_label("New password").fill(password)
    page.get_by_label("Once more").fill(password)
    page.get_by_role("button", name="Change the password").click()
    page.get_by_role("heading", name="Your password is changed").wait_for()
    page.goto(at.at("/invitations"))
    sign_in(page, address, password)
    page.get_by_role("heading", name="Let somebody in no more").wait_for()


def _text(taken: Taken) -> str:
    letter = email.message_from_bytes(taken.data, policy=email.policy.default)
    body = letter.get_body(("plain",))
    return str(body.get_content()) if body else ""
