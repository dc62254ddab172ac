"""Pages about committees: administrators keep them, those who run one read its page; for others there is none."""
