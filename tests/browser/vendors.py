"""An episode made by a crew at vendors, in a real browser: its price is seen before, and what it cost after."""

from __future__ import annotations

import re

from playwright.sync_api import FilePayload, Page, expect

from pages.parts.wording import dollars
from tests.doubles.cloud import Cloud

_SCRIPT = b"""Title: The Kettle

INT. KITCHEN - NIGHT

MARA
The kettle sings.

OTIS
Then open it.
"""
_PRICED = re.compile(r"Render 1 format, about \$\d+\.\d+, at most \$(\d+\.\d+)")


def film_at_vendors(page: Page, studio: str, vendors: Cloud) -> None:
    """Film a scene with the cloud crew; it costs what the vendors billed, and no more than was said before."""
    assert vendors.total == 0, "nothing was asked of a vendor before it was priced"
    page.goto(studio)
    page.get_by_role("tab", name="Bring a screenplay").click()
    page.locator("input[type=file]").set_input_files(FilePayload(name="kettle.fountain", mimeType="", buffer=_SCRIPT))
    page.get_by_role("button", name="Open in Script Lab").click()
    page.wait_for_url(re.compile(r"episode=\w+"))
    episode = page.url.partition("episode=")[2].partition("&")[0]
    page.goto(f"{studio}/episode?episode={episode}")
    page.get_by_text("Crew: offline, free").click()
    page.get_by_role("button", name="Cloud crew").click()
    priced = page.get_by_role("button", name=_PRICED)
    told = _PRICED.search(priced.inner_text())
    assert told
    assert vendors.total == 0
    priced.click()
    expect(page.locator("video")).to_be_visible(timeout=600_000)
    expect(page.get_by_text("there is nothing to render")).to_be_visible()
    assert 0 < vendors.total <= float(told[1]) * 1_000_000, {name: books.total for name, books in vendors.books.items()}
    page.goto(f"{studio}/costs?episode={episode}")
    expect(page.get_by_text(dollars(vendors.total), exact=True).first).to_be_visible()
    expect(page.get_by_text(f"{dollars(vendors.total)} of $11.12")).to_be_visible()  # of the month that was paid
