from . import calibrate, demo, identify, index, read, serve, server, solve, stacking

__all__ = ["calibrate", "demo", "identify", "index", "read", "serve", "server", "solve", "stacking"]
from . import (
    calibrate,
    demo,
    identify,
    index,
    index_kinds,
    read,
    solve,
    stacking,
)

__all__ = [
    "calibrate",
    "demo",
    "identify",
    "index",
    "index_kinds",
    "read",
    "solve",
    "stacking",
]
