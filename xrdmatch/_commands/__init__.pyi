from . import (
    calibrate,
    demo,
    example_files,
    identify,
    identify_spots,
    index,
    making,
    read,
    serve,
    server,
    solve,
    stacking,
)

__all__ = [
    "calibrate",
    "demo",
    "example_files",
    "identify",
    "identify_spots",
    "index",
    "making",
    "read",
    "serve",
    "server",
    "solve",
    "stacking",
]
