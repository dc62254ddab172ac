"""Lists of people as text: read with a verdict on every line, and written so that no program runs what people typed.

Reading stores nothing. The same plan is made for the dry run and again when it is carried out.
"""

from accounts.roster.cells import AbsenceCell, absences_text, expertise_text, skills_text
from accounts.roster.entry import Entry, Fault, Outcome, Plan, summary
from accounts.roster.plan import plan
from accounts.roster.table import (
    COLUMNS,
    LONGEST,
    MOST_BYTES,
    WRITTEN,
    decode,
    harmless,
    is_address,
    table,
    write,
)

__all__ = [
    "COLUMNS", "LONGEST", "MOST_BYTES", "WRITTEN", "AbsenceCell", "Entry", "Fault", "Outcome", "Plan",
    "absences_text", "decode", "expertise_text", "harmless", "is_address", "plan", "skills_text", "summary", "table",
    "write",
]  # fmt: skip
