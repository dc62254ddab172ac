"""Why a backup or a restore does not go on."""

from __future__ import annotations


class ArchiveError(Exception):
    """One sentence (or two) for the operator; whoever raises it has left nothing half done."""
