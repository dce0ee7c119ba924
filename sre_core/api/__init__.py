"""HTTP routes that live beside the pages, in the same process."""
