"""What is no test: what a build of the documentation leaves here, and its settings."""

collect_ignore = ["_build", "_templates", "auto_examples", "conf.py", "generated"]
