"""The two stacks and the page that says what each function is for and may do."""
