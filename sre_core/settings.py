"""What can be set, by environment variables with the prefix ``SRE_`` or a ``.env`` file."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, SecretStr, ValidationError
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from sre_core.domain import Autonomy, Limits, Pace, ReasonerName
from sre_core.errors import RefusedInput
from sre_core.gateway.asking import AskRole
from sre_core.gateway.endpoint import ModelEndpoint, ModelPrice
from sre_core.home import StateFolder
from sre_core.intake.foreign_json import read_json
from sre_core.people import Identity, Role, Roster
from sre_core.policy_file import read_policy
from sre_core.policy_rules import Policy

PACKAGE = Path(__file__).parent
SHORTEST_SECRET = 16
NOT_CHOSEN = "(not chosen yet)"
"""Stands for a model's name where only an address is set."""


def shipped(name: str) -> Path:
    """A folder that ships with the workbench ('data', 'pages', '.streamlit'), in a checkout or in an installed wheel."""
    checkout = PACKAGE.parent / name
    return checkout if checkout.is_dir() else PACKAGE / "_shipped" / name


def _listed(given: Any) -> Any:
    """'["ada", "bo"]' or 'ada, bo'."""
    if not isinstance(given, str):
        return given
    if given.lstrip().startswith("["):
        return read_json(given)
    return [name.strip() for name in given.split(",") if name.strip()]


Names = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_listed)]
"""A list of names: JSON, or separated by commas."""


def _start_page(given: str) -> str:
    if given and not re.fullmatch(r"https?://[^\s/@?#]+(/[^\s?#]*)?", given):
        raise ValueError("give the address of its start page, as http://127.0.0.1:8888, without a user or a query")
    return given


class Settings(BaseSettings):
    """All settings, with defaults that work on a fresh machine."""

    model_config = SettingsConfigDict(env_prefix="SRE_", env_file=".env", extra="ignore", frozen=True)

    home: Path = Field(default=Path(".workbench"), description="The one state folder.")
    database_url: SecretStr = Field(
        default=SecretStr(""),
        description="A PostgreSQL database that holds everything, as postgresql://NAME:PASSWORD@HOST/DATABASE; empty: SQLite, a "
        "file in the state folder.",
    )
    answer_minutes: float = Field(
        default=30.0, gt=0, description="How long a request for approval counts, and an approval that was not used yet."
    )
    embedding_model: str = Field(
        default="default",
        min_length=1,
        description="What turns text into vectors: 'default' (all-MiniLM-L6-v2, installed with the workbench), the path of a "
        "sentence-transformers folder on this machine, or 'none': documents are found by their words alone.",
    )
    model_cache: Path = Field(
        default_factory=lambda: Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "sre-workbench",
        description="Where the faster form of the embedding model is kept. It can be deleted at any time.",
    )
    vector_index: Literal["chroma", "exact"] = Field(
        default="chroma", description="What looks for neighbours: a Chroma index, or exact search alone."
    )
    chroma_url: str | None = Field(
        default=None, description="A Chroma server; None is a folder in the state folder, for this process alone."
    )
    half_life_days: float = Field(
        default=30.0,
        gt=0,
        description="Days after which a change, a commit or a thread counts half as much in a search.",
    )
    memory_days: float = Field(
        default=365.0,
        gt=0,
        description="After that long, a remembered incident that nobody ever confirmed is not recommended.",
    )
    brief_characters: int = Field(
        default=24_000, ge=2000, description="How much of an investigation a reasoner is shown at once."
    )
    searxng_url: Annotated[str, AfterValidator(_start_page)] = Field(
        default="",
        description="The start page of a SearXNG instance of your own; empty: nothing is searched for on the web.",
    )
    tools_file: Path | None = Field(
        default=None,
        description="Which tools of others are connected (docs/outside-tools.md). Unset: tools.yaml in the state folder, if any.",
    )
    web_allowed_hosts: Names = Field(
        default=(),
        description="Private hosts that pages may be fetched from, as HOST or HOST:PORT. Every other page must be public.",
    )
    private_names: Names = Field(
        default=(), description="Names that never leave in a search, such as your company's domains."
    )
    mask_names: bool = Field(
        default=False,
        description="A model is told pseudonyms for hosts, namespaces, accounts, addresses, people and the private names; its "
        "answers have the names back.",
    )
    model_url: str = Field(
        default="",
        description="An OpenAI-compatible endpoint, such as https://api.openai.com/v1; empty: rules alone reason.",
    )
    model: str = Field(default="", description="The model that is asked there.")
    model_key: SecretStr | None = Field(
        default=None,
        validation_alias=AliasChoices("SRE_MODEL_KEY", "OPENAI_API_KEY", "model_key"),
        description="Its key, where it needs one; OPENAI_API_KEY is read too. Never shown, never logged.",
    )
    model_roles: dict[AskRole, str] = Field(
        default_factory=dict, description='Other models for some questions, as JSON: {"conclude": "a-larger-one"}.'
    )
    model_context_tokens: int | None = Field(
        default=None, gt=0, description="How much it reads at once, where 'Test connection' cannot find out."
    )
    model_prices: dict[str, ModelPrice] = Field(
        default_factory=dict,
        description='US dollars for a million tokens, as JSON: {"NAME": {"tokens_in": 1, "tokens_out": 4}}. Else list prices.',
    )
    limits: Limits = Field(
        default=Limits(),
        description='When an investigation stops, unless somebody says otherwise, as JSON: {"max_model_dollars": 2}.',
    )
    autonomy: Autonomy = Field(
        default=Autonomy.ASK_RISKY, description="What waits for a person's yes, unless somebody says otherwise."
    )
    pace: Pace = Field(
        default=Pace.PLAN, description="How far one that a page begins goes by itself, unless it says otherwise."
    )
    reasoner: ReasonerName | None = Field(
        default=None,
        description="Who reasons, unless somebody says otherwise. Unset: a model where one is set up, else rules.",
    )
    policy_file: Path | None = Field(
        default=None,
        description="The operator's rules about what may run (docs/policy.md). Unset: policy.yaml in the state folder, if "
        "there is one.",
    )
    suggest_only: bool = Field(
        default=False, description="Nothing that changes anything is run, whoever approves it: it is only suggested."
    )
    identity: Identity = Field(default=Identity.NAME, description="How the workbench knows who somebody is.")
    role: Role | None = Field(
        default=None,
        description="What everybody may do who is not named below. Unset: admin where people say their name themselves, "
        "viewer behind a login or a proxy.",
    )
    admins: Names = Field(default=(), description="Names, as the login or the proxy gives them.")
    responders: Names = Field(default=(), description="Names, as the login or the proxy gives them.")
    viewers: Names = Field(default=(), description="Names, as the login or the proxy gives them.")
    user_header: str = Field(
        default="X-Forwarded-User", pattern=r"^[A-Za-z0-9-]+$", description="Where a trusted proxy puts the name."
    )
    proxy_secret: SecretStr | None = Field(
        default=None,
        description="What a trusted proxy sends in X-Workbench-Proxy, so that nobody else can name a user.",
    )
    allowed_hosts: Names = Field(
        default=("127.0.0.1", "localhost", "[::1]"), description="Host names that browser routes answer to."
    )

    def roster(self) -> Roster:
        """Who may do what. A name that anybody may type in is no proof, so named lists raise nobody there."""
        if self.identity is Identity.NAME:
            return Roster(self.role or Role.ADMIN)
        return Roster(self.role or Role.VIEWER, self.admins, self.responders, self.viewers)


