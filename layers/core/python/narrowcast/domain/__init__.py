"""What is true of patient education whatever stores or sends it: values, events, decisions. Standard library only."""
