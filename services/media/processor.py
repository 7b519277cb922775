"""Which of the processor's instructions x264 may use: those with which all of today's machines write the same bytes."""

from __future__ import annotations

from functools import cache
from pathlib import Path

_CPUS = Path("/proc/cpuinfo")
# All up to AVX2, as x264 names them; a processor with AVX-512 has every one of these.
_NARROW = "MMX2,SSE2Fast,SSSE3,SSE4.2,AVX,FMA3,BMI2,AVX2"


def narrow(cpus: str) -> str:
    """x264's parameters for this text of /proc/cpuinfo: no AVX-512, where there is some.

    With it x264 adds up its macroblock tree in another order, so other bytes come out than on a machine without it,
    and on a Xeon that takes 8 % longer.
    """
    return f"asm={_NARROW}" if "avx512bw" in cpus.split() else ""


@cache
def instructions() -> dict[str, str]:
    """Encoder options for this machine's processor; none where nothing is known of it."""
    try:
        found = narrow(_CPUS.read_text("utf-8", "replace"))
    except OSError:
        return {}
    return {"x264-params": found} if found else {}
