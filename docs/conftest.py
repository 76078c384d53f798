"""What a build of the documentation leaves here is no test."""

collect_ignore = ["_build", "_templates", "auto_examples", "generated"]
