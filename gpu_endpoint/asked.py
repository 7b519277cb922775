"""What an engine is asked for once a job was held against the engine's rules; says the nearest that would be right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from importlib.util import find_spec

from PIL.Image import Image

from gpu_endpoint.errors import InvalidInput, NotInstalled
from gpu_endpoint.registry import EngineSpec, Knob, Lengths, engine
from gpu_endpoint.wire import JobInput, Parameter

_FAR = 0.2  # a length that is further from the one asked for than this share of it is not what was asked for
_LATENT = 4  # pictures of one latent, beyond the first


@dataclass(frozen=True)
class Asked:
    """A job an engine can do; pictures are there once they were fetched, cropped to width x height."""

    spec: EngineSpec
    prompt: str
    width: int
    height: int
    frames: int
    steps: int
    seed: int
    knobs: dict[str, float]
    image: Image | None = None
    last_image: Image | None = None
    references: tuple[Image, ...] = ()

    def shown(self, image: Image | None, last: Image | None, references: tuple[Image, ...]) -> Asked:
        """The same with its pictures."""
        return replace(self, image=image, last_image=last, references=references)

    def plain(self) -> Asked:
        """The same clip as the engine makes it that this one was distilled from."""
        spec = engine(self.spec.plain)
        knobs = {name: knob.usual if "guidance" in name else self.knobs[name] for name, knob in spec.knobs.items()}
        return replace(self, spec=spec, steps=spec.steps.usual, knobs=knobs)

    def knob(self, name: str) -> int:
        """A parameter that is a whole number."""
        return int(self.knobs[name])


def asked(job: JobInput, spec: EngineSpec) -> Asked:
    """Hold a job against an engine's rules; InvalidInput names the field and, for lengths, the nearest right one."""
    if spec.package and find_spec(spec.package) is None:
        raise NotInstalled(f"{spec.name} needs the package {spec.package}, which this image does not hold")
    _sized(job, spec)
    _given(job, spec)
    steps = job.steps or spec.steps.usual
    if steps > spec.steps.most:
        raise InvalidInput(f"steps: {spec.name} takes at most {spec.steps.most}", fits={"steps": spec.steps.most})
    knobs = _turned(job.parameters, spec)
    frames = _long(job, spec, knobs)
    if spec.family == "skyreels-df":
        _forced(job, frames, knobs)
    return Asked(spec, job.prompt, job.width, job.height, frames, steps, job.seed, knobs)


def nearest(frames: float, lengths: Lengths) -> int:
    """The valid length nearest to this many pictures."""
    steps = round((frames - lengths.least) / lengths.step)
    return lengths.least + min(max(0, steps), (lengths.most - lengths.least) // lengths.step) * lengths.step


def _sized(job: JobInput, spec: EngineSpec) -> None:
    sizes = spec.sizes
    for field, side in (("width", job.width), ("height", job.height)):
        if side % sizes.step or side < sizes.least:
            right = max(-(-sizes.least // sizes.step), round(side / sizes.step)) * sizes.step
            detail = f"{field}: {spec.name} needs a multiple of {sizes.step}, at least {sizes.least}"
            raise InvalidInput(detail, fits={field: right})
    if job.width * job.height > sizes.most_pixels:
        width, height = sizes.usual
        detail = f"width and height: {spec.name} makes at most {sizes.most_pixels} pixels, such as {width} x {height}"
        raise InvalidInput(detail, fits={"width": width, "height": height})


def _given(job: JobInput, spec: EngineSpec) -> None:
    if spec.image == "required" and job.image is None:
        raise InvalidInput(f"image: {spec.name} begins with a picture")
    refused = {
        "image": spec.image == "none" and job.image is not None,
        "last_image": job.last_image is not None and not (spec.last_image and job.image is not None),
        "references": len(job.references) > spec.references,
        "prompt": spec.prompt == "required" and not job.prompt.strip(),
    }
    for field, wrong in refused.items():
        if wrong:
            raise InvalidInput(f"{field}: {spec.name} {_WANTS[field].format(spec=spec)}")


_WANTS = {
    "image": "takes no first picture",
    "last_image": "takes no last picture without a first one, or none at all",
    "references": "takes at most {spec.references} pictures",
    "prompt": "needs words",
}


def _turned(given: dict[str, Parameter], spec: EngineSpec) -> dict[str, float]:
    """Every parameter of the engine, as given or as usual; whatever else is given is refused."""
    if foreign := sorted(set(given) - set(spec.knobs)):
        raise InvalidInput(f"parameters: {spec.name} has no {foreign[0][:60]}")
    return {name: _value(name, given.get(name, knob.usual), knob) for name, knob in spec.knobs.items()}


def _value(name: str, value: Parameter, knob: Knob) -> float:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if not number or not knob.least <= float(value) <= knob.most or (knob.kind == "int" and float(value) % 1):
        raise InvalidInput(f"parameters.{name}: {knob.kind} from {knob.least:g} to {knob.most:g}")
    return float(value)


def _long(job: JobInput, spec: EngineSpec, knobs: dict[str, float]) -> int:
    lengths = _lengths(spec, knobs)
    if spec.kind == "picture":
        if job.frames is not None or job.seconds is not None:
            raise InvalidInput(f"frames: {spec.name} makes one picture")
        return 1
    wanted = job.frames if job.seconds is None else job.seconds * spec.rate + 1
    if wanted is None:
        return nearest(lengths.usual, lengths)
    right = nearest(wanted, lengths)
    if job.seconds is not None and abs(right - wanted) > max(lengths.step, _FAR * wanted):
        longest = (right - 1) / spec.rate
        raise InvalidInput(f"seconds: the nearest that {spec.name} makes is {longest:.2f}", fits={"frames": right})
    if job.frames is not None and job.frames != right:
        raise InvalidInput(f"frames: the nearest that {spec.name} makes is {right}", fits={"frames": right})
    return right


def _lengths(spec: EngineSpec, knobs: dict[str, float]) -> Lengths:
    """The engine's lengths; with blocks that are denoised one after the other, only whole blocks.

    The pictures of a block that is not whole would stay noise.
    """
    block = int(knobs.get("causal_block_size", 1))
    if block == 1:
        return spec.frames
    least, step = (block - 1) * _LATENT + 1, block * _LATENT
    most = least + (spec.frames.most - least) // step * step
    return Lengths(least=least, most=most, step=step, usual=spec.frames.usual)


def _forced(job: JobInput, frames: int, knobs: dict[str, float]) -> None:
    """The rules among the parameters of diffusion forcing."""
    base, overlap = int(knobs["base_num_frames"]), int(knobs["overlap_history"])
    block, blocks = int(knobs["causal_block_size"]), knobs["ar_step"] > 0
    if blocks != (block > 1):
        raise InvalidInput("parameters: ar_step and causal_block_size go together: 0 and 1, or both more")
    for name, count in (("base_num_frames", base), ("overlap_history", overlap)):
        if (count - 1) % _LATENT or (1 + (count - 1) // _LATENT) % block:
            raise InvalidInput(f"parameters.{name}: whole latents of {_LATENT}, in whole blocks of {block}")
    if overlap >= base:
        raise InvalidInput("parameters.overlap_history: less than base_num_frames")
    if blocks and job.image is not None:
        raise InvalidInput("parameters.ar_step: with a first picture only 0, or its block would be painted over")
    if job.last_image is not None and frames > base:
        detail = f"last_image: only a take of one window, at most {base} pictures, ends on a picture"
        raise InvalidInput(detail, fits={"frames": base})
