"""Investigations as one zip: timeline with its hash chain, outputs, reports, postmortem; written to disk, and checked again."""
