"""The Knowledge page: ask the documents, give documents, look at them, and the sources that they come from."""
