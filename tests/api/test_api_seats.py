"""Seats of the API: somebody whose requests take long leaves some to others."""

from __future__ import annotations

import anyio

from services.api.seats import ALL, OF_ONE, Seats


def test_one_account_never_takes_every_seat() -> None:
    async def ask() -> list[str]:
        seats, seated, done = Seats(), list[str](), anyio.Event()

        async def sit(account: str) -> None:
            async with seats.one(account):
                seated.append(account)
                await done.wait()

        async with anyio.create_task_group() as tasks:
            for _ in range(ALL + 1):
                tasks.start_soon(sit, "busy")
            await anyio.wait_all_tasks_blocked()
            assert seated == ["busy"] * OF_ONE
            for _ in range(ALL):
                tasks.start_soon(sit, "other")
            await anyio.wait_all_tasks_blocked()
            first = [*seated]
            done.set()
        assert len(seated) == 2 * ALL + 1
        assert not seats.held
        return first

    assert anyio.run(ask) == ["busy"] * OF_ONE + ["other"] * (ALL - OF_ONE)
