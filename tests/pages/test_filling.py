"""What was chosen before a reload is read by what it is called on the screen, and only where it is still offered."""

from __future__ import annotations

import pytest

from pages.parts.filling import one_of, some_of, switched

PEOPLE = {"mara": "Mara", "tom": "Tom", "other": "Tom"}


@pytest.mark.parametrize(
    ("shown", "meant"),
    [
        ('["Mara"]', ["mara"]),
        ('["Tom","Mara"]', ["tom", "mara"]),
        ("[]", []),
        ('["Mara","Ada"]', None),
        ("Mara", None),
        ('{"Mara": 1}', None),
    ],
)
def test_some_of_a_list_are_read_in_their_order_or_not_at_all(shown: str, meant: list[str] | None) -> None:
    assert some_of(list(PEOPLE), PEOPLE.__getitem__)(shown) == meant


@pytest.mark.parametrize(("shown", "meant"), [('["Tom"]', "tom"), ("[]", None), ('["Ada"]', None)])
def test_one_of_a_row_is_read(shown: str, meant: str | None) -> None:
    assert one_of(list(PEOPLE), PEOPLE.__getitem__)(shown) == meant


def test_a_switch_is_read() -> None:
    assert [switched(one) for one in ("true", "false", "maybe")] == [True, False, None]
