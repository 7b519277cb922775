"""Ten drawn scenes with a hero, and everything that can happen to a clip of them, good and bad."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Clip = list[Pixels]
COUNT = 25
WIDE, HIGH = 320, 180


@dataclass(frozen=True)
class Hero:
    """Somebody with a coat, hair and skin, so tall and so broad; `square` has corners instead of curves."""

    coat: tuple[int, int, int] = (40, 150, 220)
    hair: tuple[int, int, int] = (60, 40, 30)
    skin: tuple[int, int, int] = (150, 190, 235)
    tall: float = 74.0
    broad: float = 15.0
    square: float = 0.0


HERO = Hero()
STRANGER = Hero(coat=(60, 130, 50), hair=(170, 190, 200), skin=(90, 120, 170), tall=60.0, broad=21.0, square=1.0)


def set_of(number: int) -> Pixels:
    """A place: sky, ground, and what stands there; another for every number."""
    dice = np.random.default_rng(number + 100)
    down = np.linspace(0, 1, HIGH * 2, dtype=np.float32)[:, None, None]
    top, low = dice.uniform(60, 250, 3), dice.uniform(60, 250, 3)
    picture = np.repeat(top + (low - top) * down, WIDE * 2, axis=1)
    picture = np.ascontiguousarray(picture.astype(np.uint8))
    cv2.rectangle(picture, (0, int(HIGH * 1.45)), (WIDE * 2, HIGH * 2), dice.integers(30, 160, 3).tolist(), -1)
    for _ in range(14):
        x, base = int(dice.uniform(0, WIDE * 2)), int(HIGH * dice.uniform(1.4, 1.6))
        wide, high = int(dice.uniform(15, 70)), int(dice.uniform(30, 150))
        colour = dice.integers(20, 235, 3).tolist()
        match int(dice.integers(3)):
            case 0:
                cv2.rectangle(picture, (x, base - high), (x + wide, base), colour, -1)
            case 1:
                cv2.ellipse(picture, (x, base - high // 2), (wide // 2, high // 2), 0, 0, 360, colour, -1)
            case _:
                corners = np.array([[x, base], [x + wide, base], [x + wide // 2, base - high]])
                cv2.fillPoly(picture, [corners], colour)
    grain = dice.normal(0, 3, picture.shape)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def seen(place: Pixels, zoom: float = 1.0, x: float = 0.0) -> Pixels:
    """The frame's part of a place, which is twice as wide and high."""
    matrix = np.array([[zoom, 0, WIDE / 2 - zoom * WIDE + x], [0, zoom, HIGH / 2 - zoom * HIGH * 1.2]], np.float32)
    return np.asarray(cv2.warpAffine(place, matrix, (WIDE, HIGH), borderMode=cv2.BORDER_REFLECT), np.uint8)


def with_hero(picture: Pixels, hero: Hero, x: float, *, step: float = 0.0, scale: float = 1.0) -> Pixels:
    """The picture with somebody in it, standing at x; `step` is where they are in their stride."""
    out, tall, broad = picture.copy(), hero.tall * scale, hero.broad * scale
    feet = HIGH / 2 + (170 - HIGH / 2) * scale
    sway = 6 * scale * np.sin(step)
    for side in (-1, 1):
        knee = (int(x + side * (4 * scale + sway)), int(feet))
        cv2.line(out, (int(x), int(feet - tall * 0.4)), knee, (50, 40, 40), max(1, int(5 * scale)))
    body = (int(x), int(feet - tall * 0.5))
    box = [(int(x - broad), int(feet - tall * 0.75)), (int(x + broad), int(feet - tall * 0.25))]
    if hero.square > 0.5:
        cv2.rectangle(out, box[0], box[1], hero.coat, -1)
    else:
        cv2.ellipse(out, body, (int(broad), int(tall * 0.28)), 0, 0, 360, hero.coat, -1)
    head = (int(x), int(feet - tall * 0.86))
    cv2.circle(out, head, int(tall * 0.15), hero.skin, -1)
    cv2.ellipse(out, head, (int(tall * 0.16), int(tall * 0.15)), 0, 180, 360, hero.hair, -1)
    return out


