"""The steps from a scan to structures, and how sure they are."""
