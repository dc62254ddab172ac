"""Who hears what, with which template. Rows of the outbox are written here; no rule of the product stands here.

Mails carry references and links, never titles of cases, hazard text, outcomes or reviewers' names.
"""
