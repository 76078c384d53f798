"""How a stack is read from an image."""
