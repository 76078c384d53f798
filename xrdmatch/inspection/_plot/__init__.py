"""Drawing functions behind the displays."""
