"""What a visitor of a page sees, and the files they bring."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

from PIL import Image
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import Button, Element, Widget

from studio.desk.desk import Desk

ROOT = Path(__file__).parents[2]


def text(page: AppTest) -> str:
    """Everything in HTML blocks and message boxes."""
    blocks = [one.proto.body for one in page.get("html")]
    boxes = [one.value for kind in (page.error, page.warning, page.info) for one in kind]
    return "\n".join([*blocks, *boxes])


def tab(desk: Desk, path: str, **address: str) -> AppTest:
    """A tab as somebody at this desk sees it, within the whole frame."""
    page = AppTest.from_file(str(ROOT / "Home.py"), default_timeout=120)
    page.session_state["desk"] = desk
    for name, value in address.items():
        page.query_params[name] = value
    page.switch_page(f"pages/{path}.py").run()
    assert not page.exception
    return page


def answered(page: AppTest) -> AppTest:
    """A page of an episode once the writer's answer is there; a browser has it look by itself."""
    desk: Desk = page.session_state["desk"]
    if asking := desk.asking("".join(page.query_params["episode"])):
        assert asking.wait(120)
        page.run()
    assert not page.exception
    return page


def button(page: AppTest, label: str) -> Button:
    """The first button that is called so."""
    return next(one for one in page.button if one.label == label)


def said_beside(page: AppTest, label: str) -> str:
    """What is said to be wrong next below the first button that begins so, before any other control."""
    shown = [one for one in page.main if isinstance(one, Element)]
    at = next(at for at, one in enumerate(shown) if isinstance(one, Button) and one.label.startswith(label))
    after = next(one for one in shown[at + 1 :] if isinstance(one, Widget) or one.type == "error")
    return str(after.value) if after.type == "error" else ""


def picture(tint: str = "teal", size: tuple[int, int] = (320, 240)) -> bytes:
    """A PNG of one colour."""
    out = BytesIO()
    Image.new("RGB", size, tint).save(out, "PNG")
    return out.getvalue()
