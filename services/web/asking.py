"""What the doors ask: pages with one form each, the same words for the same thing as the app's own pages."""

from __future__ import annotations

from starlette.responses import Response

from services.web.forms import entry, form, hidden, lead, page, say

ADDRESS = "Mail address"


def sign_in_page(next_: str, email: str = "", why: str = "", status: int = 200) -> Response:
    """Who it is."""
    asked = form(
        "/auth/sign-in",
        "Sign in",
        hidden("next", next_),
        entry(ADDRESS, "email", "email", "username", email),
        entry("Password", "password", "password", "current-password"),
    )
    ways = (
        lead("No account yet?", "Start free", "/register"),
        lead("Forgot your password?", "Choose a new one", "/reset"),
    )
    return page("Sign in", *_alarm(why), asked, *ways, status=status)


def code_page(token: str, next_: str, why: str = "", status: int = 200) -> Response:
    """Whether their app is at hand too."""
    asked = form(
        "/auth/second",
        "Sign in",
        hidden("token", token),
        hidden("next", next_),
        entry("Code of your app", "code", "text", "one-time-code"),
    )
    return page(
        "One step more",
        *_alarm(why),
        say("Your app shows six figures, new ones every half minute. One of your codes on paper does as well, once."),
        asked,
        lead("Took longer than five minutes?", "Begin again", "/auth/begin"),
        status=status,
    )


def open_page(token: str, why: str = "", status: int = 200) -> Response:
    """The password that was chosen with a mailed link."""
    asked = form(
        "/auth/open",
        "Open my account",
        hidden("token", token),
        entry("The password you chose", "password", "password", "current-password"),
    )
    again = lead("You do not know it, or chose none?", "Register once more", "/register")
    return page("Open your account", *_alarm(why), asked, again, status=status)


def reset_page(token: str, why: str = "", status: int = 200) -> Response:
    """A new password, by a mailed link."""
    asked = form(
        "/auth/reset",
        "Change the password",
        hidden("token", token),
        entry("New password, at least 10 letters", "password", "password", "new-password"),
        entry("Once more", "again", "password", "new-password"),
    )
    return page("Choose a new password", *_alarm(why), asked, status=status)


def _alarm(why: str) -> list[str]:
    return [say(why, alarm=True)] if why else []
