"""Drawing of solutions; matplotlib is imported where it is needed."""
