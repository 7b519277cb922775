"""Captions as text: SubRip, WebVTT and ASS out, SubRip in. Times come from frames; pictures are not drawn here."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import pairwise

from studio.cut.fonts import Script, runs, script_of
from studio.errors import BadRequest
from studio.takes.briefs import Caption
from studio.takes.frame import Aspect, Frame

_TIMES = re.compile(
    r"\s*(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[,.](\d{1,3}))?\s*-->\s*(?:(\d+):)?(\d{1,2}):(\d{1,2})(?:[,.](\d{1,3}))?"
)
_TIME = re.compile(
    r"\s*\d+:\d{1,2}:\d{1,2}[,.]\d"
)  # begins like a line of times: a broken arrow must not lose its text
_TAGS = re.compile(r"</?(?:b|i|u|s|font|c|v)\b[^<>]*>|\{\\[^{}]*\}", re.IGNORECASE)
# Letter height and distances as shares of the frame's height: text size, bottom margin, side margin (of the width).
_LAYOUT = {Aspect.WIDE: (0.056, 0.06, 0.08), Aspect.TALL: (0.040, 0.20, 0.07), Aspect.SQUARE: (0.050, 0.07, 0.06)}
_LIT = "&H0060C8FF"
_WHITE = "&H00FFFFFF"


class CaptionStyle(StrEnum):
    PLAIN = "plain"
    KARAOKE = "karaoke"  # the word being spoken lights up


def to_srt(captions: Iterable[Caption], fps: int) -> str:
    """Write captions as SubRip; an arrow in their words is another one than that of its times."""
    blocks = (
        f"{i}\n{_clock(c.start, fps, ',')} --> {_clock(c.end, fps, ',')}\n{c.text.replace('-->', '→')}\n"
        for i, c in enumerate(captions, start=1)
    )
    return "\n".join(blocks)


def to_vtt(captions: Iterable[Caption], fps: int) -> str:
    """Write captions as WebVTT, with the speaker as a voice where there is one."""
    blocks = ["WEBVTT\n"]
    for caption in captions:
        text = _escaped(caption.text)
        name = _escaped(caption.speaker).replace("\n", " ")
        voiced = f"<v {name}>{text}" if name else text
        blocks.append(f"{_clock(caption.start, fps, '.')} --> {_clock(caption.end, fps, '.')}\n{voiced}\n")
    return "\n".join(blocks)


def to_ass(captions: Sequence[Caption], frame: Frame, style: CaptionStyle = CaptionStyle.PLAIN) -> str:
    """Write captions as ASS for libass, sized for the frame, each script in its shipped font."""
    size, bottom, side = _LAYOUT[frame.aspect]
    height = round(size * frame.height)
    outline = max(1.0, height / 14)
    primary, secondary = (_LIT, _WHITE) if style is CaptionStyle.KARAOKE else (_WHITE, _WHITE)
    margins = f"{round(side * frame.width)},{round(side * frame.width)},{round(bottom * frame.height)}"
    head = (
        f"[Script Info]\nScriptType: v4.00+\nPlayResX: {frame.width}\nPlayResY: {frame.height}\n"
        "WrapStyle: 0\nScaledBorderAndShadow: yes\nYCbCr Matrix: TV.709\n\n"
        "[V4+ Styles]\nFormat: Name,Fontname,Fontsize,PrimaryColour,SecondaryColour,OutlineColour,BackColour,Bold,"
        "Italic,Underline,StrikeOut,ScaleX,ScaleY,Spacing,Angle,BorderStyle,Outline,Shadow,Alignment,MarginL,MarginR,"
        "MarginV,Encoding\n"
        f"Style: Caption,Noto Sans,{height},{primary},{secondary},&H00140C0A,&H80000000,-1,0,0,0,100,100,0,0,1,"
        f"{outline:.1f},{outline / 2:.1f},2,{margins},-1\n\n"
        "[Events]\nFormat: Layer,Start,End,Style,Name,MarginL,MarginR,MarginV,Effect,Text\n"
    )
    return head + "".join(_event(caption, frame.fps, style, height) for caption in captions)


def flat(captions: Iterable[Caption]) -> list[Caption]:
    """Join captions that overlap (dual dialogue) into a row without overlaps, for tracks that allow none."""
    made: list[Caption] = []
    kept = [c for c in captions if c.end > c.start]
    marks = sorted({m for c in kept for m in (c.start, c.end)})
    live: list[Caption] = []
    waiting = sorted(kept, key=lambda c: c.start)[::-1]
    for start, end in pairwise(marks):
        live = [c for c in live if c.end > start]
        while waiting and waiting[-1].start <= start:
            live.append(waiting.pop())
        text = "\n".join(c.text for c in live)
        if made and made[-1].text == text and made[-1].end == start:
            made[-1] = made[-1].model_copy(update={"end": end})
        elif text:
            made.append(Caption(text=text, start=start, end=end))
    return made


def read_srt(text: str, fps: int) -> tuple[Caption, ...]:
    """Read SubRip (or WebVTT's simple form) into frames; raises BadRequest naming the line that makes no sense."""
    made: list[Caption] = []
    lines = text.lstrip("\ufeff").splitlines()
    at = 0
    while at < len(lines):
        if "-->" not in lines[at]:
            if _TIME.match(lines[at]):
                _read_times(lines[at], at + 1, fps)
            at += 1
            continue
        start, end = _read_times(lines[at], at + 1, fps)
        body: list[str] = []
        at += 1
        while at < len(lines) and lines[at].strip() and "-->" not in lines[at]:
            body.append(_TAGS.sub("", lines[at]).strip())
            at += 1
        said = "\n".join(filter(None, body))
        if said:
            made.append(Caption(text=said, start=start, end=max(end, start + 1)))
    if not made and text.strip():
        raise BadRequest("line 1: no time like 00:00:01,000 --> 00:00:02,000 anywhere in the file", field="captions")
    return tuple(sorted(made, key=lambda caption: caption.start))


def _read_times(line: str, number: int, fps: int) -> tuple[int, int]:
    match = _TIMES.match(line)
    if not match:
        raise BadRequest(f"line {number}: cannot read the times in {line.strip()!r}", field="captions")
    values = match.groups()
    start, end = (_frames(values[i : i + 4], fps) for i in (0, 4))
    if end < start:
        raise BadRequest(f"line {number}: the caption ends before it begins", field="captions")
    return start, end


def _frames(parts: Sequence[str | None], fps: int) -> int:
    hours, minutes, seconds, fraction = parts
    millis = int((fraction or "0").ljust(3, "0"))
    total = (int(hours or 0) * 3600 + int(minutes or 0) * 60 + int(seconds or 0)) * 1000 + millis
    return round(total * fps / 1000)


def _clock(frames: int, fps: int, mark: str) -> str:
    millis = round(frames * 1000 / fps)
    seconds, millis = divmod(millis, 1000)
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}{mark}{millis:03}"


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _centis(frames: int, fps: int) -> str:
    # libass compares with the frame's own time; a hair before it, so that a caption never misses its first frame.
    centis = max(0, (frames * 100 - fps // 4) // fps) if frames else 0
    return f"{centis // 360000}:{centis // 6000 % 60:02}:{centis // 100 % 60:02}.{centis % 100:02}"


def _event(caption: Caption, fps: int, style: CaptionStyle, size: float) -> str:
    sung = style is CaptionStyle.KARAOKE and caption.words
    text = _karaoke(caption, fps, size) if sung else _plain(caption.text, size)
    return f"Dialogue: 0,{_centis(caption.start, fps)},{_centis(caption.end, fps)},Caption,,0,0,0,,{text}\n"


def _plain(text: str, size: float) -> str:
    """The text with its fonts named, all at Latin's size, and what libass would take as a command made harmless."""
    safe = "".join(f"{{{_hand(script, size)}}}{_safe(part)}" for script, part in runs(text))
    # A strong mark gives a right-to-left caption its direction even where it begins with a digit or a quote.
    return "\\N".join(f"\u200f{line}" for line in safe.split("\\N")) if script_of(text).rtl else safe


def _hand(script: Script, size: float) -> str:
    """The commands that set a script's font; libass sizes its line, and letters are to be as large as Latin's."""
    bold = 1 if script.weight >= 700 else 0
    return f"\\fn{script.family}\\b{bold}\\fs{size * script.line / script_of('').line:.1f}"


def _safe(text: str) -> str:
    """Braces and backslashes would be commands to libass: an invisible joiner after a backslash stops that."""
    return text.replace("\\", "\\\u2060").replace("{", "\\{").replace("}", "\\}").replace("\n", "\\N")


def _karaoke(caption: Caption, fps: int, size: float) -> str:
    """The text with a \\k mark before each word; what lies between the words belongs to the one before."""
    out: list[str] = []
    at, clock = 0, caption.start
    for i, (word, start, _) in enumerate(caption.words):
        place = caption.text.find(word, at)
        if place < 0:
            continue
        out.append(_plain(caption.text[at:place], size) if place > at else "")
        if start > clock:
            out.append(f"{{\\k{round((start - clock) * 100 / fps)}}}")
        stop = caption.words[i + 1][1] if i + 1 < len(caption.words) else caption.end
        stop = max(stop, start)
        out.append(f"{{\\k{round((stop - max(start, clock)) * 100 / fps)}}}{_plain(word, size)}")
        at, clock = place + len(word), max(clock, stop)
    out.append(_plain(caption.text[at:], size) if at < len(caption.text) else "")
    return "".join(out)
