"""The outside world: search results and pages, fetched without being led anywhere else."""
