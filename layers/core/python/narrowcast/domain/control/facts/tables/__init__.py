"""The words the fact check knows: data to be reviewed, no behaviour.

In every table one line is one group of words that may stand for each other; a word may stand in several groups.
"""
