"""`bucket`: the bucket of the vault is made where it is missing."""

from __future__ import annotations

from services.settings import Settings
from services.vaults.opening import open_store


def bucket() -> str:
    """Make the bucket that STUDIO_VAULT_URL names unless it is there; gives a sentence. VaultDown says why not."""
    store = open_store(Settings())
    store.found()
    return f"The vault has its bucket: {store.address.place}."
