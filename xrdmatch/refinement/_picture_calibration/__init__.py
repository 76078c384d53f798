"""The steps by which pictures of known crystals are calibrated."""
