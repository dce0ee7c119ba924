"""Speed, as tables. Each module has ``main()``, which prints one; ``python -m benchmarks`` runs them all."""
