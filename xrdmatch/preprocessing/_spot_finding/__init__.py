"""The steps by which spots are found in a picture."""
