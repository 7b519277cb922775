"""A ticket: fal's request id with the addresses it gave for it, as one text for the errand."""

from __future__ import annotations

from typing import Any, Self
from urllib.parse import urlsplit

from pydantic import ValidationError

from services.fal.answers import VENDOR
from studio.errors import Garbled, Unclear
from studio.story.noun import Noun


class Ticket(Noun):
    """Where a request is asked about; the key only ever goes to the host that was configured."""

    request: str
    status: str
    response: str
    cancel: str

    @classmethod
    def given(cls, body: dict[str, Any], model: str, queue: str) -> Self:
        """What fal answered to a submit; Unclear without an id.

        Addresses that lie elsewhere are not followed: the request is asked about at the queue it was sent to.
        """
        request = body.get("request_id")
        if not isinstance(request, str) or not request:
            raise Unclear("fal answered without saying which request it took", vendor=VENDOR, operation="submit")
        urls = (body.get("status_url"), body.get("response_url"), body.get("cancel_url"))
        try:
            return cls(request=request, status=urls[0], response=urls[1], cancel=urls[2]).checked(queue)
        except (ValidationError, Garbled):
            return cls.built(model, request, queue)

    @classmethod
    def built(cls, model: str, request: str, queue: str) -> Self:
        """The addresses of a request that a list names: owner and app of the model, whatever follows them."""
        home = f"{queue}/{'/'.join(model.split('/')[:2])}/requests/{request}"
        return cls(request=request, status=f"{home}/status", response=home, cancel=f"{home}/cancel")

    @classmethod
    def read(cls, text: str, queue: str) -> Self:
        """A ticket as `text` wrote it down; Garbled for one that is none."""
        try:
            return cls.model_validate_json(text).checked(queue)
        except ValidationError as error:
            raise Garbled("the ticket kept for fal cannot be read", vendor=VENDOR, operation="status") from error

    @property
    def text(self) -> str:
        """The ticket for the errand."""
        return self.model_dump_json()

    def checked(self, queue: str) -> Self:
        """The ticket itself; Garbled when an address is not on the queue's host."""
        own = urlsplit(queue)[:2]
        for url in (self.status, self.response, self.cancel):
            if urlsplit(url)[:2] != own:
                host = urlsplit(url).hostname or "no host"
                why = f"fal's request lies at {host}, which is not its queue"
                raise Garbled(why, vendor=VENDOR, operation="submit", request=self.request)
        return self
