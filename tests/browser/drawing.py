"""When a page is drawn: its script rests, and nothing in it has changed for a while."""

from __future__ import annotations

from playwright.sync_api import Page, expect

_HANGS = 120_000  # milliseconds; bounded only against hanging
_SETTLED = """
async ([quiet, hangs]) => {
  const begun = performance.now();
  let last = "", since = begun;
  while (performance.now() - since < quiet) {
    if (performance.now() - begun > hangs) throw new Error("the page never settled");
    const app = document.querySelector("[data-testid=stApp]");
    const rests = app?.dataset.testScriptState === "notRunning" && !app.querySelector("[data-testid=stSkeleton]");
    const now = rests ? `${app.querySelectorAll("*").length} ${app.scrollHeight}` : `${performance.now()}`;
    if (now !== last) [last, since] = [now, performance.now()];
    await new Promise((done) => setTimeout(done, 25));
  }
}
"""


def drawn(page: Page, quiet: int = 400) -> Page:
    """The page once all of it is there and has not changed for that many milliseconds.

    On a busy machine a page comes in parts, and a script may rest between two runs.
    """
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")
    page.evaluate(_SETTLED, [quiet, _HANGS])
    return page
