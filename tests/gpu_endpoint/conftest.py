"""One thread for torch: tiny models run several times faster so, and two runs are alike."""

from __future__ import annotations

import torch

torch.set_num_threads(1)
