"""Investigations are erased for good: what goes, what stays, and a chained record that says that it was done."""
