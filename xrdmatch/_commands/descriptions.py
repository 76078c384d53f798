"""What the help of each command says of it."""

DEMO = """Train a retriever and let it find crystals from their diffraction patterns.

Known and generated monolayers are split by formula. The retriever learns from one part; patterns
of the other, clean and perturbed, are looked up in a pool of structures whose formulas it has
never seen. Then one of the perturbed patterns is looked up among all structures and drawn over what
was found. Ctrl-C during the training stops it, keeps the best so far and goes on. With --pretrained
nothing is trained: the shipped retriever answers, which knows some of these structures. With
--files nothing is trained either: structures, simulated scans and an image are written."""
INDEX = """Make a library of structures, to identify powder scans or pictures of spots with.

Structures are read from CIF, POSCAR, JSON, XYZ, ASE databases and Parquet tables, folders with all
that is below them included. What cannot be read is skipped and listed. The work is done in parts:
after an interruption the same command goes on with what is left. With --calibrate, scans simulated
from the structures teach how sure answers are, and `identify` says so. --add-to and --remove-from
change a library; --verify and --skipped look at one.

With --spots or --zones the library is for `identify-spots`: structures are layers that are seen
along their normal, or crystals that are seen along each of their zone axes."""
IDENTIFY = """Say which structures of a library are in powder scans, and how much of each.

Phases are looked for until those that are found explain the scan: weight fractions, what could
stand in the place of each, and peaks that nothing explains. With --phases 1 or -k N, a ranking of
candidates for one phase: label, formula, space group, score, R_wp and how much the cell had to
change; the score is the log of how probable the scan is, up to a constant. With a library
that `xrdmatch index` has calibrated, the answer has a probability, and so has that the crystal is
not in the library.

Without a library, or with --library standards, the shipped standards are searched: common phases,
whose cells were measured or, of some, computed.

Several files, folders and patterns are answered one after the other. One that cannot be answered
stops no other: it is named at the end, and the exit code is 1."""
READ = """Print what would be understood of files with scans, before anything is asked about them.

For every scan: what its file calls the axis, where 2 theta begins and ends, how wide its steps are,
its points and counts, the lines that it was taken with, and what is off. Folders are searched with
all that is below them."""
SOLVE = """Propose structures for powder scans whose crystals are in no library.

Structures of the library serve as templates: they take the elements of the formula and the size,
or a cell found from the peaks, that suits the scan, and are refined. The folder gets the structure
as a CIF, a picture of its fit and of its bonds, and the reasons in words. Where nothing is probable
enough there is no answer: the best candidates are written as such, with what speaks against them.

Several files, folders and patterns are solved one after the other. One that cannot be read stops
no other, and the exit code is 1."""
STACKING = """Read how layers lie on each other from atomic-resolution images of them.

Layers are names or formulas of well-known monolayers, or files of structures: two or three, from
bottom to top, or one to leave their number open. The table has the slip of each layer on the one
below, in fractions of the first layer's a and b and in its frame, with standard deviations; its
twist; the stacking's name; and the next best stack. The residual is what the layers leave
unexplained: near 0 where they fit, near 1 where they do not.

With --map, windows all over a large image are read: which stackings there are, what share of the
windows each has, and where the boundaries between them are.

The pixel size is the header's, or what you say. Where neither says it, it is the one at which the
lattice in the image is as large as the layers'."""
CALIBRATE = """Measure a diffractometer's line widths and zero on the scan of a standard.

The standard, for example LaB6, has a certified cell and lines as narrow as the instrument allows.
What comes out says to `identify` what widths and zero shift to expect; GSAS-II and FullProf
read it too."""
