"""What can be set, by environment variables with the prefix ``SRE_`` or a ``.env`` file."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict

PACKAGE = Path(__file__).parent


def shipped(name: str) -> Path:
    """A folder that ships with the workbench ('data', 'pages', '.streamlit'), in a checkout or in an installed wheel."""
    checkout = PACKAGE.parent / name
    return checkout if checkout.is_dir() else PACKAGE / "_shipped" / name


class Settings(BaseSettings):
    """All settings, with defaults that work on a fresh machine."""

    model_config = SettingsConfigDict(env_prefix="SRE_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(default=Path(".workbench"), description="The one state folder.")
    allowed_hosts: tuple[str, ...] = Field(
        default=("127.0.0.1", "localhost", "[::1]"), description="Host names that browser routes answer to."
    )
