"""Hostile texts of this field, a model that obeys them, and what came of it."""