def read_settings(**given: Any) -> Settings:
    """The settings of this process; ``given`` come before the environment.

    Raises ``RefusedInput`` when one of them cannot be used, or one is missing without which nobody is known.
    """
    try:
        settings = Settings(**given)
    except ValidationError as error:
        wrong = error.errors(include_url=False, include_input=False)[0]
        name = str(wrong["loc"][0]).upper() if wrong["loc"] else ""
        raise RefusedInput(
            f"The setting SRE_{name} cannot be used: {wrong['msg'].removeprefix('Value error, ')}."
        ) from error
    if settings.identity is Identity.PROXY and len(secret_of(settings)) < SHORTEST_SECRET:
        raise RefusedInput(
            f"SRE_IDENTITY=proxy needs SRE_PROXY_SECRET: at least {SHORTEST_SECRET} characters that only the proxy knows, "
            "and sends in X-Workbench-Proxy (docs/people.md)."
        )
    return settings


def endpoint_of(settings: Settings) -> ModelEndpoint | None:
    """Where a model is asked; None when none is set up, or there is an address and no model was chosen yet.

    Raises ``RefusedInput`` when the address cannot be one, or a model is named without an address.
    """
    return address_of(settings) if settings.model else None


def address_of(settings: Settings) -> ModelEndpoint | None:
    """The same, also where no model was chosen yet: then it can say which ones it has, and nothing else."""
    if not settings.model_url and not settings.model:
        return None
    if not settings.model_url:
        raise RefusedInput("A model needs an address and a name: set SRE_MODEL_URL too, or neither.")
    try:
        return ModelEndpoint(
            base_url=settings.model_url,
            model=settings.model or NOT_CHOSEN,
            key=settings.model_key,
            models=settings.model_roles,
            context_tokens=settings.model_context_tokens,
            prices=settings.model_prices,
        )
    except ValidationError as error:
        why = error.errors(include_url=False, include_input=False)[0]["msg"].removeprefix("Value error, ")
        setting = "SRE_MODEL_KEY" if error.errors(include_input=False)[0]["loc"] == ("key",) else "SRE_MODEL_URL"
        raise RefusedInput(f"The setting {setting} cannot be used: {why}.") from error


def secrets_of(settings: Settings) -> list[str]:
    """The values that are never shown and never logged."""
    values = (value for _, value in settings)
    return [secret for value in values if isinstance(value, SecretStr) and (secret := value.get_secret_value())]


def database_of(settings: Settings, folder: StateFolder) -> Path | str:
    """Where the database is: a PostgreSQL URL, or the file in the state folder."""
    return settings.database_url.get_secret_value().strip() or folder.database


def policy_of(settings: Settings, folder: StateFolder) -> Policy:
    """The operator's rules. Raises ``RefusedInput`` when there is a file of them that cannot be used."""
    named = settings.policy_file.expanduser() if settings.policy_file else None
    file = named or (folder.policy if os.path.lexists(folder.policy) else None)
    policy = read_policy(file) if file else Policy()
    return policy.model_copy(update={"suggest_only": policy.suggest_only or settings.suggest_only})


def secret_of(settings: Settings) -> str:
    """What the proxy sends; empty when there is none."""
    return settings.proxy_secret.get_secret_value() if settings.proxy_secret else ""
