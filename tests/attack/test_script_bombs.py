"""Screenplays that unfold, nest, refer to other files, or are many times what they look like: refused with a reason."""

from __future__ import annotations

import gzip
import zipfile
from io import BytesIO

import pytest

from studio.errors import BadScript
from studio.story.source import MOST_LINES, is_pitch, read_script

HALL = b"INT. HALL - NIGHT\n\nShe waits.\n\n"
HEAD = b'<?xml version="1.0"?>'


def fdx(content: bytes, head: bytes = b"") -> bytes:
    return HEAD + head + b'<FinalDraft DocumentType="Script"><Content>' + content + b"</Content></FinalDraft>"


def said(text: bytes) -> bytes:
    return b"<Paragraph Type='Action'><Text>" + text + b"</Text></Paragraph>"


LAUGHS = b"<!DOCTYPE x [<!ENTITY a 'ha'>" + b"".join(
    b"<!ENTITY %c '%s'>" % (98 + one, b"&%c;" % (97 + one) * 10) for one in range(9)
) + b"]>"  # fmt: skip


def zipped() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.writestr("word/document.xml", b"\0" * (50 << 20))
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "why"),
    [
        ("laughs.fdx", fdx(said(b"&j;"), LAUGHS), "no DTD or entities"),
        (
            "file.fdx",
            fdx(said(b"&x;"), b"<!DOCTYPE x [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>"),
            "no DTD or entities",
        ),
        ("far.fdx", fdx(said(b"x"), b"<!DOCTYPE x SYSTEM 'http://169.254.169.254/'>"), "no DTD or entities"),
        ("deep.fdx", fdx(b"<Paragraph>" * 20_000 + b"</Paragraph>" * 20_000), "neither action nor dialogue"),
        ("many.fdx", fdx(said(b"x") * (MOST_LINES + 1)), "more than 30,000 lines"),
        ("tags.fdx", fdx(said(b"<a/>" * MOST_LINES * 20)), "more than 30,000 lines"),
        ("wide.fdx", fdx(said(b"x") * (MOST_LINES + 1)).decode().encode("utf-16"), "more than 30,000 lines"),
        ("many.fountain", HALL + b"\nBOB\nHi.\n" * MOST_LINES, "more than 30,000 lines"),
        ("notes.fountain", HALL + b"[[a]]" * (MOST_LINES + 1), "more than 30,000 lines"),
        ("remarks.fountain", HALL + b"/*a*/" * (MOST_LINES + 1), "more than 30,000 lines"),
        ("large.fountain", HALL + b"x" * (9 << 20), "larger than 8 MB"),
        ("zip.fountain", zipped(), "not a text file|not text"),
        ("gz.fountain", gzip.compress(b"INT. HALL\n\nx\n" * 100_000), "not a text file|not text"),
        ("word.docx", zipped(), "a screenplay is a .fountain, .fdx, .txt or .md file"),
        ("page.html", b"<script>alert(1)</script>", "a screenplay is a .fountain"),
        ("drawing.svg", b"<svg/>", "a screenplay is a .fountain"),
    ],
    ids=lambda value: value if isinstance(value, str) and "." in value[-9:] else "",
)
def test_it_is_refused_with_why(name: str, data: bytes, why: str) -> None:
    with pytest.raises(BadScript, match=why):
        read_script(name, data)


@pytest.mark.parametrize(
    "mark", ["*", "_", "*a", "_*a", "[[", "/*", "(", "\\", ">", "#", "[a](", "<", "`", "> ", "a|", "a:"]
)
def test_a_line_of_nothing_but_marks_is_read(mark: str) -> None:
    """In about the time of a plain text; an expression that tries every way to match would never end."""
    line = (mark * 25_000)[:50_000].encode()
    assert read_script("a.fountain", HALL + line).elements
    assert is_pitch("a.md", line) in (True, False)
