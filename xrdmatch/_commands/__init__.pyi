from . import (
    calibrate,
    demo,
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
