"""FCPXML for long films: the adapter's own writer, with look-ups where it searches.

The adapter walks the whole document for every clip, which grows with the cube of a film's length (minutes for 720
shots). Every clip here has the film's one rate and the picture track has no gaps, so a look-up gives the same answer.
"""

from __future__ import annotations

from bisect import bisect_right
from typing import Any
from xml.etree.ElementTree import Element

import opentimelineio as otio
from otio_fcpx_xml_adapter.fcpx_xml import FcpxOtio, to_rational_time  # type: ignore[import-untyped]


def to_fcpxml(made: otio.schema.Timeline) -> str:
    """Write a timeline of one rate and one unbroken picture track as FCPXML."""
    return str(_Writer(made).to_xml())


class _Writer(FcpxOtio):  # type: ignore[misc]
    def __init__(self, made: otio.schema.Timeline) -> None:
        super().__init__(made)
        self._rate = int(made.video_tracks()[0].duration().rate)
        self._starts: list[int] = []
        self._seen: dict[str, tuple[int, dict[str, Element]]] = {}

    def _frame_rate_from_element(self, element: Element, default_format_id: str) -> int:
        return self._rate

    def _clip_format_name(self, _clip: otio.schema.Clip) -> str:
        """No name: the adapter would ask ffprobe for every clip, and where there is one name 720 lines wrongly."""
        return ""

    def _find_parent_element(self, spine: Element, start: otio.opentime.RationalTime, format_id: str) -> Element:
        if not self._starts:
            self._starts = [to_rational_time(item.get("offset"), self._rate).value for item in spine]
        return spine[bisect_right(self._starts, start.value) - 1]

    def _asset_by_path(self, path: str) -> Element | None:
        return self._look_up(self.resource_element, "asset", "src", path)

    def _asset_by_id(self, asset_id: str) -> Element | None:
        return self._look_up(self.resource_element, "asset", "id", asset_id)

    def _asset_clip_by_name(self, name: str) -> Element | None:
        return self._look_up(self.event_resource, "asset-clip", "name", name)

    def _look_up(self, parent: Element, tag: str, key: str, value: Any) -> Element | None:
        """Find the first child with this tag and value, reading each child once."""
        count, index = self._seen.get(f"{tag}@{key}", (0, {}))
        for child in parent[count:]:
            if child.tag == tag:
                index.setdefault(child.get(key, ""), child)
        self._seen[f"{tag}@{key}"] = (len(parent), index)
        return index.get(value)
