"""Where telemetry comes from. Every source has one Protocol here; a capsule and a live system both answer it."""
