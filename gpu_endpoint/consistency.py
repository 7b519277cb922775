"""A consistency job: has the clips and pictures that it names scored, and tells the score.

    python -m gpu_endpoint.consistency scenes.json --weights FOLDER     scored with trained eyes
    python -m gpu_endpoint.consistency scenes.json --weight-free        without any weights

The file is what a job's input holds under `consistency`; its paths are within its own folder, as a job's are within
the volume.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from gpu_endpoint.errors import Refusal
from gpu_endpoint.eyes import Trained, installed
from gpu_endpoint.judging import Cast, trained, weight_free
from gpu_endpoint.materials import Materials
from gpu_endpoint.pictures import Pictures
from gpu_endpoint.scoring import Scene, Score, rule
from gpu_endpoint.wire import ConsistencyInput, Method, understood

_PASSED, _FAILED, _REFUSED = 0, 1, 2


def scored(
    given: object,
    root: Path,
    weights: Path | None,
    *,
    device: str = "cpu",
    told: Callable[[float], None] = lambda _: None,
) -> Score:
    """Score the clips a job names below `root`; refusals as of any job, NotInstalled where the weights are missing."""
    job = understood(ConsistencyInput, given)
    if job.method == "trained":
        installed(weights, rule().files)
    with TemporaryDirectory(prefix="compared-") as folder:
        found = Materials(Pictures(root), Path(folder))
        return compared(job.method, found.scenes(job), found.cast(job), weights, device=device, told=told)


def compared(
    method: Method,
    scenes: Sequence[Scene],
    cast: Cast,
    weights: Path | None,
    *,
    device: str = "cpu",
    told: Callable[[float], None] = lambda _: None,
) -> Score:
    """Score scenes that are here already."""
    if method == "weight-free":
        return weight_free(scenes, told)
    files = rule().files
    return trained(scenes, cast, Trained(installed(weights, files), files, device), told)


def main(arguments: Sequence[str] | None = None) -> int:
    """Score the scenes of a file, print the score, and say by the exit whether they pass: 0, 1, or 2 when refused."""
    about = (__doc__ or "").partition("\n")[0]
    parser = argparse.ArgumentParser(prog="python -m gpu_endpoint.consistency", description=about)
    parser.add_argument("file", type=Path)
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--weight-free", action="store_true")
    parser.add_argument("--device", default="cpu")
    chosen = parser.parse_args(arguments)
    try:
        given = json.loads(chosen.file.read_text(encoding="utf-8"))
        if chosen.weight_free and isinstance(given, dict):
            given["method"] = "weight-free"
        score = scored(given, chosen.file.resolve().parent, chosen.weights, device=chosen.device)
    except Refusal as refusal:
        sys.stderr.write(refusal.text() + "\n")
        return _REFUSED
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{chosen.file.name}: {error}\n")
        return _REFUSED
    sys.stdout.write(score.model_dump_json(indent=2, exclude_none=True) + "\n")
    return _PASSED if score.passed else _FAILED


if __name__ == "__main__":
    sys.exit(main())
