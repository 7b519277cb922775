"""Screenplays as Final Draft files (FDX), both ways; what FDX prints is kept, sections and synopses are not written."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET  # only writes; reading goes through defusedxml
from collections.abc import Iterable, Iterator
from itertools import groupby

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import fromstring

from studio.errors import BadScript
from studio.story.fountain_form import settle
from studio.story.fountain_text import Run, escape, plain, runs
from studio.story.screenplay import Element, Kind, Screenplay

_KINDS = {
    "Scene Heading": Kind.HEADING,
    "Character": Kind.CHARACTER,
    "Parenthetical": Kind.PARENTHETICAL,
    "Dialogue": Kind.DIALOGUE,
    "Lyrics": Kind.LYRIC,
    "Singing": Kind.LYRIC,
    "Transition": Kind.TRANSITION,
}
_ACTS = dict.fromkeys(("New Act", "End of Act"), Kind.CENTERED)  # printed in the middle of the page, never filmed
_TYPES = {kind: name for name, kind in _KINDS.items() if name != "Singing"} | {
    Kind.ACTION: "Action",
    Kind.CENTERED: "Action",
}
_UNSTYLED = frozenset({Kind.HEADING, Kind.CHARACTER, Kind.TRANSITION})
_MARKS = (("Underline", "_"), ("Italic", "*"), ("Bold", "**"))  # from the inside out
_OMITTED = frozenset({"omitted", "omit"})  # what is left of a scene that was taken out: its number
_CREDIT = re.compile(r"\b(by|par|von|por|de|di)$", re.IGNORECASE)
_CENTRED_KEYS = frozenset({"title", "credit", "author", "authors", "source"})
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def read_fdx(data: bytes) -> Screenplay:
    """Read a Final Draft file; BadScript, with the line, when it is not one."""
    root = _root(data)
    content = root.find("Content")
    if root.tag != "FinalDraft" or content is None:
        raise BadScript("this XML file is not a Final Draft screenplay: it has no FinalDraft/Content")
    page = root.find("TitlePage/Content")
    return Screenplay(
        title_page=_read_title_page(page) if page is not None else (),
        elements=settle(element for paragraph in content for element in _read_paragraph(paragraph)),
    )


def write_fdx(screenplay: Screenplay) -> bytes:
    """Write a screenplay as a Final Draft file in UTF-8."""
    root = ET.Element("FinalDraft", DocumentType="Script", Template="No", Version="5")
    content = ET.SubElement(root, "Content")
    breaks = False
    for speech in _speeches(settle(screenplay.elements)):
        parent = content
        if len(speech) > 1:
            parent = ET.SubElement(ET.SubElement(content, "Paragraph"), "DualDialogue")
        for element in (element for part in speech for element in part):
            if element.kind is Kind.PAGE_BREAK:
                breaks = True
            elif element.kind in _TYPES:
                _write_paragraph(parent, element, starts_page=breaks)
                breaks = False
    _write_title_page(root, screenplay.title_page)
    ET.indent(root)
    written: bytes = ET.tostring(root, encoding="UTF-8", xml_declaration=True)
    return written


def _root(data: bytes) -> ET.Element:
    try:
        root: ET.Element = fromstring(data, forbid_dtd=True)
    except DefusedXmlException as found:
        raise BadScript(
            "a Final Draft file holds no DTD or entities; this one does and is not read", cause=found
        ) from None
    except ET.ParseError as broken:
        line, _ = broken.position
        raise BadScript(f"the Final Draft file is broken XML ({broken.msg})", line=line, cause=broken) from None
    except (ValueError, LookupError) as unknown:
        raise BadScript(f"the Final Draft file cannot be decoded ({unknown})", cause=unknown) from None
    return root


def _read_paragraph(paragraph: ET.Element, *, beside: bool = False) -> Iterator[Element]:
    dual = None if beside else paragraph.find("DualDialogue")
    if dual is not None:
        cues = 0
        for part in dual:
            for element in _read_paragraph(part, beside=True):
                cues += element.kind is Kind.CHARACTER
                second = cues > 1 and element.kind is Kind.CHARACTER
                yield element.model_copy(update={"dual": True}) if second else element
        return
    kind = (_KINDS | _ACTS).get(paragraph.get("Type", ""), Kind.ACTION)
    if paragraph.get("Alignment") == "Center" and kind is Kind.ACTION:
        kind = Kind.CENTERED
    if paragraph.get("StartsNewPage") == "Yes":
        yield Element(kind=Kind.PAGE_BREAK)
    number = paragraph.get("Number", "") if kind is Kind.HEADING else ""
    text = _read_text(paragraph, styled=kind not in _UNSTYLED)
    if number and text.strip(".() ").casefold() in _OMITTED:
        kind, text, number = Kind.CENTERED, f"{number} {text}", ""
    yield Element(kind=kind, text=text, number=number)
    for note in paragraph.iter("ScriptNote"):
        yield Element(kind=Kind.NOTE, text="\n".join(_raw(part) for part in note.iter("Paragraph")))


def _raw(paragraph: ET.Element) -> str:
    return "".join(text.text or "" for text in paragraph.findall("Text"))


def _read_text(paragraph: ET.Element, *, styled: bool) -> str:
    """Join a paragraph's runs, styles as Fountain emphasis; the words come out of `plain` as they stood."""
    raw = _raw(paragraph)
    texts = paragraph.findall("Text")
    if styled and any(text.get("Style") for text in texts):
        marked = "".join(_emphasised(style, joined) for style, joined in _by_style(texts))
        if plain(marked) == raw:
            return marked
    return raw if plain(raw) == raw else escape(raw)


