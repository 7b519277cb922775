"""How consistent a set of clips is: within each clip, with its keyframe, and in who is in it. It makes no clip.

With trained eyes every cosine has chance taken off it and a scene beyond a guard counts nothing. Without them colours
and edges are compared, as the studio's own gate does; that may turn clips down, and passes none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from gpu_endpoint.anchors import Anchors, anchored, best, conforming, nearby, steady
from gpu_endpoint.errors import InvalidInput
from gpu_endpoint.eyes import Eyes, Face
from gpu_endpoint.likeness import Measures, chance, measured, share, signs
from gpu_endpoint.motion import Floats, Pixels
from gpu_endpoint.scoring import Rule, Scene, SceneScore, Score, rule

Cast = Mapping[str, Sequence[Pixels]]
Told = Callable[[float], None]


@dataclass(frozen=True)
class Known:
    """Who is known by which vectors: their whole look, and their faces where the references show one."""

    looks: Mapping[str, Floats]
    faces: Mapping[str, Floats]


@dataclass(frozen=True)
class Worth:
    """What cosines are worth in this set of scenes; none where nobody is in them."""

    subject: Anchors
    background: Anchors
    looks: Anchors | None = None
    faces: Anchors | None = None

    def told(self) -> dict[str, tuple[float, float]]:
        """The cosines of strangers and of the same, by name."""
        named = {"subject": self.subject, "background": self.background, "looks": self.looks, "faces": self.faces}
        return {name: (round(one.strangers, 4), round(one.same, 4)) for name, one in named.items() if one}


def weight_free(scenes: Sequence[Scene], told: Told = lambda share: None) -> Score:
    """Score scenes by colours and edges; InvalidInput for fewer than two scenes or pictures."""
    _several(scenes)
    floor, found = chance([signs(one.keyframe) for one in scenes]), []
    for number, scene in enumerate(scenes):
        measures = measured(_pictures(scene))
        found.append(_scored(scene, measures, 100 * share(measures.raw, floor), _guarded(measures, rule())))
        told((number + 1) / len(scenes))
    return _summed("weight-free", found, {"raw": (round(floor, 4), 1.0)})


def trained(scenes: Sequence[Scene], cast: Cast, eyes: Eyes, told: Told = lambda share: None) -> Score:
    """Score scenes with trained eyes; InvalidInput for too little to compare, or somebody without references."""
    _several(scenes)
    if missing := sorted({name for one in scenes for name in one.characters} - {name for name in cast if cast[name]}):
        raise InvalidInput(f"cast: {missing[0][:60]} has no reference")
    keyframes = [one.keyframe for one in scenes]
    again = [nearby(one) for one in keyframes]
    whole = {seen: (seen(keyframes), seen(again)) for seen in (eyes.subject, eyes.scenery)}
    subject, background = (anchored(_rows(one), _rows(more)) for one, more in whole.values())
    known, worth = _met(cast, eyes, Worth(subject, background), any(one.characters for one in scenes))
    found = []
    for number, scene in enumerate(scenes):
        found.append(_scene(scene, whole[eyes.subject][0][number], known, worth, eyes))
        told((number + 1) / len(scenes))
    return _summed("trained", found, worth.told())


def _scene(scene: Scene, keyframe: Floats, known: Known, worth: Worth, eyes: Eyes) -> SceneScore:
    pictures = _pictures(scene)
    parts, subject, background = rule().parts, eyes.subject(pictures), eyes.scenery(pictures)
    raw = {"subject": steady(subject), "background": steady(background), "keyframe": conforming(keyframe, subject)}
    kept = worth.subject.share(float((subject[1:] @ subject[0]).min()))
    identity = _identity(scene, pictures, known, worth, eyes)
    weighed = [
        (parts.subject, worth.subject.share(raw["subject"])),
        (parts.background, worth.background.share(raw["background"])),
        (parts.keyframe, worth.subject.share(raw["keyframe"])),
        *([(parts.identity, identity)] if identity is not None else []),
    ]
    percent = 100 * sum(weight * part for weight, part in weighed) / sum(weight for weight, _ in weighed)
    measures = measured(pictures)
    reason = _guarded(measures, rule()) or ("it turns into something else" if kept < rule().guards.kept else "")
    return _scored(scene, measures, percent, reason, **raw, kept=kept, identity=identity)


def _met(cast: Cast, eyes: Eyes, worth: Worth, anybody: bool) -> tuple[Known, Worth]:
    """Everybody of the cast by their references, and what their likenesses are worth."""
    if not anybody:
        return Known({}, {}), worth
    if len(cast) < 2:
        raise InvalidInput("cast: at least two characters, or there is no telling what a stranger looks like")
    looks, more, faces, others = {}, [], {}, []
    for name, references in cast.items():
        met = [eyes.faces(one) for one in references]
        persons = [_people(one, found)[0] for one, found in zip(references, met, strict=True)]
        looks[name] = eyes.subject(persons)
        more.append(eyes.subject([nearby(persons[0])]))
        if vectors := [found[0].vector for found in met if found]:
            turned = eyes.faces(nearby(references[next(at for at, found in enumerate(met) if found)]))
            faces[name] = np.stack(vectors)
            others.append(turned[0].vector[None] if turned else faces[name][:1])
    seen = anchored(list(faces.values()), others) if len(faces) > 1 else None
    return Known(looks, faces), Worth(worth.subject, worth.background, anchored(list(looks.values()), more), seen)


def _identity(scene: Scene, pictures: list[Pixels], known: Known, worth: Worth, eyes: Eyes) -> float | None:
    """How much everybody in a scene is who they should be; by look and, where both show one, by face."""
    if not scene.characters or worth.looks is None:
        return None
    many = min(rule().samples.looks, len(pictures))
    looked = [scene.keyframe, *(pictures[round(at)] for at in np.linspace(0, len(pictures) - 1, many))]
    met = [eyes.faces(one) for one in looked]
    looks = [eyes.subject(_people(one, found)) for one, found in zip(looked, met, strict=True)]
    faces = [np.stack([one.vector for one in found]) for found in met if found]
    shares = []
    for name in scene.characters:
        # What is said of a person is the mean over the pictures of the best fit in each.
        own = worth.looks.share(float(np.mean([best(rows, known.looks[name]) for rows in looks])))
        if worth.faces and faces and name in known.faces:
            face = worth.faces.share(float(np.mean([best(rows, known.faces[name]) for rows in faces])))
            own = (own + face) / 2
        shares.append(own)
    return float(np.mean(shares))


def _people(picture: Pixels, found: Sequence[Face]) -> list[Pixels]:
    """The parts of a picture that people fill; all of it when no face is seen."""
    return [one.person for one in found] or [picture]


def _guarded(found: Measures, by: Rule) -> str:
    """Why a clip counts nothing, or nothing."""
    if found.motion < by.guards.motion:
        return "it stands still"
    if found.worst < by.guards.worst:
        return "it falls apart or cuts to something else"
    return "it flickers" if found.jerk > by.guards.jerk else ""


def _scored(scene: Scene, found: Measures, percent: float, reason: str, **more: float | None) -> SceneScore:
    figures = {"raw": found.raw, "worst": found.worst, "motion": found.motion, "jerk": found.jerk, **more}
    rounded = {name: round(value, 4) for name, value in figures.items() if value is not None}
    percent = round(percent, 2)
    return SceneScore(name=scene.name, percent=percent, counted=0.0 if reason else percent, reason=reason, **rounded)


def _summed(method: str, found: Sequence[SceneScore], anchors: dict[str, tuple[float, float]]) -> Score:
    by = rule()
    mean, good = float(np.mean([one.counted for one in found])), sum(one.counted > by.rule.scene for one in found)
    return Score.model_validate(
        {
            "method": method,
            "passed": method == "trained" and mean > by.rule.mean and good >= by.rule.good * len(found),
            "mean": round(mean, 2),
            "good": good,
            "moving": sum(one.motion >= by.guards.motion for one in found),
            "anchors": anchors,
            "scenes": tuple(found),
        }
    )


def _several(scenes: Sequence[Scene]) -> None:
    if len(scenes) < 2:
        raise InvalidInput("scenes: at least two, or there is no telling what chance gives")


def _pictures(scene: Scene) -> list[Pixels]:
    pictures = scene.clip()
    if len(pictures) < 2:
        raise InvalidInput(f"scenes: the clip of {scene.name[:60]} has fewer than two pictures")
    return pictures


def _rows(vectors: Floats) -> list[Floats]:
    return [row[None] for row in vectors]
