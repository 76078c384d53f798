"""What real crystals and their patterns suffer."""
