"""ComfyUI's double: it checks a workflow as the server does, queues it, paints a real picture and forgets on demand."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from tests.doubles.cutting import Cut
from tests.doubles.drawing import BLACK, a_picture
from tests.doubles.server import Books, Fault, Schedule

# Every node the double has, with the inputs each must be given.
_NODES = {
    "KSampler": {
        "seed", "steps", "cfg", "sampler_name", "scheduler", "denoise", "model", "positive", "negative", "latent_image",
    },
    "CheckpointLoaderSimple": {"ckpt_name"},
    "EmptyLatentImage": {"width", "height", "batch_size"},
    "CLIPTextEncode": {"text", "clip"},
    "VAEDecode": {"samples", "vae"},
    "SaveImage": {"images", "filename_prefix"},
    "UNETLoader": {"unet_name", "weight_dtype"},
    "CLIPLoader": {"clip_name", "type", "device"},
    "VAELoader": {"vae_name"},
    "ConditioningZeroOut": {"conditioning"},
    "CFGGuider": {"model", "positive", "negative", "cfg"},
    "RandomNoise": {"noise_seed"},
    "KSamplerSelect": {"sampler_name"},
    "Flux2Scheduler": {"steps", "width", "height"},
    "EmptyFlux2LatentImage": {"width", "height", "batch_size"},
    "SamplerCustomAdvanced": {"noise", "guider", "sampler", "sigmas", "latent_image"},
    "LoadImage": {"image"},
    "VAEEncode": {"pixels", "vae"},
    "ReferenceLatent": {"conditioning", "latent"},
}  # fmt: skip


# Whose files a node loads: the input that names one, and the folder of models it lies in.
_LOADERS = {
    "CheckpointLoaderSimple": ("ckpt_name", "checkpoints"),
    "UNETLoader": ("unet_name", "diffusion_models"),
    "CLIPLoader": ("clip_name", "text_encoders"),
    "VAELoader": ("vae_name", "vae"),
}
_SIZES = {"EmptyLatentImage": 8, "EmptyFlux2LatentImage": 16}  # the steps of their sides
KLEIN = {
    "diffusion_models": ("flux-2-klein-4b-fp8.safetensors",),
    "text_encoders": ("qwen_3_4b.safetensors",),
    "vae": ("ae.safetensors", "flux2-vae.safetensors"),
}


@dataclass
class Piece:
    """A workflow in the queue; `asked` is how often somebody looked for it in the history."""

    ident: str
    graph: dict[str, Any]
    fault: Fault | None
    asked: int = 0
    deleted: bool = False


@dataclass
class ComfyDouble:
    """One server with these checkpoints and other models, of which some may be `gone` since it listed them.

    `polls` is how often a picture is not done yet when it is asked for.
    """

    schedule: Schedule = field(default_factory=Schedule)
    checkpoints: tuple[str, ...] = ("sdxl.safetensors",)
    models: dict[str, tuple[str, ...]] = field(default_factory=lambda: dict(KLEIN))  # by folder
    gone: tuple[str, ...] = ()
    polls: int = 2
    books: Books = field(default_factory=Books)
    pieces: dict[str, Piece] = field(default_factory=dict)
    painted: int = 0
    uploads: dict[str, bytes] = field(default_factory=dict)  # as workflows name them
    _lock: Lock = field(default_factory=Lock, repr=False)

    def app(self, base: str) -> Starlette:
        """The server; it knows no base URL of its own."""
        return Starlette(
            routes=[
                Route("/prompt", self._prompt, methods=["POST"]),
                Route("/history/{ident}", self._history, methods=["GET"]),
                Route("/queue", self._queue, methods=["GET", "POST"]),
                Route("/interrupt", self._interrupt, methods=["POST"]),
                Route("/view", self._view, methods=["GET"]),
                Route("/upload/image", self._upload, methods=["POST"]),
                Route("/object_info/{node}", self._info, methods=["GET"]),
                Route("/system_stats", self._stats, methods=["GET"]),
            ]
        )

    def forget(self) -> None:
        """Begin anew, as the server does when it is restarted: its history is in its memory."""
        self.pieces.clear()

    async def _prompt(self, request: Request) -> Response:
        self.books.ask("prompt")
        fault = self.schedule.next("prompt")
        match fault:
            case Fault.DOWN:
                return PlainTextResponse("Internal Server Error", 500)
            case Fault.LOST_BEFORE:
                return Cut()
        body = await request.json()
        graph = body.get("prompt", {})
        if wrong := self._wrong(graph):
            error = {"type": "prompt_outputs_failed_validation", "message": "Prompt outputs failed validation"}
            return JSONResponse({"error": error, "node_errors": wrong}, 400)
        ident = body["prompt_id"]
        with self._lock:
            self.pieces[ident] = Piece(ident, graph, fault)
        if fault is Fault.LOST_AFTER:
            return Cut()
        return JSONResponse({"prompt_id": ident, "number": len(self.pieces), "node_errors": {}})

    def _wrong(self, graph: dict[str, Any]) -> dict[str, Any]:
        """The errors of a graph's nodes, as the server words them."""
        wrong: dict[str, list[str]] = {}
        for ident, node in graph.items():
            kind, inputs = node.get("class_type"), node.get("inputs", {})
            if kind not in _NODES:
                wrong.setdefault(ident, []).append(f"no node {kind}")
                continue
            wrong.setdefault(ident, []).extend(f"{name} is missing" for name in sorted(_NODES[kind] - set(inputs)))
            links = [one for one in inputs.values() if isinstance(one, list)]
            wrong[ident] += [f"linked to no node {one[0]}" for one in links if one[0] not in graph]
            if loads := _LOADERS.get(kind):
                named, folder = inputs.get(loads[0]), set(self._files(loads[1])) - set(self.gone)
                wrong[ident] += [] if named in folder else [f"{loads[0]}: {named!r} not in the list"]
            if kind == "LoadImage" and inputs.get("image") not in self.uploads:
                wrong[ident].append(f"image: invalid image file {inputs.get('image')!r}")
            if (step := _SIZES.get(kind)) and (inputs.get("width", 0) % step or inputs.get("height", 0) % step):
                wrong[ident].append(f"width and height are in steps of {step}")
        return {
            ident: {"errors": [{"type": "invalid", "details": one} for one in said], "class_type": "?"}
            for ident, said in wrong.items()
            if said
        }

    def _files(self, folder: str) -> tuple[str, ...]:
        return self.checkpoints if folder == "checkpoints" else self.models.get(folder, ())

    async def _upload(self, request: Request) -> Response:
        self.books.ask("upload")
        if self.schedule.next("upload") is Fault.DOWN:
            return PlainTextResponse("Internal Server Error", 500)
        async with request.form() as form:
            image, subfolder = form["image"], str(form.get("subfolder", ""))
            if isinstance(image, str) or not image.filename or form.get("type") != "input":
                return Response(status_code=400)
            self.uploads[f"{subfolder}/{image.filename}".lstrip("/")] = await image.read()
            return JSONResponse({"name": image.filename, "subfolder": subfolder, "type": "input"})

    async def _history(self, request: Request) -> Response:
        self.books.ask("history")
        match self.schedule.next("history"):
            case Fault.DOWN:
                return PlainTextResponse("Internal Server Error", 500)
            case Fault.GARBLED:
                return PlainTextResponse("<html>")
        piece = self.pieces.get(request.path_params["ident"])
        if piece is None or piece.deleted:
            return JSONResponse({})
        piece.asked += 1
        if piece.asked <= self.polls:
            return JSONResponse({})
        return JSONResponse({piece.ident: self._entry(piece)})

    def _entry(self, piece: Piece) -> dict[str, Any]:
        if piece.fault is Fault.FAILED:
            said = ["execution_error", {"node_id": "3", "exception_message": "Allocation on device: out of memory"}]
            return {"outputs": {}, "status": {"status_str": "error", "completed": False, "messages": [said]}}
        image = {"filename": f"{piece.ident}.png", "subfolder": "", "type": "output"}
        status = {"status_str": "success", "completed": True, "messages": []}
        saver = next(ident for ident, node in piece.graph.items() if node["class_type"] == "SaveImage")
        return {
            "prompt": [1, piece.ident, piece.graph, {}, []],
            "outputs": {saver: {"images": [image]}},
            "status": status,
        }

    async def _queue(self, request: Request) -> Response:
        self.books.ask("queue")
        if request.method == "POST":
            for ident in (await request.json()).get("delete", ()):
                if ident in self.pieces:
                    self.pieces[ident].deleted = True
            return Response()
        waiting = [one for one in self.pieces.values() if one.asked <= self.polls and not one.deleted]
        entries = [[number, one.ident, one.graph, {}, []] for number, one in enumerate(waiting)]
        return JSONResponse({"queue_running": entries[:1], "queue_pending": entries[1:]})

    async def _interrupt(self, request: Request) -> Response:
        self.books.ask("interrupt")
        piece = self.pieces.get((await request.json()).get("prompt_id", ""))
        if piece:
            piece.deleted = True
        return Response()

    async def _view(self, request: Request) -> Response:
        self.books.ask("view")
        piece = self.pieces.get(request.query_params["filename"].removesuffix(".png"))
        if piece is None or self.schedule.next("view") is Fault.EXPIRED:
            return Response(status_code=404)
        if piece.fault is Fault.GARBLED:
            return Response(BLACK, media_type="image/png")
        nodes = {node["class_type"]: node["inputs"] for node in piece.graph.values()}
        size = next(nodes[kind] for kind in _SIZES if kind in nodes)
        seed = nodes["KSampler"]["seed"] if "KSampler" in nodes else nodes["RandomNoise"]["noise_seed"]
        self.painted += 1
        return Response(a_picture(size["width"], size["height"], seed), media_type="image/png")

    async def _stats(self, request: Request) -> Response:
        self.books.ask("stats")
        device = {"name": "cuda:0", "type": "cuda", "vram_total": 25_757_220_864, "vram_free": 24_000_000_000}
        return JSONResponse({"system": {"os": "posix", "comfyui_version": "0.3.60"}, "devices": [device]})

    async def _info(self, request: Request) -> Response:
        self.books.ask("info")
        node = request.path_params["node"]
        if node not in _NODES:
            return JSONResponse({})
        loads = _LOADERS.get(node)
        required = {loads[0]: [list(self._files(loads[1])), {}]} if loads else {}
        return JSONResponse({node: {"input": {"required": required}, "name": node}})
