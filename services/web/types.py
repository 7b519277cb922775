"""What kind of file something is, by its suffix, also on a machine that has no names for them."""

from __future__ import annotations

import mimetypes

# A person's own pictures and clips come as they are.
_TYPES = {
    ".vtt": "text/vtt",
    ".srt": "application/x-subrip",
    ".fountain": "text/plain",
    ".mp4": "video/mp4",
    ".m4v": "video/mp4",
    ".mkv": "video/x-matroska",
    ".webm": "video/webm",
    ".webp": "image/webp",
}


def media_type(suffix: str) -> str:
    """The type of files that end so: .mp4, .vtt."""
    return _TYPES.get(suffix) or mimetypes.guess_type(f"file{suffix}")[0] or "application/octet-stream"
