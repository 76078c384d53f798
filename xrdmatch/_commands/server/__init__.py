"""The server behind `serve`: uploads in, a queue, one process that answers, pages out."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
