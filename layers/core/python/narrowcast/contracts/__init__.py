"""The written form of events: codec, schemas, upcasters."""
