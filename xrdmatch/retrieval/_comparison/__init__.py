"""The ways to compare patterns with a gallery, nothing learned."""
