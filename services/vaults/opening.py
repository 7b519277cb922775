"""Opening the vault that the settings name: a folder in the runtime folder, or an S3-compatible store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from services.settings import Settings
from services.vaults.address import read_address
from services.web.checked import CheckedOnce
from studio.errors import KeyMissing
from studio.takes.vault import FolderVault, Vault

if TYPE_CHECKING:
    from services.vaults.store import S3Store

_PAGES = 600.0  # seconds for which a page believes what it saw in a store: each plan asks after every take
_WORK = 10.0


def open_vault(settings: Settings, *, pages: bool = False) -> Vault:
    """The vault; for `pages` one that is not checked again at every click.

    Asks nobody. BadRequest or KeyMissing names a setting that is wrong or not set.
    """
    if not settings.studio_vault_url:
        folder = FolderVault(settings.vault)
        return CheckedOnce(folder) if pages else folder
    from services.vaults.cache import Cache
    from services.vaults.s3 import S3Vault

    store = open_store(settings)
    cache = Cache(settings.cache / "vault", store.address.cache)
    return S3Vault(store, cache, believe=_PAGES if pages else _WORK, once=pages)


def open_store(settings: Settings) -> S3Store:
    """The store behind a vault that is not a folder. Asks nobody; BadRequest or KeyMissing as open_vault."""
    from services.vaults.store import S3Store

    address = read_address(settings.studio_vault_url)
    keys = {name: getattr(settings, name).get_secret_value() for name in ("aws_access_key_id", "aws_secret_access_key")}
    if lacking := [name.upper() for name, value in keys.items() if not value]:
        raise KeyMissing(f"STUDIO_VAULT_URL names a store, which needs {' and '.join(lacking)}", vendor=address.place)
    return S3Store(address, *keys.values())
