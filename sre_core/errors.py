"""What can go wrong, as one small tree. Every message says what happened and what to do."""


class WorkbenchError(Exception):
    """Anything we expected could happen. Shown to a person as it is."""


class RefusedInput(WorkbenchError):
    """What came in cannot be used: a broken alert, capsule, document or argument. Nothing was kept of it."""


class ToolError(WorkbenchError):
    """A tool could not answer. An ordinary outcome: it becomes an event and is reflected on."""


class StaleDecision(WorkbenchError):
    """A person decided on something that is no longer waiting for a decision, or has changed since."""


class ApprovalTooLate(StaleDecision):
    """The time to answer a request is over; it has to be made anew."""


class NotAllowed(WorkbenchError):
    """The person's role does not cover what they want to do."""


class StateFolderInUse(WorkbenchError):
    """Another process holds the state folder, or its database."""


class SeqTaken(WorkbenchError):
    """Somebody else appended first; fold what came in between and try again."""


class UnknownInvestigation(WorkbenchError):
    """There is no investigation with this id."""


class StoreUnavailable(WorkbenchError):
    """The store takes no writes at the moment: a full disk, or another program that holds the file. Trying later may work."""


class UnreadableTimeline(WorkbenchError):
    """An event in the store is damaged, or of a kind that only a newer workbench knows."""


class ContentGone(WorkbenchError):
    """The stored output was erased; only its tombstone is left."""


class NotInRecord(WorkbenchError):
    """A replay came to something that its record does not hold."""
