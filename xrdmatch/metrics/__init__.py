"""Metrics: top-k accuracy, calibration, pattern similarity and R factors."""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
