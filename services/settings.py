"""Every setting, read from the environment here and nowhere else."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from services.cores import cores, hands
from studio.errors import BadRequest

ROOT = Path(__file__).parents[1]
_LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
# Where a vendor is asked, and the key without which its own address is never asked.
_VENDORS = {
    "groq_base_url": "groq_api_key",
    "local_writer_base_url": "",
    "elevenlabs_base_url": "elevenlabs_api_key",
    "runpod_jobs_base_url": "runpod_api_key",
    "runpod_mgmt_base_url": "runpod_api_key",
    "runpod_results_url": "",
    "fal_queue_base_url": "fal_key",
    "fal_rest_base_url": "fal_key",
    "fal_cdn_base_url": "fal_key",
    "fal_api_base_url": "fal_key",
    "comfyui_base_url": "",
    "vast_base_url": "vast_api_key",
    "stripe_api_base": "stripe_api_key",
}


def _said(value: object) -> bool:
    return bool(value.get_secret_value() if isinstance(value, SecretStr) else value)


class Settings(BaseSettings):
    """The studio's settings; each is an environment variable of the same name in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_file=ROOT / ".env", env_ignore_empty=True)

    app_env: str = ""  # "test": no vendor but one on this machine may be set

    studio_home: Path = ROOT / "data" / "runtime"  # database, vault, scratch
    studio_port: int = Field(default=8501, ge=1, le=65535)
    studio_workers: int = Field(default_factory=lambda: hands(cores()), ge=1, le=64)  # takes made at once by one worker
    studio_ffmpeg: Path | None = None  # another ffmpeg than the one installed with the studio

    studio_episode_target: Decimal = Field(default=Decimal(2), ge=0)  # dollars an episode should cost: above it warns
    studio_episode_stop: Decimal = Field(default=Decimal(5), ge=0)  # dollars an episode may cost: above it is refused

    studio_trial_days: int = Field(default=0, ge=0)  # days between trials of the animator; 0: by hand only
    studio_trial_budget: Decimal = Field(default=Decimal(0), ge=0)  # dollars that trials may cost in thirty days

    studio_gpu_machine: bool = False  # our own engines run on a machine rented on demand, not on a serverless endpoint

    studio_haste: float = Field(default=1.0, ge=1)  # how many times as fast waits for vendors pass; for their doubles

    # Hosted: strangers come in by a public address and sign in. What it must have, services/hosting.py says.
    studio_mode: Literal["local", "hosted"] = "local"
    studio_public_url: str = ""  # what people type: https://studio.example.com
    studio_address: str = "127.0.0.1"  # where the pages of a hosted studio listen
    studio_proxy: str = ""  # addresses of proxies whose X-Forwarded-For is believed, separated by commas
    studio_secret: SecretStr = SecretStr("")
    studio_invitation_only: bool = False  # who registers needs the code of an invitation
    studio_scanner: str = ""  # ClamAV's daemon, tcp://clamav:3310, which looks through what people bring
    studio_breached_passwords: Path | None = None  # a sorted file of SHA-1 hashes: what is in it is no password here
    studio_founder_app: bool = False  # founders do nothing as such before they have codes of an app
    studio_log_aloud: bool = False  # what is logged is said on stderr too, for who collects it from there
    studio_inner_tls: bool = False  # the database and the store by TLS with a certificate that is checked, or no start
    studio_database_url: SecretStr = SecretStr("")  # PostgreSQL; else SQLite in the runtime folder
    studio_database_owner_url: SecretStr = SecretStr("")  # who may change its tables, for `studio schema` alone
    studio_vault_url: str = ""  # s3://bucket/folder?endpoint=https://...; else a folder in the runtime folder
    aws_access_key_id: SecretStr = SecretStr("")  # of that bucket
    aws_secret_access_key: SecretStr = SecretStr("")
    studio_mail_url: SecretStr = SecretStr("")  # smtp://name:password@host:587; else mail is shown on the console
    studio_mail_from: str = ""
    studio_payments: Literal["off", "mock", "live"] = "off"

    # Vendors, under their own names. A key adds its engines; a base URL puts any conforming server behind them.
    groq_api_key: SecretStr = SecretStr("")
    groq_base_url: str = "https://api.groq.com"
    local_writer_api_key: SecretStr = SecretStr("")  # where the server asks for one
    local_writer_base_url: str = ""
    local_writer_model: str = "llama3.1"
    elevenlabs_api_key: SecretStr = SecretStr("")
    elevenlabs_base_url: str = "https://api.elevenlabs.io"
    runpod_api_key: SecretStr = SecretStr("")
    runpod_endpoint_id: str = ""  # keyframes and SVD
    runpod_endpoint_id_skyreels: str = ""
    runpod_jobs_base_url: str = "https://api.runpod.ai/v2"
    runpod_mgmt_base_url: str = "https://api.runpod.io/v2"
    runpod_results_url: str = ""  # the bucket the endpoint's workers write their results to
    fal_key: SecretStr = SecretStr("")
    fal_queue_base_url: str = "https://queue.fal.run"
    fal_rest_base_url: str = "https://rest.fal.ai"
    fal_cdn_base_url: str = "https://v3.fal.media"
    fal_api_base_url: str = "https://api.fal.ai/v1"
    comfyui_base_url: str = ""
    vast_api_key: SecretStr = SecretStr("")
    vast_base_url: str = "https://console.vast.ai"
    stripe_api_key: SecretStr = SecretStr("")
    stripe_webhook_secret: SecretStr = SecretStr("")
    stripe_api_base: str = "https://api.stripe.com"

    def __init__(self, **given: Any) -> None:
        """Read the environment; BadRequest names the setting that cannot be used."""
        try:
            super().__init__(**given)
        except ValidationError as error:
            first = error.errors()[0]
            detail = f"{first['input']!r}: {first['msg'][:1].lower()}{first['msg'][1:]}"
            raise BadRequest(detail, field=str(first["loc"][0]).upper(), cause=error) from error
        if self.app_env == "test":
            self._check_near()

    def _check_near(self) -> None:
        """Refuse vendors on other machines: an address that was set, or a vendor's own whose key is set."""
        for name, key in _VENDORS.items():
            url = getattr(self, name)
            asked = name in self.model_fields_set or (key and getattr(self, key).get_secret_value())
            if url and asked and urlsplit(url).hostname not in _LOOPBACK:
                raise BadRequest(f"{url} is not on this machine, and APP_ENV is test", field=name.upper())

    @property
    def secrets(self) -> tuple[str, ...]:
        """Every key that is set, so that it can be kept out of what is written down."""
        read = (getattr(self, name) for name in type(self).model_fields)
        return tuple(one.get_secret_value() for one in read if isinstance(one, SecretStr) and one.get_secret_value())

    @property
    def given(self) -> frozenset[str]:
        """The settings of vendors that are set, by their names in the environment."""
        found = {name: getattr(self, name) for name in type(self).model_fields if not name.startswith("studio_")}
        return frozenset(name.upper() for name, value in found.items() if _said(value))

    @property
    def target_micros(self) -> int:
        """What an episode should cost, in micro-dollars."""
        return round(self.studio_episode_target * 1_000_000)

    @property
    def stop_micros(self) -> int:
        """What an episode may cost, in micro-dollars."""
        return round(self.studio_episode_stop * 1_000_000)

    @property
    def home(self) -> Path:
        """The runtime folder, absolute."""
        return self.studio_home.expanduser().resolve()

    @property
    def hosted(self) -> bool:
        """Whether strangers may come in and must sign in; else this machine's owner is the only one."""
        return self.studio_mode == "hosted"

    @property
    def proxies(self) -> frozenset[str]:
        """The addresses of proxies that are believed."""
        return frozenset(one.strip() for one in self.studio_proxy.split(",") if one.strip())

    @property
    def database_url(self) -> str:
        """The database that is set, else SQLite in the runtime folder."""
        return self.studio_database_url.get_secret_value() or f"sqlite:///{self.home / 'studio.db'}"

    @property
    def vault(self) -> Path:
        """The folder of the vault."""
        return self.home / "vault"

    @property
    def scratch(self) -> Path:
        """Where engines work; may be emptied whenever nothing runs."""
        return self.home / "scratch"

    @property
    def log(self) -> Path:
        """What the processes say of themselves; may be deleted."""
        return self.home / "log"

    @property
    def cache(self) -> Path:
        """What engines keep to be faster the next time; may be deleted."""
        return self.home / "cache"
