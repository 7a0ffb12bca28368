"""The embedded AWS: emulator, search server, stream pump and outbox as one stack on 127.0.0.1.

`python -m infra.local up` deploys the synthesized cloud assembly to it. Where the emulator differs from AWS, one
named bridge makes up for it (`bridges`, `bootstrap`, `pump`); nothing in functions/, layers/ or infra/stacks knows.
"""
