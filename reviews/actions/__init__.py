"""Every write. One public action is one durable transaction that does seven things in order.

Lock and reload; ask ``access``; compare the version that the form saw; ask ``rules``; write; record the audit event;
tell people. Public actions never call each other.
"""
