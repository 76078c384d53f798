from . import (
    calibrate,
    demo,
    identify,
    index,
    index_kinds,
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
    "index",
    "index_kinds",
    "read",
    "serve",
    "server",
    "solve",
    "stacking",
]
