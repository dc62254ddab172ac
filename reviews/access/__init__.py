"""Who may do what. Each rule is a ``check_can_x`` that raises with its reason; buttons and guards ask the boolean twin.

What a state allows stands in ``rules/workflow.py``; nothing is written here.
"""
