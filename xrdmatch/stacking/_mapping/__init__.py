"""Windows of a large image: sums of waves, fits, domains and what lies between them."""
