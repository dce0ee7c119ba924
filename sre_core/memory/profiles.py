"""What is remembered per person: name, team, the services they own, and how they like to begin."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pydantic import Field
from sqlalchemy import Engine, text

from sre_core.domain import Autonomy, Moment, Pace, Value
from sre_core.investigator import utc_now
from sre_core.memory.incident_rows import changing
from sre_core.store import reading, scrub, upsert

_KEEP = upsert("wb_profiles", "name", "body, updated_at")


class Profile(Value):
    """One person. ``None`` is "as the workbench has it"."""

    name: str = Field(min_length=1, max_length=200)
    team: str = Field(default="", max_length=200)
    services: tuple[str, ...] = Field(default=(), description="Components that they own.")
    autonomy: Autonomy | None = Field(default=None, description="What may run without their word, to begin with.")
    pace: Pace | None = Field(default=None, description="How far the loop goes by itself, to begin with.")
    updated_at: Moment | None = None


class Profiles:
    """People, by name. Thread-safe."""

    def __init__(self, engine: Engine, now: Callable[[], datetime] = utc_now) -> None:
        self._engine = engine
        self._now = now

    def all(self) -> list[Profile]:
        """All, by name."""
        with reading(self._engine) as connection:
            found = connection.scalars(text("SELECT body FROM wb_profiles ORDER BY name")).all()
        return [Profile.model_validate_json(body) for body in found]

    def get(self, name: str) -> Profile | None:
        """One person's; None when nothing is remembered of them."""
        with reading(self._engine) as connection:
            body = connection.scalar(text("SELECT body FROM wb_profiles WHERE name = :name"), {"name": name})
        return Profile.model_validate_json(body) if body else None

    def save(self, profile: Profile) -> Profile:
        """Keep it, in place of what was remembered of them."""
        kept = profile.model_copy(update={"updated_at": self._now()})
        values = {"name": kept.name, "body": kept.model_dump_json(), "updated_at": self._now().isoformat()}
        with changing(self._engine) as connection:
            connection.execute(_KEEP, values)
        return kept

    def erase(self, name: str) -> bool:
        """Forget a person for good; False when nothing was remembered of them."""
        with changing(self._engine) as connection:
            gone = connection.execute(text("DELETE FROM wb_profiles WHERE name = :name"), {"name": name}).rowcount > 0
        scrub(self._engine, "wb_profiles")
        return gone

    def owners_of(self, component: str) -> list[Profile]:
        """Who owns a component."""
        return [profile for profile in self.all() if component in profile.services]
