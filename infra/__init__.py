"""Everything that is deployed, as one CDK app: a data stack that is kept and a service stack that may be replaced.

Nothing here imports the narrowcast package: the code that runs is known by folder names and paths only.
"""
