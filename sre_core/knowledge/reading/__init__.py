"""Reading files into documents."""

from sre_core.knowledge.reading.files import read_files
from sre_core.knowledge.reading.given import FileGiven, ReadLimits, ReadOutcome, Refused

__all__ = ["FileGiven", "ReadLimits", "ReadOutcome", "Refused", "read_files"]
