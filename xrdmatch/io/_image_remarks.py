"""Capture of warnings and log messages of the libraries that read images."""

import logging
import warnings
from contextlib import contextmanager

_LOGGERS = ("tifffile", "rsciio", "PIL")


class _Kept(logging.Handler):
    """Keep the texts of what is logged."""

    def __init__(self, texts):
        super().__init__(logging.WARNING)
        self._texts = texts

    def emit(self, record):
        self._texts.append(record.getMessage())


@contextmanager
def kept_remarks():
    """Keep remarks instead of showing them.

    Yields
    ------
    list of str
        Filled when the block has ended; what concerns programmers only is left out.
    """
    texts = []
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    handler, propagated = _Kept(texts), [logger.propagate for logger in loggers]
    for logger in loggers:
        logger.addHandler(handler)
        logger.propagate = False
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.simplefilter("always")
            yield texts
    finally:
        for logger, before in zip(loggers, propagated, strict=True):
            logger.removeHandler(handler)
            logger.propagate = before
        texts += [str(entry.message) for entry in caught if issubclass(entry.category, UserWarning)]
