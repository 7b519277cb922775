"""Files damaged on disk are noticed and made anew by the next draft; what is still good is used."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import av

from studio.takes.vault import FolderVault
from tests.journeys.conftest import Drafted
from tests.journeys.studio import draft, run


def contents(drafted: Drafted, subject: str) -> list[str]:
    """The contents of the circled takes of every subject that begins so."""
    with sqlite3.connect(drafted.home / "studio.db") as rows:
        found = rows.execute(
            "SELECT take.content FROM choice JOIN take USING (fingerprint) WHERE circled AND subject LIKE ?",
            (f"{subject}%",),
        ).fetchall()
    assert found, subject
    return [str(content) for (content,) in found]


def intact(drafted: Drafted, subject: str) -> bool:
    """Whether the files of these takes are what they were."""
    vault = FolderVault(drafted.home / "vault")
    return all(vault.intact(content) for content in contents(drafted, subject))


def damage(drafted: Drafted, subject: str) -> None:
    """Zero the second half of the files of these takes, in place."""
    for content in contents(drafted, subject):
        file = FolderVault(drafted.home / "vault").place(content)
        with file.open("r+b") as stream:
            half = file.stat().st_size // 2
            stream.seek(half)
            stream.write(bytes(half))
    assert not intact(drafted, subject)


def frames(film: Path) -> int:
    with av.open(str(film)) as file:
        return sum(1 for _ in file.decode(video=0))


def test_a_damaged_master_and_a_damaged_speech_are_made_anew(drafted: Drafted) -> None:
    whole = frames(Path(drafted.first["master"]))
    damage(drafted, "master:")
    answer = draft(drafted.environment, drafted.source, drafted.out)
    assert answer["takes_made"] == 1
    assert frames(Path(answer["master"])) == whole
    damage(drafted, "speech:")
    drafted.change("You kept it all these years.")  # its mix needs Tom's speech too
    answer = draft(drafted.environment, drafted.source, drafted.out)
    assert answer["failed"] == []
    assert intact(drafted, "speech:")


def test_damage_only_the_export_meets_is_made_anew_by_the_same_draft(drafted: Drafted, tmp_path: Path) -> None:
    whole = Path(drafted.first["master"]).parent
    damage(drafted, "shot:card-title")
    damage(drafted, "poster:")
    answer = draft(drafted.environment, drafted.source, tmp_path / "elsewhere")
    assert answer["failed"] == []
    assert answer["takes_made"] >= 1
    assert intact(drafted, "shot:card-title")
    assert (tmp_path / "elsewhere" / "poster.jpg").read_bytes() == (whole / "poster.jpg").read_bytes()
    assert frames(tmp_path / "elsewhere" / "media" / "title.mp4") > 24


def test_what_nothing_needs_goes_and_drafting_goes_on(drafted: Drafted) -> None:
    drafted.change("You lost it.")
    draft(drafted.environment, drafted.source, drafted.out)
    held = set(FolderVault(drafted.home / "vault").contents())
    told = run(drafted.environment, "collect").stdout
    assert "could go" in told
    assert any(line.split()[:3:2] == ["speech", "espeak-ng"] for line in told.splitlines()), told
    assert set(FolderVault(drafted.home / "vault").contents()) == held
    gone = run(drafted.environment, "collect", "--delete")
    assert "removed" in gone.stdout, gone.stderr
    assert set(FolderVault(drafted.home / "vault").contents()) < held
    shutil.rmtree(drafted.out)
    assert draft(drafted.environment, drafted.source, drafted.out)["takes_made"] == 0
    drafted.change("You kept it.")
    back = draft(drafted.environment, drafted.source, drafted.out)
    assert back["failed"] == []
    assert back["takes_made"] >= 1
