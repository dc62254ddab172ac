"""Template tags: small print on prepared objects. Nothing here asks the database who may do what."""
