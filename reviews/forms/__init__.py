"""Forms check shape only. Whether something may be done, and what follows, stands in ``actions`` and ``rules``."""
