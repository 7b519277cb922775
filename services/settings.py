"""Every setting, read from the environment here and nowhere else."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

ROOT = Path(__file__).parents[1]


class Settings(BaseSettings):
    """The studio's settings; each is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore")

    studio_home: Path = ROOT / "data" / "runtime"  # database, vault, scratch
    studio_port: int = 8501
    studio_workers: int = Field(default=2, ge=1, le=64)  # takes made at once by one worker
    studio_ffmpeg: Path | None = None  # another ffmpeg than the one installed with the studio

    @property
    def home(self) -> Path:
        """The runtime folder, absolute."""
        return self.studio_home.expanduser().resolve()

    @property
    def database_url(self) -> str:
        """SQLite in the runtime folder."""
        return f"sqlite:///{self.home / 'studio.db'}"

    @property
    def vault(self) -> Path:
        """The folder of the vault."""
        return self.home / "vault"

    @property
    def scratch(self) -> Path:
        """Where engines work; may be emptied whenever nothing runs."""
        return self.home / "scratch"

    @property
    def cache(self) -> Path:
        """What engines keep to be faster the next time; may be deleted."""
        return self.home / "cache"
