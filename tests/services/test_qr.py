"""Pictures for a telephone: what reads them reads what was meant."""

from __future__ import annotations

import re
from base64 import b64decode

import cv2
import numpy as np
import pytest

from services.qr import picture
from studio.people import totp

_EACH = 8  # pixels of a field


@pytest.mark.parametrize("whose", ["ada@example.org", "ada+films & more@sub.example.org"])
def test_a_camera_reads_the_secret(whose: str) -> None:
    told = totp.address(b"12345678901234567890", whose, "TrashFire Studio")
    drawn = b64decode(picture(told).partition(",")[2]).decode()
    edge = re.search(r'viewBox="0 0 (\d+) \1"', drawn)
    assert edge
    fields = np.full((int(edge[1]),) * 2, 255, dtype=np.uint8)
    for x, y in re.findall(r"M(\d+) (\d+)h1v1h-1z", drawn):
        fields[int(y), int(x)] = 0
    read, *_ = cv2.QRCodeDetector().detectAndDecode(np.kron(fields, np.ones((_EACH, _EACH), dtype=np.uint8)))
    assert read == told
    assert "secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" in told