def _by_style(texts: Iterable[ET.Element]) -> Iterator[tuple[str, str]]:
    for style, group in groupby(texts, key=lambda text: text.get("Style", "")):
        yield style, "".join(text.text or "" for text in group)


def _emphasised(style: str, text: str) -> str:
    names = style.split("+")
    return "\n".join(_emphasised_line(names, line) for line in text.split("\n"))


def _emphasised_line(names: list[str], line: str) -> str:
    words = line.strip()
    marked = escape(words)
    if words:
        for name, mark in _MARKS:
            marked = f"{mark}{marked}{mark}" if name in names else marked
    start = len(line) - len(line.lstrip())
    return line[:start] + marked + line[start + len(words) :]


def _read_title_page(page: ET.Element) -> tuple[tuple[str, str], ...]:
    """Tell title, credit, author and source by their order, the rest by their keys; what has none is the contact."""
    pairs: dict[str, list[str]] = {}
    above = ""
    parted = False
    for paragraph in page.findall("Paragraph"):
        centred = paragraph.get("Alignment") == "Center"
        for line in map(str.strip, (_raw(paragraph) or "\n").split("\n")):
            if not line:
                parted = True
                continue
            if centred or not pairs:
                above = _centred_key(above, line, parted=parted)
            else:
                above, line = _labelled(above, line)
            pairs.setdefault(above, []).append(line)
            parted = False
    return tuple((key, "\n".join(lines)) for key, lines in pairs.items())


def _centred_key(above: str, line: str, *, parted: bool) -> str:
    """The key of a centred line, by the key above it and whether an empty line stands between them."""
    if not above:
        return "Title"
    if above == "Title" and (parted or _CREDIT.search(line)):
        return "Credit" if _CREDIT.search(line) else "Author"
    if above == "Credit":
        return "Author"
    return "Source" if above == "Author" and parted else above


def _labelled(above: str, line: str) -> tuple[str, str]:
    key, colon, value = line.partition(": ")
    if colon:
        return key, value.strip()
    return (above if above and above.casefold() not in _CENTRED_KEYS else "Contact"), line


def _speeches(elements: tuple[Element, ...]) -> Iterator[list[list[Element]]]:
    """Group elements: one group per element, save two speeches side by side, which are one."""
    group: list[list[Element]] = []
    for element in elements:
        spoken = element.kind in (Kind.DIALOGUE, Kind.PARENTHETICAL, Kind.LYRIC)
        if spoken and group and group[-1][0].kind is Kind.CHARACTER:
            group[-1].append(element)
        elif element.dual and len(group) == 1 and group[0][0].kind is Kind.CHARACTER:
            group.append([element])
        elif element.kind in _TYPES or element.kind is Kind.PAGE_BREAK:
            if group:
                yield group
            group = [[element]]
    if group:
        yield group


def _write_paragraph(parent: ET.Element, element: Element, *, starts_page: bool) -> None:
    paragraph = ET.SubElement(parent, "Paragraph", Type=_TYPES[element.kind])
    if element.number:
        paragraph.set("Number", element.number)
    if element.kind is Kind.CENTERED:
        paragraph.set("Alignment", "Center")
    if starts_page:
        paragraph.set("StartsNewPage", "Yes")
    for run in runs(element.text) or [Run("")]:
        _write_run(paragraph, run)


def _write_run(paragraph: ET.Element, run: Run) -> None:
    text = ET.SubElement(paragraph, "Text")
    names = [name for name in ("Bold", "Italic", "Underline") if name.lower() in run.styles]
    if names:
        text.set("Style", "+".join(names))
    text.text = _NOT_XML.sub("", run.text)


def _write_title_page(root: ET.Element, pairs: tuple[tuple[str, str], ...]) -> None:
    content = ET.SubElement(ET.SubElement(root, "TitlePage"), "Content")
    for key, value in pairs:
        centred = key.casefold() in _CENTRED_KEYS
        alignment = "Center" if centred else "Left"
        for number, line in enumerate(value.split("\n")):
            label = "" if centred or number or key.casefold() == "contact" else f"{key}: "
            _write_run(ET.SubElement(content, "Paragraph", Alignment=alignment), Run(label + plain(line)))
        _write_run(ET.SubElement(content, "Paragraph", Alignment=alignment), Run(""))
