"""The Topology page, and what the live page says of components."""
