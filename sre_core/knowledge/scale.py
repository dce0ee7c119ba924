"""What a cosine of one model is worth in another's: some models call everything alike, so thresholds must not be carried over.

Each model is measured once, on pairs of sentences that mean the same and pairs that have nothing to do with each other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sre_core.knowledge.embedding import Embedder

UNRELATED, ALIKE = 0.2004, 0.596
"""Mean cosines of the pairs for the default model, all-MiniLM-L6-v2: its scale is the one that thresholds are written in."""

_PAIRS = (
    ("The disk of the database server is almost full.", "Little space is left on the database's volume."),
    ("Pods are killed because they run out of memory.", "Containers are terminated for exceeding their memory limit."),
    ("The certificate of the web site expires in two days.", "The site's TLS certificate is about to run out."),
    ("The replica is far behind the primary.", "Replication lag is high."),
    ("Requests to the payment service time out.", "Calls to payments do not return in time."),
    ("The message queue grows faster than it is read.", "Consumers cannot keep up with the backlog of messages."),
    ("A node stopped answering the cluster.", "One host of the cluster is unreachable."),
    ("The nightly backup job failed.", "Last night's backup did not succeed."),
)


@dataclass(frozen=True)
class Scale:
    """Where one model puts what is unrelated, and what is alike."""

    unrelated: float = UNRELATED
    alike: float = ALIKE

    def in_default(self, cosine: float) -> float:
        """The cosine that the default model would have given, about."""
        return UNRELATED + (cosine - self.unrelated) / (self.alike - self.unrelated) * (ALIKE - UNRELATED)


_MEASURED: dict[str, Scale] = {}
"""By the model's id: a fact about the model, so one process measures it once."""


def scale_of(embedder: Embedder) -> Scale:
    """Measured at a model's first call, in a tenth of a second. A model that tells nothing apart has the default scale."""
    if embedder.model not in _MEASURED:
        _MEASURED[embedder.model] = _measured(embedder)
    return _MEASURED[embedder.model]


def _measured(embedder: Embedder) -> Scale:
    count = len(_PAIRS)
    vectors = embedder.embed([text for pair in _PAIRS for text in pair])
    cosines = vectors[0::2] @ vectors[1::2].T
    alike = float(np.trace(cosines)) / count
    unrelated = float(cosines.sum() - np.trace(cosines)) / (count * (count - 1))
    return Scale(unrelated, alike) if alike - unrelated > 0.05 else Scale()
