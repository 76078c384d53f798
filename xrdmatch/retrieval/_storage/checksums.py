"""Checksums of a library's files, and whether the files still have them."""

import hashlib
import json

DIGEST = 16  # bytes of BLAKE2b
AT_ONCE = 1 << 22  # bytes that are read at once
AT_OPENING = 1 << 25  # bytes of the smallest files whose checksums are worked out at opening


def file_facts(folder):
    """Size and checksum of each file of a folder.

    Parameters
    ----------
    folder : Path
        Where.

    Returns
    -------
    dict of str to list
        By the file's name: its size [bytes], and its checksum.
    """
    return {file.name: facts_of(file) for file in sorted(folder.iterdir())}


def facts_of(file):
    """Size and checksum of one file."""
    digest, size = hashlib.blake2b(digest_size=DIGEST), 0
    with open(file, "rb") as opened:
        while block := opened.read(AT_ONCE):
            digest.update(block)
            size += len(block)
    return [size, digest.hexdigest()]


def check_files(folder, facts, *, fully):
    """Check that files are as they were written.

    Parameters
    ----------
    folder : Path
        Where.
    facts : dict of str to list
        Output of `file_facts`.
    fully : bool
        Whether all checksums are compared: else those of the smallest files, up to 32 MB in all,
        and the sizes of the others.

    Raises
    ------
    ValueError
        If a file is missing, of another size, or altered.
    """
    total = 0
    for name, (size, digest) in sorted(facts.items(), key=lambda item: item[1][0]):
        file = folder / name
        if not file.is_file():
            raise ValueError(f"{name} is missing")
        if file.stat().st_size != size:
            raise ValueError(f"{name} has {file.stat().st_size} bytes in place of {size}")
        total += size
        if (fully or total <= AT_OPENING) and facts_of(file)[1] != digest:
            raise ValueError(f"{name} has been altered")


def card_digest(card):
    """Checksum of what a card says, itself left out."""
    said = {key: value for key, value in card.items() if key != "checksum"}
    text = json.dumps(said, sort_keys=True, separators=(",", ":"))
    return hashlib.blake2b(text.encode(), digest_size=DIGEST).hexdigest()
