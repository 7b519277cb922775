"""Opening many contents of a vault at once, as a film's cut asks for. What a vault is, the vault says."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from studio.takes.vault import Vault

_AT_ONCE = 4  # who opens one waits for a disk or a bucket, or adds up its bytes, which needs no lock of Python's


def opened(vault: Vault, contents: Mapping[str, str]) -> dict[str, Path]:
    """Readable files by role, each checked; raises AssetMissing of the first that is gone or damaged."""
    if len(contents) < _AT_ONCE:
        return {role: vault.open(content) for role, content in contents.items()}
    with ThreadPoolExecutor(_AT_ONCE, "opening") as pool:
        return dict(zip(contents, pool.map(vault.open, contents.values()), strict=True))


def damaged(vault: Vault, contents: Collection[str]) -> set[str]:
    """Those of these contents that are damaged or gone."""
    if len(contents) < _AT_ONCE:
        return {content for content in contents if not vault.intact(content)}
    with ThreadPoolExecutor(_AT_ONCE, "checking") as pool:
        return {content for content, whole in zip(contents, pool.map(vault.intact, contents), strict=True) if not whole}
