"""What a browser sends of a page, stripped of whatever was done there: the page alone is drawn anew."""

from __future__ import annotations

from google.protobuf.message import DecodeError  # type: ignore[import-untyped]
from streamlit.proto.BackMsg_pb2 import BackMsg


def redrawn(sent: bytes) -> bytes | None:
    """The message that has the same page drawn anew, whole and by whoever is there now; None for any other message.

    Nothing that was clicked or typed goes along: Streamlit calls what a button does before a page can guard itself.
    """
    try:
        asked = BackMsg.FromString(sent)
    except DecodeError:
        return None
    if asked.WhichOneof("type") != "rerun_script":
        return None
    bare, state = BackMsg(), asked.rerun_script
    bare.rerun_script.query_string = state.query_string
    bare.rerun_script.page_script_hash = state.page_script_hash
    bare.rerun_script.context_info.CopyFrom(state.context_info)
    return bytes(bare.SerializeToString())
