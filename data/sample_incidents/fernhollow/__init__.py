"""Fernhollow, a made-up online garden shop, and six incidents that happened to it."""
