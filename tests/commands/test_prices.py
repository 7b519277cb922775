"""`prices`: every card with what its examples come to, for a person and for a program."""

from __future__ import annotations

import json

import pytest

from services.commands.prices import prices
from services.settings import ROOT
from studio.money.prices import PriceBook


def test_a_person_reads_every_model_with_its_price(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "220")
    prices(as_json=False)
    shown = capsys.readouterr().out
    assert "$0.157 for 1,000 video ms" in shown
    assert "56,001 gpu ms: $0.01767" in shown
    assert all(card.model in shown for card in PriceBook.load(ROOT / "data" / "prices.toml").card)


def test_a_program_gets_the_exact_figures(capsys: pytest.CaptureFixture[str]) -> None:
    prices(as_json=True)
    cards = {card["model"]: card for card in json.loads(capsys.readouterr().out)}
    assert cards["svd-xt"]["rates"]["gpu_ms"] == {"micros": 310, "per": 1000, "step": 1000}
    assert cards["kling/v4/image-to-video"]["examples"][1] == {"quantities": {"video_ms": 3008}, "cost_usd": "0.472256"}
