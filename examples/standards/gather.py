"""Gather the entries of the Crystallography Open Database that phases.csv names.

    python examples/standards/gather.py FOLDER ... --output examples/standards/cod.cif

Folders hold CIF files, or NCMAT files of NCrystal, which say what number their entry has in the
database: ``_cod_database_code``, or its address. Of each number the first file is taken, CIF files
before NCMAT ones. What is kept of it are the number, the publication, temperature and pressure, the
cell, the space group and the sites.

An entry is used where it was measured, at 285 to 303 K or at no stated temperature, at no pressure,
with all sites fully occupied by the elements of the phase, and published in 1950 or later: before,
lengths were stated in kX units. A length must be stated to 0.001 Å at least. Left out are those of
publications that vary temperature, pressure or doping, where neither entry nor title says which
sample it is, one whose positions do not suit its axes (9008960, massicot), and one of which two
files state different lengths (1000041, halite). Of several entries, those whose volume is off the
median by 0.5 % or more are left out; of the others the most precise
one is taken, and the newest where they are equally precise.
"""

import argparse
import csv
import re
from fractions import Fraction
from pathlib import Path

import gemmi

PHASES = Path(__file__).with_name("phases.csv")
NUMBER = re.compile(r"_cod_database_code\s+'?(\d{7})|crystallography\.net/cod/(\d{7})")
LENGTHS = [f"_cell_length_{axis}" for axis in "abc"]
ANGLES = [f"_cell_angle_{name}" for name in ("alpha", "beta", "gamma")]
PUBLICATION = [
    *("_publ_section_title", "_journal_name_full", "_journal_year", "_journal_volume"),
    *("_journal_page_first", "_journal_page_last"),
]
CONDITIONS = {
    "_diffrn_ambient_temperature": ("_diffrn_ambient_temperature", "_cell_measurement_temperature"),
    "_diffrn_ambient_pressure": ("_diffrn_ambient_pressure", "_cell_measurement_pressure"),
}
SITES = ["label", "type_symbol", "fract_x", "fract_y", "fract_z"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", type=Path, nargs="+", help="CIF and NCMAT files lie below them")
    parser.add_argument("--output", type=Path, required=True, help="CIF file")
    options = parser.parse_args()
    wanted = [phase["cod_id"] for phase in listed_phases() if phase["cod_id"]]
    found = entries_in(options.folders, set(wanted))
    missing = [number for number in wanted if number not in found]
    if missing:
        raise SystemExit(f"No file of the entries {', '.join(missing)}; name more folders.")
    gathered = gemmi.cif.Document()
    for number in sorted(wanted):
        gathered.add_copied_block(found[number])
    gathered.write_file(str(options.output))
    print(f"{len(gathered)} entries in {options.output}")


def listed_phases():
    """Rows of phases.csv."""
    with PHASES.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def entries_in(folders, wanted):
    """Blocks of the wanted numbers; CIF files before NCMAT ones, folders as given."""
    found = {}
    for ending, read in (("cif", cif_entry), ("ncmat", ncmat_entry)):
        for path in (path for folder in folders for path in sorted(folder.rglob(f"*.{ending}"))):
            text = path.read_text(encoding="utf-8", errors="replace")
            number = next((a or b for a, b in NUMBER.findall(text)), None)
            if number in wanted and number not in found:
                found[number] = read(text, number)
    return found


def cif_entry(text, number):
    """What is kept of a CIF file."""
    source = gemmi.cif.read_string(text).sole_block()
    crystal = gemmi.make_small_structure_from_block(source)
    authors = [" ".join(a.split()) for a in values(source, "_publ_author_name")]
    kept = new_block("_cod_database_code", number, authors)
    for tag in PUBLICATION:
        note(kept, tag, NUMBER.sub("", said(source, tag)))
    for tag, names in CONDITIONS.items():
        note(kept, tag, next((x for x in (said(source, name) for name in names) if x), ""))
    for tag in LENGTHS + ANGLES:
        note(kept, tag, said(source, tag))
    note(kept, "_space_group_name_Hall", crystal.spacegroup.hall)
    sites = kept.init_loop("_atom_site_", SITES)
    for site in crystal.sites:
        sites.add_row([site.label, site.element.name, *(f"{x:.7g}" for x in site.fract.tolist())])
    return kept


def ncmat_entry(text, number):
    """What is kept of an NCMAT file, whose sites are those of the whole cell."""
    parts = sections(text)
    kept = new_block("_cod_database_code", number, authors=[])
    note(kept, "_publ_section_title", publication(text, number))
    for tag, value in zip(LENGTHS + ANGLES, ncmat_cell(parts["@CELL"]), strict=True):
        note(kept, tag, value)
    note(kept, "_space_group_name_Hall", "P 1")
    sites = kept.init_loop("_atom_site_", SITES)
    for i, (element, *position) in enumerate(parts["@ATOMPOSITIONS"], 1):
        sites.add_row([f"{element}{i}", element, *(f"{float(Fraction(x)):.7g}" for x in position)])
    return kept


def sections(text):
    """Words of the lines of each section of an NCMAT file."""
    parts, words = {}, []
    for line in (line.partition("#")[0].strip() for line in text.splitlines()):
        if line.startswith("@"):
            words = parts.setdefault(line.split()[0], [])
        elif line:
            words.append(line.split())
    return parts


def ncmat_cell(lines):
    """Lengths and angles; ``!!`` repeats the one before."""
    stated = {name: list(words) for name, *words in lines}
    if "cubic" in stated:
        return stated["cubic"] * 3 + ["90"] * 3
    lengths = stated["lengths"]
    for i, word in enumerate(lengths):
        lengths[i] = lengths[i - 1] if word == "!!" else word
    return lengths + stated["angles"]


def publication(text, number):
    """What the head of an NCMAT file says between where its structure is from and its number."""
    head = " ".join(line.strip("# ") for line in text.splitlines() if line.startswith("#"))
    before = head.partition(f"https://www.crystallography.net/cod/{number}")[0]
    stated = re.split(r"from:| AMCSD\.? |crystal structure:", before)[-1]
    return re.sub(r"Crystallography Open Database entry \d+|Additional reference:", "", stated)


def new_block(tag, number, authors):
    """A block that begins with its number, by this tag, and the authors."""
    block = gemmi.cif.Document().add_new_block(number)
    block.set_pair(tag, number)
    if authors:
        loop = block.init_loop("", ["_publ_author_name"])
        for author in authors:
            loop.add_row([gemmi.cif.quote(author)])
    return block


def values(block, tag):
    return [gemmi.cif.as_string(value) for value in block.find_values(tag)]


def said(block, tag):
    """Value of a tag in one line; nothing where there is none."""
    value = block.find_value(tag)
    return "" if value in (None, "?", ".") else " ".join(gemmi.cif.as_string(value).split())


def note(block, tag, text):
    if text.split():
        block.set_pair(tag, gemmi.cif.quote(" ".join(text.split())))


if __name__ == "__main__":
    main()
