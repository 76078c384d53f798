"""One small reader for each format of images."""
