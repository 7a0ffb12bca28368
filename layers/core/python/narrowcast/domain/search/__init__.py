"""What searching is, apart from any engine: cleaning a question, the names things go by, passages, fusing rankings.

Pure, and the same on every engine; which pieces may be shown is not decided here.
"""
