"""The double of `make demo-cloud` remembers what was bought before; pages that could still be paid on are closed."""

from __future__ import annotations

from pathlib import Path

from services.payments.opening import open_payments
from services.settings import Settings
from studio.money.orders import Ware
from studio.money.payments import Sale
from tests.doubles.stripe_kept import kept
from tests.payments.near import TIERS


def test_it_remembers_what_was_bought(tmp_path: Path) -> None:
    file = tmp_path / "home" / "double.pickle"
    pages = []
    for day in range(2):
        with kept(file, "http://127.0.0.1:9") as (double, told):
            double.post.to = None
            given = {name.lower(): value for name, value in told.items()}
            asked = open_payments(Settings(_env_file=None, **given), TIERS)
            assert asked
            customer = asked.customer("anna", "")
            for order in ("paid", "left"):
                sale = Sale(order=f"{order}{day}", customer=customer, ware=Ware.PLAN, what="pro", title="Pro", micros=1)
                pages.append(asked.checkout(sale).id)
            double.desk.pay(double.find(pages[-2]))
            states = [double.find(page)["status"] for page in pages]
            asked.close()
    assert states == ["complete", "expired", "complete", "open"]
    assert len(set(pages)) == 4
