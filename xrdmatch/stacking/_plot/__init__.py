"""Drawing of stacks and maps; matplotlib is imported where it is needed."""
