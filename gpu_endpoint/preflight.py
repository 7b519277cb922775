"""Looks at the card before anything is loaded: `python -m gpu_endpoint.preflight` exits with 1 when it is unfit.

A machine whose driver or card is broken would otherwise take jobs from the queue and fail every one of them.
"""

from __future__ import annotations

import logging
import sys

import torch

from gpu_endpoint.settings import Settings

log = logging.getLogger(__name__)
_SIDE = 256


def fit(device: str) -> str:
    """The device's name once it has computed something right; RuntimeError says what is wrong with it."""
    if device.startswith("cuda") and not torch.cuda.is_available():
        raise RuntimeError("there is no CUDA card, or its driver is too old for this image")
    torch.manual_seed(0)
    given = torch.randn(_SIDE, _SIDE)
    made = (given.to(device) @ given.to(device)).cpu()
    if not torch.allclose(made, given @ given, atol=0.5):
        raise RuntimeError("the card computes wrong")
    return torch.cuda.get_device_name(device) if device.startswith("cuda") else "a processor"


def main() -> int:
    """Try the device of the settings; without one named, a card there must be."""
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    try:
        log.info("pre-flight: %s", fit(Settings.read().device or "cuda"))
    except RuntimeError as error:
        log.error("pre-flight: %s", str(error).partition("\n")[0])
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
