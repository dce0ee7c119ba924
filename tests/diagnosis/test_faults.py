from pathlib import Path

from sre_core.diagnosis.detectors import REGISTRY
from sre_core.diagnosis.detectors.recent_changes import BY_KIND, SETTINGS
from sre_core.diagnosis.faults import FAULTS
from sre_core.diagnosis.kube_events import QUOTA, UNFIT, VOLUME_FAULTS
from sre_core.diagnosis.metric_kinds import KINDS
from sre_core.diagnosis.wording import FAMILIES
from sre_core.reasoning.rules_words import SYMPTOM_WORDS

DOCUMENT = Path(__file__).parents[2] / "docs" / "faults.md"


def test_the_document_and_the_table_say_the_same() -> None:
    written = [line for line in DOCUMENT.read_text(encoding="utf-8").splitlines() if line.startswith("- `")]
    expected = [f"- `{f.term}`: {f.mechanism}; {f.observables}; refuted by: {f.refuted_by}." for f in FAULTS.values()]
    assert written == expected


def test_every_fault_that_a_table_suggests_is_in_the_vocabulary() -> None:
    suggested = {family.fault for family in FAMILIES} | {fault for kind in KINDS for fault, _ in kind.suggests}
    suggested |= {fault for faults in BY_KIND.values() for fault in faults} | {fault for fault, _ in SETTINGS}
    suggested |= {fault for fault, _ in QUOTA} | {fault for fault, *_ in UNFIT} | set(VOLUME_FAULTS)
    suggested |= {fault for fault, _ in SYMPTOM_WORDS}
    assert suggested <= set(FAULTS)


def test_terms_are_snake_case_and_every_fault_has_a_remedy() -> None:
    assert all(term == term.lower() and " " not in term for term in FAULTS)
    assert all(fault.remedies for fault in FAULTS.values())


def test_detectors_have_names_of_their_own() -> None:
    assert len({detector.name for detector in REGISTRY}) == len(REGISTRY)
