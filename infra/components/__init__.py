"""Constructs that hold one capability each; the stacks compose them and hand out rights."""
