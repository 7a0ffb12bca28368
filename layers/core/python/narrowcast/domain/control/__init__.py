"""The gate every text leaves through: what it says against its facts, what it claims, how it is labelled.

Each check is a package of its own and knows nothing of the others; all are pure and give their reasons.
"""
