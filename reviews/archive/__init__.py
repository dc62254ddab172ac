"""Backup and restore: the whole installation as one file that every supported database can be filled from.

Reads and writes rows of every app without knowing what they mean; who may do what is not asked here, because only
somebody with a shell on the machine gets this far.
"""
