"""The finished episode: the film with its captions, and a link to every file."""

from __future__ import annotations

from html import escape

import streamlit as st

from pages.parts.wording import name, shape, weight
from studio.desk.views import EpisodeRow, EpisodeView, FileView

_FILES = {
    "master.mp4": "Film",
    "captions.srt": "Captions .srt",
    "captions.vtt": "Captions .vtt",
    "screenplay.fountain": "Screenplay",
    "screenplay.fdx": "Screenplay .fdx",
    "storyboard.pdf": "Storyboard",
    "poster.jpg": "Poster",
    "timeline.otio": "Timeline .otio",
    "timeline.edl": "Timeline .edl",
    "timeline.fcpxml": "Timeline .fcpxml",
}

_CUTTING = "The timelines open in editing programs: .otio and .edl in DaVinci Resolve, .fcpxml in Final Cut Pro."


def link(view: EpisodeView | EpisodeRow, file: FileView) -> str:
    """Where a file is served; the address changes with its bytes, so a browser may keep what it has."""
    return f"/files/{view.id}/{file.frame}/{file.name}?v={file.content[:12]}"


def player_frames(view: EpisodeView) -> list[str]:
    """The formats there is a film in, the newest first."""
    return list(dict.fromkeys(file.frame for file in view.files if file.name == "master.mp4"))


def player(view: EpisodeView, frame: str) -> None:
    """The film with its captions as a track; both come from the studio's own route, which checks who asks."""
    files = {file.name: link(view, file) for file in view.files if file.frame == frame}
    poster = f' poster="{files["poster.jpg"]}"' if "poster.jpg" in files else ""
    track = ""
    if "captions.vtt" in files:
        track = f'<track kind="captions" src="{files["captions.vtt"]}" label="Captions" default>'
    st.html(
        f'<video class="ts-stage" style="aspect-ratio: {shape(frame)}" controls playsinline preload="metadata"{poster} '
        f'aria-label="{escape(name(view), quote=True)}">'
        f'<source src="{files["master.mp4"]}" type="video/mp4">{track}</video>'
    )


def downloads(view: EpisodeView, frame: str) -> None:
    """Links to every finished file."""
    mine = {file.name: file for file in view.files if file.frame == frame}
    links = [
        f'<li><a href="{link(view, mine[file])}&download=1" download="{file}">{label}'
        f"<span>{weight(mine[file].size)}</span></a></li>"
        for file, label in _FILES.items()
        if file in mine
    ]
    if links:
        cutting = f'<p class="ts-quiet">{_CUTTING}</p>' if any(file.startswith("timeline") for file in mine) else ""
        st.html(f'<h2 class="ts-small">Downloads</h2><ul class="ts-files">{"".join(links)}</ul>{cutting}')
