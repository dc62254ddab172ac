"""Pages about the deployment itself: for probes and for Prometheus. None of any case."""
