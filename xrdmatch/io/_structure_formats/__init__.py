"""One small reader for each format of structures besides CIF."""
