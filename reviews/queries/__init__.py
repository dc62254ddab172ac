"""Reads, one module a screen or a noun. Nothing is written here, and what may be seen was decided by ``access``."""
