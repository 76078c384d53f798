"""A saved library of templates, back at once."""

from pathlib import Path

from xrdmatch.retrieval import label_array
from xrdmatch.solution._template_library import TemplateLibrary
from xrdmatch.solution._templates.pattern_classes import PatternClasses
from xrdmatch.solution._templates.storage import read_templates, template_card


def load_template_library(path):
    """Load a library that `TemplateLibrary.save` wrote, ready to be asked.

    Arrays stay in their files until they are needed.

    Parameters
    ----------
    path : str or path-like
        The folder.

    Returns
    -------
    TemplateLibrary
        The fitted library.

    Raises
    ------
    ValueError
        If the folder is not there, is no library of templates, or one of another format.

    See Also
    --------
    TemplateLibrary
        Find template structures whose powder patterns are similar to a query.

    Examples
    --------
    >>> from tempfile import TemporaryDirectory
    >>> from pymatgen.core import Lattice, Structure
    >>> from xrdmatch.solution import TemplateLibrary, load_template_library
    >>> salts = [Structure.from_spacegroup("Fm-3m", Lattice.cubic(a), ["Na", "Cl"],
    ...                                    [[0, 0, 0], [0.5, 0.5, 0.5]]) for a in (5.6, 5.7)]
    >>> with TemporaryDirectory() as folder:
    ...     TemplateLibrary().fit(salts, labels=["small", "large"]).save(f"{folder}/salts")
    ...     library = load_template_library(f"{folder}/salts")
    ...     print(library.labels_, library.structures_[0] == salts[0])
    ['small' 'large'] True
    """
    path = Path(path).expanduser()
    card = template_card(path)
    try:
        parameters, rows, labels, arrays = read_templates(path, card)
        classes = PatternClasses(*(arrays[name] for name in PatternClasses._fields))
        return TemplateLibrary(**parameters).with_rows(rows, label_array(labels), classes)
    except (OSError, EOFError, KeyError, TypeError, ValueError) as error:
        raise ValueError(
            "A library of templates is the whole folder that TemplateLibrary.save wrote, got a "
            f"damaged one at {path} ({error}); copy or build it anew."
        ) from error
