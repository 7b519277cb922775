"""`founder`: makes somebody a founder of a hosted studio, or a creator again."""

from __future__ import annotations

from dataclasses import replace

import typer
from rich.console import Console

from services.building import build_house
from services.doorkeeping import studio_address
from services.mail.sending import mail, send_due
from services.passwords import Bcrypt
from services.settings import Settings
from studio.desk.appointing import appoint, dismiss_founder, forget_app


def founder(email: str, *, name: str, ask: bool, dismiss: bool, forget: bool = False) -> None:
    """Appoint or dismiss; a password is asked for with `ask`, else a link to choose one is mailed at once.

    With `forget` nobody is appointed: whose app is lost is asked for its codes no more.
    """
    settings = Settings()
    built = build_house(settings)
    house = replace(built, doors=replace(built.doors, passwords=Bcrypt()))
    if forget:
        had = forget_app(house, email)
        _say(f"{email} signs in with the password alone." if had else f"{email} has no app that is asked for codes.")
        return
    if dismiss:
        dismiss_founder(house, email)
        _say(f"{email} is a creator now, and signs in anew.")
        return
    password = typer.prompt("Password", hide_input=True, confirmation_prompt=True) if ask else ""
    fresh = appoint(house, email, name, password)
    _say(f"{email} is a founder now{', with a new account' if fresh else ', and signs in anew'}.")
    if send_due(house.db, mail(settings), studio_address(settings)):
        _say("Mail is on its way.")
    elif fresh and not ask:
        _say("The mail with the link could not be sent now; a worker tries again.")


def _say(text: str) -> None:
    Console().print(text, highlight=False, markup=False, soft_wrap=True)
