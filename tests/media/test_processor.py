from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from services.media.encoding import encoder
from services.media.processor import narrow

XEON = "vendor_id\t: GenuineIntel\nflags\t\t: fpu sse2 ssse3 avx avx2 avx512f avx512bw\n"


def test_only_processors_with_wide_instructions_are_told_to_leave_them() -> None:
    assert narrow(XEON) == "asm=MMX2,SSE2Fast,SSSE3,SSE4.2,AVX,FMA3,BMI2,AVX2"
    assert narrow(XEON.replace("avx512bw", "")) == ""
    assert narrow("") == ""


def test_x264_is_not_given_them(ffmpeg: Any, tmp_path: Path) -> None:
    picture = ["-f", "lavfi", "-i", "color=gray:s=64x64:r=24", "-frames:v", "2"]
    said = ffmpeg.run([*picture, *encoder(24), str(tmp_path / "grey.mp4")], what="a trial")
    used = re.search("using cpu capabilities: (.*)", said)
    assert used
    assert "AVX512" not in used[1]
