"""Remarks of libraries are kept: warnings of users' concern and what is logged."""

import logging
import warnings

from xrdmatch.io._image_remarks import kept_remarks


def test_remarks_are_kept_and_not_shown(caplog):
    with kept_remarks() as texts:
        warnings.warn("columns are missing", UserWarning, stacklevel=1)
        warnings.warn("an old name", DeprecationWarning, stacklevel=1)
        logging.getLogger("tifffile").warning("%s tags are missing", 3)
        logging.getLogger("rsciio").info("opened")
    assert sorted(texts) == ["3 tags are missing", "columns are missing"]
    assert caplog.records == []


def test_afterwards_all_is_as_before(caplog):
    logger = logging.getLogger("tifffile")
    before = list(logger.handlers), logger.propagate
    try:
        with kept_remarks() as texts:
            raise ZeroDivisionError
    except ZeroDivisionError:
        logger.warning("after")
    assert (list(logger.handlers), logger.propagate) == before
    assert texts == []
    assert "after" in caplog.text
