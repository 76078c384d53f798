"""The argument parser, and types of arguments with their checks."""

import os
from argparse import ArgumentParser, ArgumentTypeError
from pathlib import Path

RADIATIONS = {"xray": "X-rays", "neutron": "neutrons", "electron": "electrons"}
AXES = ("q", "d", "radians", "theta")
CELLS = ("measured", "computed", "mixed")
N_QUERIES = 200  # of a calibration, where the user does not say it
FEWEST_QUERIES = 40
AUTO_PHASES = 6  # at most, where the user does not say it
LARGEST = 2**32 - 1  # what seeds a random generator
PICTURES = (".png", ".pdf", ".svg")
INSTRUMENTS = (".json", ".instprm", ".irf")


class SentenceParser(ArgumentParser):
    """A parser that answers a mistake with one sentence."""

    def error(self, message):
        """Say what is wrong and leave with code 2."""
        self.exit(2, f"{self.prog}: {' '.join(message.split())}\n")


def count(least):
    """Make a reader of whole numbers of at least `least`."""

    def parse(text):
        try:
            number = int(text)
        except ValueError:
            number = None
        if number is None or not least <= number <= LARGEST:
            raise ArgumentTypeError(
                f"must be a whole number from {least} to {LARGEST}, got {text!r}; leave it out "
                "for the default."
            )
        return number

    return parse


def phases(text):
    """Read how many phases a scan may have: a number from 1 on, or "auto" for up to six."""
    return AUTO_PHASES if text == "auto" else count(1)(text)


def queries(text):
    """Read how many scans a calibration learns from."""
    return count(FEWEST_QUERIES)(text)


def share(text):
    """Read a number above 0 and at most 1."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= 1:
        raise ArgumentTypeError(
            f"must be a number above 0 and at most 1, got {text!r}; leave it out for the default."
        )
    return number


def length(text):
    """Read a length above 0 [Å]."""
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < float("inf"):
        raise ArgumentTypeError(
            f"must be a length above 0 [Å], got {text!r}; leave it out for the default."
        )
    return number


def workers(text):
    """Read a number of processes: 1 and more, or -1 for all cores."""
    try:
        number = int(text)
    except ValueError:
        number = 0
    if number != -1 and not 1 <= number <= LARGEST:
        raise ArgumentTypeError(
            f"must be a whole number from 1 on, or -1 for all cores, got {text!r}; leave it out "
            "for one process."
        )
    return number


def file_ending(endings, what="the file"):
    """Make a reader of names of files that can be written and end in one of these ways."""

    def parse(text):
        path = Path(text)
        if path.suffix.lower() not in endings or path.is_dir():
            raise ArgumentTypeError(
                f"{what}'s name ends in {', '.join(endings)}, got {text!r}; give such a file."
            )
        if not os.access(path.absolute().parent, os.W_OK | os.X_OK):
            raise ArgumentTypeError(
                f"{what} goes into a folder that exists and takes files, got {text!r}; make the "
                "folder or name another."
            )
        return path

    return parse


def instrument_file(text):
    """Read the name of a file that an instrument can be written into."""
    path = Path(text)
    if path.suffix.lower() not in INSTRUMENTS or path.is_dir():
        raise ArgumentTypeError(
            f"an instrument's name ends in {', '.join(INSTRUMENTS)}, got {text!r}; give such a "
            "file."
        )
    return path


def new_folder(text):
    """Read the name of a folder that can be made."""
    path = Path(text).expanduser().absolute()
    parent = next(folder for folder in path.parents if folder.exists())
    if not path.name or not parent.is_dir() or not os.access(parent, os.W_OK | os.X_OK):
        raise ArgumentTypeError(
            f"this goes into a folder that can be made, got {text!r}; name another."
        )
    return path


def wavelength(text):
    """Read a number [Å], or the name of a tube's lines as it is."""
    try:
        return float(text)
    except ValueError:
        return text


picture = file_ending(PICTURES, "a picture")
