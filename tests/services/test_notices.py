"""The words a person reads for an error that was kept as text."""

from __future__ import annotations

import pytest

from services.notices import outcome


def test_an_error_of_ours_is_its_sentence() -> None:
    assert outcome("Garbled: the film is black") == (
        "The engine's answer could not be used; making it again usually helps: the film is black."
    )


@pytest.mark.parametrize("kept", ["KeyError: 'own'", "BrokenProcessPool: a child", "ValueError: "])
def test_an_exception_nobody_foresaw_is_a_sentence_that_leads_to_the_log(kept: str) -> None:
    said = outcome(kept)
    assert kept.partition(": ")[0] not in said
    assert "studio.log" in said


@pytest.mark.parametrize("kept", ["", "The account was closed.", "Stopped: the server went down"])
def test_what_is_a_sentence_already_stays(kept: str) -> None:
    assert outcome(kept) == kept
