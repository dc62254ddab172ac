"""Pages about one's own account, and the way in. Other people's accounts are not here."""
