"""What an export says of itself: which investigations are in it, who made it, and the digest of every file."""

from __future__ import annotations

import hashlib
import hmac
from typing import Literal

from pydantic import Field

from sre_core.audit import Hash
from sre_core.domain import Moment, Value, digest_of

MANIFEST, README = "manifest.json", "README.txt"
TIMELINE, REPORT, REPORT_TEXT, POSTMORTEM = "timeline.jsonl", "report.json", "report.md", "postmortem.md"
OUTPUTS = "outputs/"

HOW_TO_READ = """Investigations exported from the SRE Workbench.

manifest.json            what is in here: versions, and the size and SHA-256 of every other file
ID/timeline.jsonl        every event as a line of JSON, with a hash chain and a seal (the form of "audit export")
ID/report.json, .md      the report, for a program and for people
ID/postmortem.md         the postmortem, where one was saved
outputs/SHA-256.txt      what tools brought back and models answered, where it was too long for the timeline;
                         an event names it as content.digest (tools) or record.digest (models)

Whether it is as it was written:
    python -m sre_core export --check FILE.zip
"""


class ExportedFile(Value):
    """One file of the zip."""

    name: str
    size: int = Field(ge=0, description="Bytes.")
    sha256: Hash


class ExportedInvestigation(Value):
    """One investigation in it."""

    id: str
    title: str
    events: int = Field(ge=1)
    head: str = Field(description="The hash of its last event.")
    verdict: str | None = None
    postmortem: bool = False
    erased_outputs: tuple[str, ...] = Field(
        default=(), description="Digests of outputs that are named and no longer kept: somebody had them erased."
    )


class Manifest(Value):
    """Says what is in an export."""

    format: Literal["sre-workbench-export/1"] = "sre-workbench-export/1"
    workbench: str = Field(description="The version that wrote it.")
    events_version: int = Field(description="The version of the events' form.")
    made_at: Moment
    made_by: str
    investigations: tuple[ExportedInvestigation, ...]
    files: tuple[ExportedFile, ...]


class SealedManifest(Value):
    """As it stands in the zip."""

    manifest: Manifest
    seal: Hash

    @staticmethod
    def of(manifest: Manifest, secret: bytes) -> SealedManifest:
        """Sealed with a state folder's secret."""
        return SealedManifest(manifest=manifest, seal=_seal(manifest, secret))

    def is_sealed_with(self, secret: bytes) -> bool:
        """Whether somebody with this secret wrote exactly this manifest."""
        return hmac.compare_digest(self.seal, _seal(self.manifest, secret))


def _seal(manifest: Manifest, secret: bytes) -> str:
    says = digest_of(manifest.model_dump(mode="json"))
    return hmac.new(secret, f"export:{says}".encode(), hashlib.sha256).hexdigest()
