"""Tools that somebody else wrote: what an operator connects (``tools.yaml``), and what the loop may do with it.

Such a tool changes something until the operator says that it only reads, so it waits for a person. What it says of itself is text
from outside: a person reads it, a model reads it behind a fence, and when it changes, what was declared no longer counts.
"""
