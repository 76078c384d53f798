"""Windows of a large image: Fourier sums, fits, domains and boundaries."""
