"""One tool a file: typed input, run, typed output, and what it may touch."""
