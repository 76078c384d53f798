"""How images of stacks are made."""
