"""The document says what the routes do: schemathesis asks each of them with what it allows and what it does not."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis import Case
from schemathesis.config import ChecksConfig, PositiveDataAcceptanceConfig, ProjectConfig, ProjectsConfig
from schemathesis.config import SchemathesisConfig as Config
from starlette.applications import Starlette

from services.api.application import mounted
from services.api.asking import Platform
from services.api.limits import Limits
from studio.desk.admitting import Admission
from studio.desk.desk import Desk
from studio.production.house import House
from tests.api.conftest import ALL
from tests.trespass import FILMS, settle_in
from tests.web.rows import house_at

EXAMPLES = 2  # of each route
# What the document allows may still be refused for what it means: a screenplay that is none, a take nobody has.
MEANT = ["2xx", "402", "404", "409", "410", "422"]
_here: list[House] = []
platform = Platform(
    lambda: Admission(_here[0]), lambda account: Desk(_here[0], account), near=True, resolve=lambda _name, _port: []
)
checks = ChecksConfig(positive_data_acceptance=PositiveDataAcceptanceConfig(expected_statuses=MEANT))
schema = schemathesis.openapi.from_asgi(
    "/api/openapi.json",
    Starlette(routes=mounted(platform)),
    config=Config(seed=1, projects=ProjectsConfig(default=ProjectConfig(checks=checks))),
)


@pytest.fixture(scope="module")
def token(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A token of somebody who has things to ask about."""
    house = replace(house_at(tmp_path_factory.mktemp("schema") / "home"), films=FILMS)
    settle_in(house, "anna", "Lighthouse")
    _here.append(house)
    yield Desk(house, "anna").new_token("Schemathesis", ALL).token
    _here.clear()
    house.db.close()


@schema.parametrize()
@settings(
    max_examples=EXAMPLES, derandomize=True, database=None, phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
def test_every_route_answers_as_the_document_says(case: Case, token: str) -> None:
    platform.limits, platform.strangers = Limits(), Limits()
    case.call_and_validate(headers={"Authorization": f"Bearer {token}"})
