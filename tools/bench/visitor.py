"""A visitor without a browser: one session of the studio's pages by the websocket protocol a browser speaks."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from types import TracebackType
from urllib.parse import parse_qsl, urlencode

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ClientState_pb2 import ClientState
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect
from websockets.typing import Subprotocol

_PATIENCE = 60.0  # seconds an answer may take
_MOST = 64 << 20  # bytes of one message
_WELL = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


class Trouble(Exception):
    """A page did not answer as it should."""


class Visitor:
    """One open page. It keeps what a browser keeps: address, page, cached messages and the buttons it sees."""

    def __init__(self, port: int, query: str = "") -> None:
        self.query, self.page = query, ""
        self.buttons: list[str] = []  # ids, in the order they came
        self.received = 0  # bytes
        self.whole = True  # the last answer drew the page, not a part of it
        self.looks: dict[str, float] = {}  # seconds between looks at the parts that look again by themselves
        self._port, self._pages = port, dict[str, str]()
        self._cached: list[str] = []
        self._fragments: dict[str, str] = {}  # of the buttons that have one: pressed, only that part is drawn again
        self._line: ClientConnection | None = None

    async def __aenter__(self) -> Visitor:
        self._line = await connect(
            f"ws://127.0.0.1:{self._port}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            origin=None,
            max_size=_MOST,
            ping_interval=None,
            compression=None,
        )
        return self

    async def __aexit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        if self._line:
            await self._line.close()

    async def open(self, path: str, **query: str) -> None:
        """Turn to a page by its address, "" being Home, where a session begins; raises Trouble for an error on it."""
        if not self._pages:
            await self._ask(BackMsg(rerun_script=ClientState()))
        self.query = urlencode(query)
        await self._ask(BackMsg(rerun_script=ClientState(page_script_hash=self._pages.get(path, ""))))

    async def press(self, ident: str) -> None:
        """Press a button of the page that is shown."""
        asked = self._again(self._fragments.get(ident, ""))
        asked.rerun_script.widget_states.widgets.add(id=ident, trigger_value=True)
        await self._ask(asked)

    async def look(self, part: str) -> None:
        """Have a part of the page drawn that looks again by itself, one of `looks`."""
        asked = self._again(part)
        asked.rerun_script.is_auto_rerun = True
        await self._ask(asked)

    def named(self, part: str) -> Sequence[str]:
        """The buttons on the page whose key begins so."""
        return [ident for ident in self.buttons if f"-{part}" in ident]

    def param(self, name: str) -> str:
        """A value of the address."""
        return dict(parse_qsl(self.query)).get(name, "")

    def _again(self, part: str) -> BackMsg:
        """Asks for the page that is shown, or for a part of it."""
        return BackMsg(rerun_script=ClientState(page_script_hash=self.page, fragment_id=part))

    async def _ask(self, asked: BackMsg) -> None:
        asked.rerun_script.query_string = self.query
        asked.rerun_script.cached_message_hashes.extend(self._cached)
        if self._line is None:
            raise Trouble("the line is not open")
        await self._line.send(asked.SerializeToString())
        async with asyncio.timeout(_PATIENCE):
            while not self._read(await self._line.recv()):
                pass

    def _read(self, data: bytes | str) -> bool:
        """Take a message in; whether it was the last of an answer."""
        if isinstance(data, str):
            raise Trouble(data)
        self.received += len(data)
        message = ForwardMsg.FromString(data)
        if message.metadata.cacheable and message.hash and message.hash not in self._cached:
            self._cached.append(message.hash)
        self._note(message)
        if message.WhichOneof("type") != "script_finished":
            return False
        # A switch of pages ends one run early and begins the next.
        if message.script_finished == ForwardMsg.FINISHED_EARLY_FOR_RERUN:
            return False
        if message.script_finished not in _WELL:
            raise Trouble(ForwardMsg.ScriptFinishedStatus.Name(message.script_finished))
        self.whole = message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY
        return True

    def _note(self, message: ForwardMsg) -> None:
        """Keep what a message tells of the page."""
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self._pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
        elif kind == "new_session":
            self._begin(message)
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "delta":
            self._see(message.delta)
        elif kind == "auto_rerun":
            self.looks[message.auto_rerun.fragment_id] = message.auto_rerun.interval
        elif kind == "stop_auto_rerun":
            for part in message.stop_auto_rerun.fragment_ids:
                self.looks.pop(part, None)

    def _begin(self, message: ForwardMsg) -> None:
        """Forget what is about to be drawn: the page, or the buttons of some parts of it."""
        self.page, parts = message.new_session.page_script_hash, set(message.metadata.run.fragment_ids)
        if not parts:
            self.looks.clear()
        self.buttons = [one for one in self.buttons if parts and self._fragments.get(one) not in parts]

    def _see(self, delta: Delta) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "button":
            self.buttons = [one for one in self.buttons if one != element.button.id]  # a part within a part
            self.buttons.append(element.button.id)
            self._fragments[element.button.id] = delta.fragment_id
        elif kind == "exception":
            raise Trouble(element.exception.message)
        elif kind == "alert" and element.alert.format == element.alert.ERROR:
            raise Trouble(element.alert.body)
