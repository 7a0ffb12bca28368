"""The hospital's keys in KMS: one signs, one wraps the data keys of the vault."""
