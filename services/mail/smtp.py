"""Mail by SMTP: to a server over TLS, without which no password and no link leaves this machine."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import formatdate, parseaddr
from urllib.parse import unquote, urlsplit

from studio.errors import BadRequest, Busy, Denied, Down, Invalid
from studio.people.mail import Message

_PATIENCE = 20.0  # seconds for each answer
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
_LATER = range(400, 500)  # what a server says that will take it another time
_PORTS = {"smtp": 587, "smtps": 465}
_VENDOR = "mail"


class SmtpMail:
    """A mail server at smtp://name:password@host:587 (TLS after STARTTLS) or smtps://…:465; `sender` sends."""

    def __init__(
        self, url: str, sender: str, *, context: Callable[[], ssl.SSLContext] = ssl.create_default_context
    ) -> None:
        self._url, self._sender, self._context = urlsplit(url), sender, context
        if self._url.scheme not in _PORTS or not self._url.hostname or "@" not in parseaddr(sender)[1]:
            raise BadRequest("mail needs a server and a sender, smtp://name:password@host:587", field="STUDIO_MAIL_URL")

    def send(self, message: Message) -> None:
        """Hand a message over; Down, Busy or Denied when it may be tried again, Invalid when not."""
        told = letter(message, self._sender)
        try:
            with self._connect() as server:
                if self._url.username:
                    server.login(unquote(self._url.username), unquote(self._url.password or ""))
                server.send_message(told)
        except smtplib.SMTPRecipientsRefused as error:
            code = max(code for code, _said in error.recipients.values())
            raise (Busy if code in _LATER else Invalid)(
                f"the address was refused with {code}", vendor=_VENDOR
            ) from error
        except (smtplib.SMTPAuthenticationError, smtplib.SMTPSenderRefused) as error:
            raise Denied(f"the mail server refused the studio with {error.smtp_code}", vendor=_VENDOR) from error
        except smtplib.SMTPResponseException as error:
            kind = Busy if error.smtp_code in _LATER else Invalid
            raise kind(f"the mail server answered {error.smtp_code}", vendor=_VENDOR) from error
        except smtplib.SMTPNotSupportedError as error:
            raise Denied(f"the mail server cannot: {error}", vendor=_VENDOR) from error
        except (smtplib.SMTPException, OSError) as error:
            raise Down(f"the mail server cannot be reached: {type(error).__name__}", vendor=_VENDOR) from error

    def _connect(self) -> smtplib.SMTP:
        host, port = self._url.hostname or "", self._url.port or _PORTS[self._url.scheme]
        if self._url.scheme == "smtps":
            return smtplib.SMTP_SSL(host, port, timeout=_PATIENCE, context=self._context())
        server = smtplib.SMTP(host, port, timeout=_PATIENCE)
        try:
            server.ehlo_or_helo_if_needed()
            if server.has_extn("starttls") or host not in _LOOPBACK:
                server.starttls(context=self._context())
        except BaseException:
            server.close()
            raise
        return server


def letter(message: Message, sender: str) -> EmailMessage:
    """A message as it goes over the wire."""
    made = EmailMessage(policy=SMTP)
    local, _, domain = message.to.rpartition("@")
    made["From"], made["To"] = sender, f"{local}@{domain.encode('idna').decode()}"
    made["Subject"], made["Date"] = message.subject, formatdate()
    made["Message-ID"] = f"<{message.id}@{parseaddr(sender)[1].rpartition('@')[2]}>"
    made["Auto-Submitted"] = "auto-generated"
    made.set_content(message.text)
    return made
