"""What somebody typed is a pitch or a file; a path that cannot be drafted is refused and never becomes a film."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.commands.sources import Asked
from studio.errors import BadScript


def asked(source: str) -> Asked:
    return Asked(source, "", 0, 90)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "notes.docx").write_bytes(b"PK")
    (tmp_path / "old notes.pdf").write_bytes(b"%PDF")
    (tmp_path / "scripts").mkdir()
    (tmp_path / "folder.txt").mkdir()
    (tmp_path / "key.FOUNTAIN").write_text("INT. HALL - DAY\n")
    (tmp_path / "an exhausted baker").write_text("a file without a suffix")
    return tmp_path


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("notes.docx", "notes.docx is no screenplay"),
        ("old notes.pdf", "old notes.pdf is no screenplay"),
        ("an exhausted baker", "is no screenplay"),
        ("scripts", "scripts is a folder"),
        (".", "is a folder"),
        ("folder.txt", "folder.txt is a folder"),
        ("missing.docx", "there is no file missing.docx"),
        ("missing one.md", "there is no file missing one.md"),
        ("scripts/key", "there is no file scripts/key"),
        ("C:\\scripts\\key", "there is no file"),
        ("key.fountian", "there is no file key.fountian"),
        ("~nobody.here/key.fdx", "there is no file"),
    ],
)
def test_a_path_that_cannot_be_drafted_is_refused(here: Path, source: str, words: str) -> None:
    assert here.is_dir()
    with pytest.raises(BadScript, match="a source is a pitch in some words, or a file that ends in ") as refused:
        _ = asked(source).file
    assert words in str(refused.value)


@pytest.mark.parametrize(
    "source",
    [
        "A lighthouse keeper finds a letter/key in the sea.",
        "Heist.",
        "She has 3.5 seconds left. Mr.X waits",
        "彼女は鍵を3.5秒で見つけた。",
        "~ a wave, and nobody",
        "x" * 900,
        "One\nscripts/two.docx",
        "   ",
        "",
    ],
)
def test_words_are_a_pitch(here: Path, source: str) -> None:
    assert here.is_dir()
    assert asked(source).file is None


def test_a_screenplay_is_a_file_whatever_the_case_of_its_suffix(here: Path) -> None:
    assert asked("key.FOUNTAIN").file == Path("key.FOUNTAIN")
    assert asked(str(here / "key.FOUNTAIN")).file == here / "key.FOUNTAIN"
