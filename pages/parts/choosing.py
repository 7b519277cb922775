"""Which shots of a storyboard are chosen: the address says, so that it can be kept, shared and reloaded."""

from __future__ import annotations

import streamlit as st

from studio.desk.storyboard import ShotView, Storyboard

_SHOT, _SEVERAL, _SCENE, _NONE = "shot", "several", "scene", "none"


def chosen(board: Storyboard) -> ShotView | None:
    """The one shot that is looked at, if it is still there."""
    return board.shot(st.query_params.get(_SHOT, ""))


def several(board: Storyboard) -> list[ShotView] | None:
    """The shots that are chosen together, in the order of the film; None while one is looked at at a time."""
    if _SEVERAL not in st.query_params:
        return None
    picked = set(st.query_params[_SEVERAL].split(","))
    return [shot for shot in board.shots if shot.shot.id in picked]


def scene_at(board: Storyboard) -> int:
    """Which scene of a long film is shown: that of the shot that is looked at, else the last one there was."""
    shown, last = chosen(board), st.query_params.get(_SCENE, "")
    here = [at for at, view in enumerate(board.scenes) if shown in view.shots]
    here += [at for at, view in enumerate(board.scenes) if view.scene.id == last]
    return next(iter(here), 0)


def stay_at(scene: str) -> None:
    """Keep which scene of a long film is shown, for when no shot is looked at any more."""
    if st.query_params.get(_SCENE) != scene:
        st.query_params[_SCENE] = scene


def look_at(shot: str) -> None:
    """Look at one shot, or with an empty id at none."""
    if shot:
        st.query_params[_SHOT] = shot
    else:
        st.query_params.pop(_SHOT, None)


def pick(board: Storyboard, shot: str) -> None:
    """Add a shot to those chosen together, or take it out again."""
    picked = {one.shot.id for one in several(board) or ()} ^ {shot}
    _keep([one.shot.id for one in board.shots if one.shot.id in picked])


def pick_scene(board: Storyboard, scene: str) -> None:
    """Choose every shot of a scene besides those that are chosen."""
    picked = {one.shot.id for one in several(board) or ()}
    picked |= {one.shot.id for view in board.scenes if view.scene.id == scene for one in view.shots}
    _keep([one.shot.id for one in board.shots if one.shot.id in picked])


def pick_several(*, on: bool) -> None:
    """Begin to choose several shots, with the one that is looked at; or end it."""
    if on:
        _keep([st.query_params.get(_SHOT, "")])
    else:
        st.query_params.pop(_SEVERAL, None)


def _keep(picked: list[str]) -> None:
    st.query_params[_SEVERAL] = ",".join(filter(None, picked)) or _NONE
