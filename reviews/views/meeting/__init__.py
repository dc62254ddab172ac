"""Pages about meetings: who sits in a committee reads them, who runs it keeps them; for others there is none."""
