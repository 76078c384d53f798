"""A structure solved from a powder pattern: templates, cells, proposals, refinement, checks."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
