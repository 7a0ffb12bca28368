"""What every exported archive carries along; nothing here is imported by the package, and nothing imports it."""
