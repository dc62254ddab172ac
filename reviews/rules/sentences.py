"""The mark of sentences that people read, for rules, which know no Django. Nothing is translated here.

``makemessages`` finds a sentence by the name of the function around it; the page that shows the sentence says it in the
reader's language. A marked sentence is a literal, since one that was put together has no translation.
"""

from __future__ import annotations


def gettext_noop(sentence: str) -> str:
    """The sentence as it is."""
    return sentence
