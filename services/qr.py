"""Pictures that a telephone reads (QR codes), drawn on this machine: what they carry is told to nobody."""

from __future__ import annotations

from base64 import b64encode

_QUIET = 4  # empty fields around, without which a camera finds no edge


def picture(text: str) -> str:
    """A text as an SVG picture, in an address that a page shows it by."""
    from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel  # slow to load, for one page alone

    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    size = code.moduleCount
    dark = ((x, y) for y in range(size) for x in range(size) if code.modules[y][x])
    path = "".join(f"M{x + _QUIET} {y + _QUIET}h1v1h-1z" for x, y in dark)
    edge = size + 2 * _QUIET
    drawn = (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {edge} {edge}" shape-rendering="crispEdges">'
        f'<path fill="#fff" d="M0 0h{edge}v{edge}H0z"/><path d="{path}"/></svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(drawn.encode()).decode()}"
