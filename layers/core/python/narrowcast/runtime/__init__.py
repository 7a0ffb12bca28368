"""Settings, observability, bootstrap: where ports meet adapters. The only room that reads the environment."""
