"""Clips in a few steps: draws from a network that was distilled from SVD to find the clean clip from any noise."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from diffusers import CMStochasticIterativeScheduler


class FewSteps(CMStochasticIterativeScheduler):
    """Each step finds the clean clip, then adds the next step's lesser noise.

    The network's answers, and the way it is told how much noise there is, are SVD's own.
    """

    def __init__(self) -> None:
        """Take SVD's range of noise, in the forty parts such networks are distilled in."""
        self.dice: torch.Generator | None = None
        super().__init__(sigma_max=700.0, sigma_data=1.0, clip_denoised=False)

    def get_scalings_for_boundary_condition(self, sigma: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """How much of the noisy clip and of the network's answer make up the clean one."""
        whole = sigma**2 + 1
        return 1 / whole, -sigma / whole**0.5

    def sigma_to_t(self, sigmas: float | np.ndarray) -> np.ndarray:
        """What the network is told of the noise."""
        told: np.ndarray = 0.25 * np.log(np.asarray(sigmas, dtype=np.float64))
        return told

    def step(self, *given: Any, **more: Any) -> Any:
        """A step with the job's own dice, which the pipeline does not hand on."""
        return super().step(*given, **{**more, "generator": self.dice})
