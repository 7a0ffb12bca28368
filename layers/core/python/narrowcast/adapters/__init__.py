"""What stands behind the ports. Siblings do not know each other."""
