"""fal's models as its double knows them: their fields, what each refuses, and the vendor's list prices."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from tests.doubles.drawing import size_of

# Dollars a second of film and a megapixel of picture, from the vendor's list of late 2026.
_SECOND = {"kling/v4/image-to-video": "0.157", "fal-ai/kling-video/v3/standard/image-to-video": "0.084"}
_SOUND = {"fal-ai/kling-video/v3/standard/image-to-video": "0.126"}
_MEGAPIXEL = {
    "fal-ai/flux/dev": "0.025", "fal-ai/flux/schnell": "0.003", "fal-ai/flux-2": "0.012", "fal-ai/flux-2/edit": "0.012",
}  # fmt: skip
_MICROS = 1_000_000
_FLAGGED = "gore"  # what the content checker knows
_EXTRA = "0.008"  # seconds fal was seen to bill beyond those asked for

_MOST_PICTURES = 4  # that go along

_Fields = Mapping[str, type | tuple[type, ...]]
_FLUX_2: _Fields = {
    "prompt": str, "image_size": (str, dict), "num_inference_steps": int, "seed": int, "guidance_scale": (int, float),
    "num_images": int, "enable_safety_checker": bool, "output_format": str, "sync_mode": bool, "acceleration": str,
    "enable_prompt_expansion": bool,
}  # fmt: skip
_FIELDS: Mapping[str, _Fields] = {
    "fal-ai/flux-2": _FLUX_2,
    "fal-ai/flux-2/edit": {**_FLUX_2, "image_urls": list},
    "kling/v4/image-to-video": {
        "prompt": str, "start_image_url": str, "end_image_url": str, "middle_image_urls": list, "duration": int,
        "resolution": str,
    },
    "fal-ai/kling-video/v3/standard/image-to-video": {
        "prompt": str, "start_image_url": str, "end_image_url": str, "duration": str, "aspect_ratio": str,
        "generate_audio": bool, "negative_prompt": str, "cfg_scale": (int, float),
    },
    "fal-ai/flux/dev": {
        "prompt": str, "image_size": (str, dict), "num_inference_steps": int, "seed": int,
        "guidance_scale": (int, float), "num_images": int, "enable_safety_checker": bool, "output_format": str,
        "sync_mode": bool, "acceleration": str,
    },
}  # fmt: skip
_SECONDS = {"kling/v4/image-to-video": range(3, 31), "fal-ai/kling-video/v3/standard/image-to-video": range(3, 16)}


def known(model: str) -> bool:
    """Whether there is such a model."""
    return model in _SECOND | _MEGAPIXEL


def films(model: str) -> bool:
    """Whether it makes films, not pictures."""
    return model in _SECOND


def units(model: str, given: Mapping[str, Any], size: tuple[int, int], files: Mapping[str, bytes]) -> Decimal:
    """What is billed, in the model's own unit: seconds, or begun megapixels, also of every picture that goes along."""
    if films(model):
        return Decimal(int(given.get("duration", 5))) + Decimal(_EXTRA)
    sizes = [size, *(size_of(files[url]) for url in given.get("image_urls", ()))]
    return Decimal(sum(math.ceil(across * down / _MICROS) for across, down in sizes))


def micros(model: str, given: Mapping[str, Any], count: Decimal) -> int:
    """The bill in micro-dollars."""
    sound = model in _SOUND and given.get("generate_audio", True)
    price = (_SOUND if sound else _SECOND | _MEGAPIXEL)[model]
    return int(count * Decimal(price) * _MICROS)


def prices(raised: Mapping[str, str]) -> list[dict[str, Any]]:
    """The platform's price list; `raised` has what a model costs by now."""
    return [
        {"endpoint_id": model, "unit_price": float(raised.get(model, price)), "unit": unit, "currency": "USD"}
        for table, unit in ((_SECOND, "seconds"), (_MEGAPIXEL, "megapixels"))
        for model, price in table.items()
    ]


def wrong(model: str, given: Mapping[str, Any], files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """What the model refuses of an input, as its array of details; `files` are what it can download, by address."""
    fields = _FIELDS.get(model, _FIELDS["fal-ai/flux/dev"])
    wrong = []
    for name, value in given.items():
        if name not in fields:
            wrong.append(_detail(name, "Extra inputs are not permitted", "extra_forbidden"))
        elif not isinstance(value, fields[name]) or (isinstance(value, bool) and fields[name] is not bool):
            wrong.append(_detail(name, "Input has the wrong type", "type_error"))
    needed = ("prompt", "start_image_url") if model in _SECOND else ("prompt",)
    wrong += [_detail(name, "Field required", "missing") for name in needed if not given.get(name)]
    if model in _SECOND:
        if int(given.get("duration", 5)) not in _SECONDS[model]:
            wrong.append(_detail("duration", "Input should be one of the allowed lengths", "literal_error"))
        if str(given.get("start_image_url")) not in files:
            wrong.append(_detail("start_image_url", "Failed to download the file", "file_download_error"))
        elif min(size_of(files[given["start_image_url"]])) < 100:
            wrong.append(_detail("start_image_url", "Image is too small", "image_too_small"))
    if "image_urls" in fields:
        wrong += _wrong_pictures(given.get("image_urls", ()), files)
    if len(str(given.get("prompt"))) > 2500:
        wrong.append(_detail("prompt", "String should have at most 2500 characters", "string_too_long"))
    if _FLAGGED in str(given.get("prompt")).casefold():
        wrong.append(_detail("prompt", "Flagged by a content checker.", "content_policy_violation"))
    return wrong


def _wrong_pictures(urls: Sequence[str], files: Mapping[str, bytes]) -> list[dict[str, Any]]:
    """What is refused of the pictures that go along."""
    if not 1 <= len(urls) <= _MOST_PICTURES:
        return [_detail("image_urls", f"List should have 1 to {_MOST_PICTURES} items", "too_long")]
    if any(str(one) not in files for one in urls):
        return [_detail("image_urls", "Failed to download the file", "file_download_error")]
    if any(min(size_of(files[one])) < 64 for one in urls):
        return [_detail("image_urls", "Image is too small", "image_too_small")]
    return []


def _detail(name: str, why: str, kind: str) -> dict[str, Any]:
    return {"loc": ["body", name], "msg": why, "type": kind}
