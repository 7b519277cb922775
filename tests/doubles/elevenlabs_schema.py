"""What ElevenLabs' double has against a request before it looks at the key: schema errors in the vendor's shape."""

from __future__ import annotations

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

_FIELDS = {
    "text": str, "model_id": str, "language_code": str, "voice_settings": dict, "seed": int, "previous_text": str,
    "next_text": str, "previous_request_ids": list, "next_request_ids": list, "apply_text_normalization": str,
    "pronunciation_dictionary_locators": list, "apply_language_text_normalization": bool,
}  # fmt: skip
_SETTINGS = {"stability": (0.0, 1.0), "similarity_boost": (0.0, 1.0), "style": (0.0, 1.0), "speed": (0.7, 1.2)}

_Wrong = tuple[str, str, str, str]  # where, field, type, message


async def read_body(request: Request) -> dict[str, Any]:
    """The request's JSON object, empty when it is none."""
    try:
        read = json.loads(await request.body())
    except ValueError:
        return {}
    return read if isinstance(read, dict) else {}


def wrong_speech(body: dict[str, Any]) -> list[_Wrong]:
    """What the schema has against a request to speak; it also refuses fields the vendor would pass over."""
    wrong = [("body", name, "extra_forbidden", "Extra inputs are not permitted") for name in body.keys() - _FIELDS]
    if not body.get("text"):
        wrong.append(("body", "text", "missing", "Field required"))
    for name, kind in _FIELDS.items():
        if name in body and not isinstance(body[name], kind):
            wrong.append(("body", name, f"{kind.__name__}_type", f"Input should be a valid {kind.__name__}"))
    settings = body.get("voice_settings")
    for name, value in settings.items() if isinstance(settings, dict) else ():
        low, high = _SETTINGS.get(name, (0, 1))
        if not low <= value <= high:
            wrong.append(("body", f"voice_settings.{name}", "out_of_range", f"Input should be from {low} to {high}"))
    return wrong


def wrong_design(body: dict[str, Any], *, texts: bool = False) -> list[_Wrong]:
    """What the schema has against a design (`texts`: with something for it to say) or against keeping one."""
    wrong: list[_Wrong] = []
    if not 20 <= len(body.get("voice_description") or "") <= 1000:
        wrong.append(("body", "voice_description", "string_too_short", "String should have at least 20 characters"))
    if texts and not body.get("auto_generate_text") and not 100 <= len(body.get("text") or "") <= 1000:
        wrong.append(("body", "text", "string_too_short", "String should have at least 100 characters"))
    return wrong


def refusal(wrong: list[_Wrong]) -> Response:
    """The vendor's answer to a request that does not keep its schema."""
    told = [{"loc": [where, name], "msg": message, "type": kind} for where, name, kind, message in wrong]
    return JSONResponse({"detail": told}, 422)
