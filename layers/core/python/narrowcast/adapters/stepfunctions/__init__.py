"""The workflows, as Step Functions runs them."""
