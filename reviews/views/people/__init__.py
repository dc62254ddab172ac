"""Pages about people: for administrators about everybody, for those who run a committee about the people on it."""
