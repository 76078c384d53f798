"""The phases of mixtures, found one after the other."""
