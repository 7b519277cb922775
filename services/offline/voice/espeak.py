"""The espeak-ng library through ctypes; it is loaded only in the speaking process, never in the studio's own.

Its state is global and its licence is GPL-3, so nothing else of the house may import this file.
"""

from __future__ import annotations

import ctypes

import espeakng_loader

from services.offline.voice.reading import Event, Reading, Refusal, Sounding, Utterance

_SYNCHRONOUS = 2
_PHONEME_EVENTS, _IPA, _DO_NOT_EXIT = 0x0001, 0x0002, 0x8000
_UTF8 = 1
_RATE, _PITCH, _RANGE = 1, 3, 4
_SEED = 1  # of the noise in a breath; the library would take the second it is started in
_KINDS = {1: Sounding.WORD, 7: Sounding.PHONEME}


class _Id(ctypes.Union):
    _fields_ = (("number", ctypes.c_int), ("name", ctypes.c_char_p), ("string", ctypes.c_char * 8))


class _Event(ctypes.Structure):
    _fields_ = (
        ("type", ctypes.c_int),
        ("unique", ctypes.c_uint),
        ("position", ctypes.c_int),
        ("length", ctypes.c_int),
        ("milliseconds", ctypes.c_int),
        ("sample", ctypes.c_int),
        ("user", ctypes.c_void_p),
        ("id", _Id),
    )


_Callback = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.POINTER(ctypes.c_short), ctypes.c_int, ctypes.POINTER(_Event))


class Espeak:
    """The library, initialised; one for each process."""

    def __init__(self) -> None:
        self._library = ctypes.CDLL(espeakng_loader.get_library_path())
        self._declare()
        # The wheel has its builder's data path compiled in.
        data = espeakng_loader.get_data_path().encode()
        self._rate = self._library.espeak_Initialize(_SYNCHRONOUS, 0, data, _PHONEME_EVENTS | _IPA | _DO_NOT_EXIT)
        if self._rate <= 0:
            raise Refusal("espeak-ng cannot open its voice data")
        self._library.espeak_ng_SetRandSeed(_SEED)
        self._callback = _Callback(self._take)
        self._library.espeak_SetSynthCallback(self._callback)
        self._pcm: list[bytes] = []
        self._events: list[Event] = []

    def _declare(self) -> None:
        library = self._library
        library.espeak_Initialize.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_char_p, ctypes.c_int)
        library.espeak_ng_SetRandSeed.argtypes = (ctypes.c_long,)
        library.espeak_SetVoiceByName.argtypes = (ctypes.c_char_p,)
        library.espeak_SetParameter.argtypes = (ctypes.c_int, ctypes.c_int, ctypes.c_int)
        library.espeak_Synth.argtypes = (
            *(ctypes.c_char_p, ctypes.c_size_t, ctypes.c_uint, ctypes.c_int, ctypes.c_uint, ctypes.c_uint),
            *(ctypes.c_void_p, ctypes.c_void_p),
        )

    def _take(self, wave: ctypes._Pointer[ctypes.c_short], count: int, events: ctypes._Pointer[_Event]) -> int:
        index = 0
        while events[index].type:
            event = events[index]
            kind = _KINDS.get(event.type)
            if kind is not None:
                # The eight bytes hold a phoneme only in phoneme events, and are not always ended by a zero.
                sound = bytes(event.id.string).decode(errors="ignore") if kind is Sounding.PHONEME else ""
                self._events.append(Event(kind, event.sample, max(0, event.position - 1), event.length, sound))
            index += 1
        if wave and count:
            self._pcm.append(ctypes.string_at(wave, count * 2))
        return 0

    def read(self, reading: Reading) -> Utterance:
        """Read a text aloud; raises Refusal for a voice the library does not have."""
        self._pcm, self._events = [], []
        if self._library.espeak_SetVoiceByName(reading.voice.encode()) != 0:
            raise Refusal(f"espeak-ng has no voice named {reading.voice!r}")
        for parameter, value in ((_RATE, reading.rate), (_PITCH, reading.pitch), (_RANGE, reading.span)):
            self._library.espeak_SetParameter(parameter, value, 0)
        text = reading.text.replace("\0", " ").encode(errors="replace") + b"\0"
        if self._library.espeak_Synth(text, len(text), 0, 1, 0, _UTF8, None, None) != 0:
            raise Refusal("espeak-ng could not read the text")
        return Utterance(self._rate, b"".join(self._pcm), tuple(self._events))
