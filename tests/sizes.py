"""How much the tests try: little in every run, much in a soak (``make soak``). One place, so both stay comparable."""

from __future__ import annotations

import os

SOAK = os.environ.get("REVIEWBOARD_SOAK") == "1"

TRIALS = 200 if SOAK else 25
"""How often a race is run."""

EXAMPLES = 2000 if SOAK else 60
"""How many examples a property is given."""

SCORED_ALWAYS = 5000
"""On how many sets of answers the two scorers are compared in every run, from seeds."""

SCORED = 5000 if SOAK else 100
"""On how many sets of answers the two scorers are compared."""

STEPS = 80 if SOAK else 25
"""How many steps a walk through a state machine takes."""

WALKS = 250 if SOAK else 60
"""How many stories the machine of the whole workflow tells on one database; a soak tells them on two."""

WALK_PARTS = 4 if SOAK else 1
"""In how many parts they are told, so that processes can share them; each has to get everywhere."""

WALK_STEPS = 80 if SOAK else 50
"""How many things happen in each of them."""

KILLS = 50 if SOAK else 1
"""How often a process is killed at one and the same point."""
