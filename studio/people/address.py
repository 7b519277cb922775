"""Mail addresses as people type them, as mail is sent to them, and as they are compared."""

from __future__ import annotations

import re
import unicodedata

from studio.errors import BadRequest

_LONGEST = 254  # letters of an address that mail servers take
_LOCAL = 64
# What can stand in a header without quoting: no spaces, no control characters, no angle brackets, one @.
_ADDRESS = re.compile(r"""[^\s@<>()\[\]\\,;:"\x00-\x1f\x7f]+@(?:[^\W_](?:[\w-]{0,61}[^\W_])?\.)+[^\W\d_][\w-]{1,61}""")


def written(typed: str) -> str:
    """An address as mail is sent to it: NFKC, trimmed, its domain in small letters; BadRequest when it is none."""
    text = unicodedata.normalize("NFKC", typed).strip()
    local, _, domain = text.rpartition("@")
    domain = domain.casefold().rstrip(".")
    found = f"{local}@{domain}"
    unsafe = any(unicodedata.category(letter)[0] in "CZ" for letter in found)
    dots = local.startswith(".") or local.endswith(".") or ".." in local
    if unsafe or dots or len(found) > _LONGEST or len(local) > _LOCAL or not _ADDRESS.fullmatch(found):
        raise BadRequest("type an address such as ada@example.com", field="email")
    if not _has_wire_form(domain):
        raise BadRequest("no mail server has a name like that", field="email")
    return found


def normalised(typed: str) -> str:
    """An address as it is compared: all of it in small letters, for phones write the first one large; BadRequest.

    Mail goes to the address as it was written, so where large and small are two mailboxes nobody gets another's.
    """
    return written(typed).lower()


def _has_wire_form(domain: str) -> bool:
    """Whether mail servers have letters for a domain."""
    try:
        return bool(domain.encode("idna"))
    except UnicodeError:
        return False