def crop(picture: Pixels, x: float) -> Pixels:
    """The part of a picture somebody at x stands in."""
    left = int(max(0, x - 20))
    return picture[90:172, left : left + 40]


def _static(number: int) -> Clip:
    return [with_hero(seen(set_of(number)), HERO, 130)] * COUNT


def _walk(number: int) -> Clip:
    back = seen(set_of(number))
    return [with_hero(back, HERO, 110 + 3 * t, step=t / 2) for t in range(COUNT)]


def _pan(number: int) -> Clip:
    place = set_of(number)
    return [with_hero(seen(place, x=-1.0 * t), HERO, 170 - 1.0 * t) for t in range(COUNT)]


def _zoom(number: int) -> Clip:
    place = set_of(number)
    return [with_hero(seen(place, 1 + 0.004 * t), HERO, 160, scale=1 + 0.004 * t) for t in range(COUNT)]


def _noise_tail(number: int) -> Clip:
    dice, clip = np.random.default_rng(number), _walk(number)
    return clip[:-4] + [dice.integers(0, 255, (HIGH, WIDE, 3), np.uint8) for _ in range(4)]


def _flicker(number: int) -> Clip:
    walk = _walk(number)
    return [np.clip(one.astype(int) + (18 if t % 2 else -18), 0, 255).astype(np.uint8) for t, one in enumerate(walk)]


def _oversaturated(number: int) -> Clip:
    out = []
    for t, one in enumerate(_walk(number)):
        hsv = cv2.cvtColor(one, cv2.COLOR_BGR2HSV).astype(np.float32)
        part = t / (COUNT - 1)
        hsv[..., 1] = np.clip(hsv[..., 1] * (1 + 2.2 * part) + 60 * part, 0, 255)
        hsv[..., 0] = (hsv[..., 0] + 14 * part) % 180
        out.append(cv2.cvtColor(hsv.astype(np.uint8), cv2.COLOR_HSV2BGR))
    return out


def _decay(number: int) -> Clip:
    dice, clip = np.random.default_rng(number), _walk(number)
    noise = [dice.normal(0, 90 * t / COUNT, (HIGH, WIDE, 3)) for t in range(COUNT)]
    return [np.clip(one + more, 0, 255).astype(np.uint8) for one, more in zip(clip, noise, strict=True)]


def _cut(number: int) -> Clip:
    other = seen(set_of(number + 50))
    return _walk(number)[: COUNT // 2] + [with_hero(other, HERO, 110 + 3 * t) for t in range(COUNT // 2, COUNT)]


def _morph(number: int) -> Clip:
    one, other = seen(set_of(number)), seen(set_of(number + 50))
    backs = [cv2.addWeighted(one, 1 - t / (COUNT - 1), other, t / (COUNT - 1), 0) for t in range(COUNT)]
    return [with_hero(back, HERO, 110 + 3 * t, step=t / 2) for t, back in enumerate(backs)]


def _drift(number: int) -> Clip:
    back = seen(set_of(number))
    return [with_hero(back, _between(t / (COUNT - 1)), 110 + 3 * t, step=t / 2) for t in range(COUNT)]


def _between(part: float) -> Hero:
    """Somebody on the way from the hero to the stranger."""

    def mixed(one: tuple[int, int, int], other: tuple[int, int, int]) -> tuple[int, int, int]:
        blue, green, red = (round(a + (b - a) * part) for a, b in zip(one, other, strict=True))
        return blue, green, red

    return replace(
        HERO,
        coat=mixed(HERO.coat, STRANGER.coat),
        hair=mixed(HERO.hair, STRANGER.hair),
        skin=mixed(HERO.skin, STRANGER.skin),
        tall=HERO.tall + (STRANGER.tall - HERO.tall) * part,
        broad=HERO.broad + (STRANGER.broad - HERO.broad) * part,
        square=part,
    )


GOOD: dict[str, Callable[[int], Clip]] = {"walk": _walk, "pan": _pan, "zoom": _zoom}
BAD: dict[str, Callable[[int], Clip]] = {
    "noise tail": _noise_tail,
    "flicker": _flicker,
    "oversaturated": _oversaturated,
    "decay": _decay,
    "cut": _cut,
    "morph": _morph,
}
STATIC, DRIFT = _static, _drift
