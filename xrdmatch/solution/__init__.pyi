from ._bond_check import BondCheck
from ._bond_list import Bond, bond_list
from ._cell_finder import CellFinder
from ._corrupted_structures import bond_corruptions, corrupted_structures
from ._found_cell import FoundCell
from ._molecules import benzene_rings, contains_ligand, molecules_in
from ._pretrained_bond_check import PretrainedBondCheck
from ._proposal import Proposal
from ._refined_structure import RefinedStructure
from ._solution import Solution
from ._solution_display import SolutionDisplay
from ._solved_structure import SolvedStructure
from ._solving.certainty import Certainty, learn_certainty
from ._structure_proposer import StructureProposer
from ._structure_refiner import StructureRefiner
from ._structure_solver import StructureSolver
from ._template_library import TemplateLibrary
from ._templates.loading import load_template_library
from ._templates.structures import TemplateStructures

__all__ = [
    "Bond",
    "BondCheck",
    "CellFinder",
    "Certainty",
    "FoundCell",
    "PretrainedBondCheck",
    "Proposal",
    "RefinedStructure",
    "Solution",
    "SolutionDisplay",
    "SolvedStructure",
    "StructureProposer",
    "StructureRefiner",
    "StructureSolver",
    "TemplateLibrary",
    "TemplateStructures",
    "benzene_rings",
    "bond_corruptions",
    "bond_list",
    "contains_ligand",
    "corrupted_structures",
    "learn_certainty",
    "load_template_library",
    "molecules_in",
]
