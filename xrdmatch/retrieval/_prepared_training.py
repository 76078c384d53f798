"""Training data of many crystals, made block by block and kept in a folder."""

import hashlib
from itertools import islice
from pathlib import Path

import numpy as np
from joblib import Parallel, delayed, dump, load
from tqdm import tqdm

from xrdmatch.learning import TrainingData, joined_data, space_groups
from xrdmatch.retrieval._options import check_options

BLOCK = 512  # structures of one job


def prepare_training(retriever, structures, folder, *, n_jobs=None, verbose=0):
    """Make what a retriever's towers learn from, and keep it in a folder.

    Structures are read block by block, simulated, and written as arrays, so that a million of
    them need not fit in memory; a stopped preparation goes on where it was, if the structures
    come in the same order.

    Parameters
    ----------
    retriever : ContrastiveStructureRetriever
        An unfitted one for powders: its encoders, transformers and simulator say what is made.
    structures : iterable of Structure
        The crystals; `xrdmatch.io.stream_structures` reads files one structure at a time.
    folder : str or path-like
        Where the arrays are kept.
    n_jobs : int, default=None
        Number of joblib workers.
    verbose : int, default=0
        1 shows a progress bar.

    Returns
    -------
    TrainingData
        For ``retriever.fit(data)``, whose arrays stay on disk.

    Raises
    ------
    ValueError
        If the retriever is one of layers, or the folder holds data made with other options.

    See Also
    --------
    xrdmatch.learning.TrainingData : What is made; opens the folder again.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from pymatgen.core import Structure
    >>> from xrdmatch import ContrastiveStructureRetriever, DiffractionSimulator
    >>> from xrdmatch.retrieval import prepare_training
    >>> metals = [Structure.from_prototype("bcc", ["Fe"], a=2.8 + i / 10) for i in range(8)]
    >>> retriever = ContrastiveStructureRetriever(
    ...     "peaks", simulator=DiffractionSimulator("powder", "CuKa"), n_layers=1,
    ...     embedding_dim=16, max_epochs=1, validation_fraction=0)
    >>> with TemporaryDirectory() as folder:
    ...     data = prepare_training(retriever, metals, folder)
    ...     retriever = retriever.fit(data)
    >>> retriever.set_gallery(metals).predict(retriever.simulator_.transform(metals[:2]), k=3).shape
    (2, 3)
    """
    check_options(retriever)
    if retriever.simulator_.geometry != "powder":
        raise ValueError(
            "Training data are prepared for powders, got a simulator of the geometry "
            f"{retriever.simulator_.geometry!r}; layers are few enough to be given to fit."
        )
    folder = Path(folder)
    made_for = retriever._made_for()
    blocks = folder / "blocks"
    blocks.mkdir(parents=True, exist_ok=True)
    jobs = (
        delayed(_kept)(retriever, block, blocks / f"{i:06}.pkl", made_for)
        for i, block in enumerate(_blocks(structures))
    )
    files = Parallel(n_jobs, return_as="generator")(jobs)
    files = [*tqdm(files, desc="blocks", unit="", disable=not verbose)]
    joined_data([load(file) for file in files]).save(folder)
    for file in files:
        file.unlink()
    return TrainingData.load(folder)


def _blocks(structures):
    structures = iter(structures)
    while block := [*islice(structures, BLOCK)]:
        yield block


def _kept(retriever, structures, file, made_for):
    """Make the data of a block, or leave those that are there; return the file."""
    if not file.is_file() or not _same(load(file), structures, made_for):
        dump(_data(retriever, structures, made_for), file.with_suffix(".new"))
        file.with_suffix(".new").replace(file)
    return file


def _same(data, structures, made_for):
    formulas = [structure.composition.reduced_formula for structure in structures]
    return data.made_for == made_for and [*data.formulas] == formulas


def _data(retriever, structures, made_for):
    *sides, training, patterns = retriever._pairs_of(structures)
    formulas = [structure.composition.reduced_formula for structure in structures]
    return TrainingData(
        *(side.rows for side in sides),
        np.array([_digest(row) for row in training.alike_steps(patterns)]),
        np.array(formulas),
        space_groups(structures),
        training.reflections if retriever.augmentation == "standard" else None,
        made_for,
    )


def _digest(row):
    return hashlib.blake2b(row.tobytes(), digest_size=12).hexdigest()
