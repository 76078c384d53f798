"""Facts about well-known monolayers: lattice parameters, heights, and where they are reported.

Lattice parameters and heights are rounded literature values, calculated (mostly PBE) or
measured on the layered crystal. The DOI names a publication that reports the material as a
layer; measurements and calculations of one material differ by a few per cent in the lattice.
"""

_DOI = {
    "novoselov-2004": "10.1126/science.1102896",  # graphene
    "cahangirov-2009": "10.1103/PhysRevLett.102.236804",  # silicene, germanene
    "xu-2013": "10.1103/PhysRevLett.111.136804",  # stanene
    "zhang-2015": "10.1002/anie.201411246",  # arsenene, antimonene
    "sofo-2007": "10.1103/PhysRevB.75.153401",  # graphane
    "bianco-2013": "10.1021/nn4009406",  # germanane
    "sahin-2009": "10.1103/PhysRevB.80.155453",  # group IV and III-V honeycombs, LDA
    "topsakal-2009": "10.1103/PhysRevB.80.235119",  # ZnO
    "zhang-2015-penta": "10.1073/pnas.1416591112",  # penta-graphene
    "mahmood-2016": "10.1073/pnas.1605318113",  # C3N
    "mannix-2015": "10.1126/science.aad1080",  # borophene
    "ataca-2012": "10.1021/jp212558p",  # MX2, 2H and 1T
    "qian-2014": "10.1126/science.1256815",  # 1T'
    "oyedele-2017": "10.1021/jacs.7b04865",  # PdSe2
    "liu-2014": "10.1021/nn501226z",  # phosphorene
    "zolyomi-2013": "10.1103/PhysRevB.87.195403",  # gallium chalcogenides
    "zolyomi-2014": "10.1103/PhysRevB.89.205416",  # indium chalcogenides
    "gomes-2015": "10.1103/PhysRevB.92.085406",  # group IV monochalcogenides
    "mcguire-2017": "10.3390/cryst7050121",  # transition metal dihalides and trihalides
    "mcguire-2015": "10.1021/cm504242t",  # CrI3
    "gong-2017": "10.1038/nature22060",  # CrGeTe3
    "deng-2018": "10.1038/s41586-018-0626-9",  # Fe3GeTe2
    "naguib-2011": "10.1002/adma.201102306",  # MXenes
    "khazaei-2013": "10.1002/adfm.201202502",  # functionalised MXenes
    "lee-2013": "10.1038/nature11812",  # Ca2N
    "lu-2017": "10.1038/nnano.2017.100",  # MoSSe
    "ishizaka-2011": "10.1038/nmat3051",  # BiTeI
    "zhang-2009": "10.1038/nphys1270",  # Bi2Se3 family
    "otrokov-2019": "10.1038/s41586-019-1840-9",  # MnBi2Te4
    "ding-2017": "10.1038/ncomms14956",  # In2Se3
    "hong-2020": "10.1126/science.abb7023",  # MoSi2N4
    "hsu-2008": "10.1073/pnas.0807325105",  # FeSe
    "c2db-2018": "10.1088/2053-1583/aacfc1",
    "c2db-2021": "10.1088/2053-1583/ac1059",
    "jarvis-2017": "10.1038/s41598-017-05402-0",
    "mc2d-2018": "10.1038/s41565-017-0035-5",
}

# fmt: off
_ROWS = {
    # prototype: (name, elements, cell [Å], internal parameters, where reported)
    "graphene": (
        ("graphene",        "C",     (2.46,), (),               "novoselov-2004"),
    ),
    "silicene": (
        ("silicene",        "Si",    (3.87,), (0.225,),         "cahangirov-2009"),
        ("germanene",       "Ge",    (4.06,), (0.345,),         "cahangirov-2009"),
        ("stanene",         "Sn",    (4.67,), (0.43,),          "xu-2013"),
        ("blue phosphorene", "P",    (3.28,), (0.62,),          "c2db-2018"),
        ("arsenene",        "As",    (3.61,), (0.70,),          "zhang-2015"),
        ("antimonene",      "Sb",    (4.12,), (0.82,),          "zhang-2015"),
        ("bismuthene",      "Bi",    (4.34,), (0.87,),          "c2db-2018"),
    ),
    "BN": (
        ("h-BN",            "B N",   (2.51,), (),               "sahin-2009"),
        ("h-BP",            "B P",   (3.18,), (),               "sahin-2009"),
        ("h-BAs",           "B As",  (3.36,), (),               "sahin-2009"),
        ("h-AlN",           "Al N",  (3.09,), (),               "sahin-2009"),
        ("h-GaN",           "Ga N",  (3.20,), (),               "sahin-2009"),
        ("h-InN",           "In N",  (3.57,), (),               "sahin-2009"),
        ("h-SiC",           "Si C",  (3.07,), (),               "sahin-2009"),
        ("h-GeC",           "Ge C",  (3.22,), (),               "sahin-2009"),
        ("h-SnC",           "Sn C",  (3.55,), (),               "sahin-2009"),
        ("h-ZnO",           "Zn O",  (3.29,), (),               "topsakal-2009"),
        ("h-BeO",           "Be O",  (2.68,), (),               "c2db-2018"),
        ("h-MgO",           "Mg O",  (3.30,), (),               "c2db-2018"),
    ),
    "GaAs": (
        ("h-GaP",           "Ga P",  (3.84,), (0.20,),          "sahin-2009"),
        ("h-GaAs",          "Ga As", (3.97,), (0.275,),         "sahin-2009"),
        ("h-InP",           "In P",  (4.17,), (0.255,),         "sahin-2009"),
        ("h-InAs",          "In As", (4.28,), (0.31,),          "sahin-2009"),
        ("h-InSb",          "In Sb", (4.57,), (0.365,),         "sahin-2009"),
        ("h-AlSb",          "Al Sb", (4.33,), (0.30,),          "sahin-2009"),
        ("h-SiGe",          "Si Ge", (3.89,), (0.275,),         "sahin-2009"),
        ("h-SnGe",          "Sn Ge", (4.27,), (0.365,),         "sahin-2009"),
    ),
    "C3N": (
        ("C3N",             "N C",   (4.86,), (1 / 6,),         "mahmood-2016"),
        ("BC3",             "B C",   (5.17,), (0.1586,),        "c2db-2018"),
    ),
    "graphane": (
        ("graphane",        "C H",   (2.54,), (0.23, 1.34),     "sofo-2007"),
        ("fluorographene",  "C F",   (2.61,), (0.245, 1.63),    "c2db-2018"),
        ("silicane",        "Si H",  (3.89,), (0.36, 1.86),     "c2db-2018"),
        ("germanane",       "Ge H",  (4.08,), (0.37, 1.93),     "bianco-2013"),
    ),
    "2H": (
        ("MoS2-2H",         "Mo S",  (3.18,), (1.56,),          "ataca-2012"),
        ("MoSe2-2H",        "Mo Se", (3.32,), (1.67,),          "ataca-2012"),
        ("MoTe2-2H",        "Mo Te", (3.55,), (1.81,),          "ataca-2012"),
        ("WS2-2H",          "W S",   (3.18,), (1.57,),          "ataca-2012"),
        ("WSe2-2H",         "W Se",  (3.32,), (1.68,),          "ataca-2012"),
        ("WTe2-2H",         "W Te",  (3.56,), (1.81,),          "c2db-2018"),
        ("NbS2-2H",         "Nb S",  (3.34,), (1.56,),          "ataca-2012"),
        ("NbSe2-2H",        "Nb Se", (3.47,), (1.68,),          "ataca-2012"),
        ("TaS2-2H",         "Ta S",  (3.34,), (1.56,),          "c2db-2018"),
        ("TaSe2-2H",        "Ta Se", (3.47,), (1.68,),          "c2db-2018"),
        ("VS2-2H",          "V S",   (3.17,), (1.49,),          "ataca-2012"),
        ("VSe2-2H",         "V Se",  (3.33,), (1.60,),          "ataca-2012"),
        ("CrS2-2H",         "Cr S",  (3.04,), (1.47,),          "c2db-2018"),
        ("CrSe2-2H",        "Cr Se", (3.21,), (1.58,),          "c2db-2018"),
        ("CrTe2-2H",        "Cr Te", (3.47,), (1.72,),          "c2db-2018"),
    ),
    "1T": (
        ("TiS2-1T",         "Ti S",  (3.41,), (1.42,),          "ataca-2012"),
        ("TiSe2-1T",        "Ti Se", (3.53,), (1.55,),          "ataca-2012"),
        ("TiTe2-1T",        "Ti Te", (3.75,), (1.73,),          "ataca-2012"),
        ("ZrS2-1T",         "Zr S",  (3.68,), (1.45,),          "jarvis-2017"),
        ("ZrSe2-1T",        "Zr Se", (3.79,), (1.58,),          "jarvis-2017"),
        ("HfS2-1T",         "Hf S",  (3.64,), (1.44,),          "jarvis-2017"),
        ("HfSe2-1T",        "Hf Se", (3.76,), (1.57,),          "jarvis-2017"),
        ("SnS2-1T",         "Sn S",  (3.68,), (1.48,),          "jarvis-2017"),
        ("SnSe2-1T",        "Sn Se", (3.86,), (1.59,),          "jarvis-2017"),
        ("PtS2-1T",         "Pt S",  (3.57,), (1.23,),          "c2db-2018"),
        ("PtSe2-1T",        "Pt Se", (3.75,), (1.31,),          "c2db-2018"),
        ("PtTe2-1T",        "Pt Te", (4.02,), (1.39,),          "c2db-2018"),
        ("PdTe2-1T",        "Pd Te", (4.03,), (1.38,),          "mc2d-2018"),
        ("NiTe2-1T",        "Ni Te", (3.84,), (1.32,),          "mc2d-2018"),
        ("VS2-1T",          "V S",   (3.18,), (1.47,),          "c2db-2018"),
        ("VSe2-1T",         "V Se",  (3.35,), (1.57,),          "c2db-2018"),
        ("TaS2-1T",         "Ta S",  (3.36,), (1.53,),          "mc2d-2018"),
        ("TaSe2-1T",        "Ta Se", (3.48,), (1.64,),          "mc2d-2018"),
        ("MnO2-1T",         "Mn O",  (2.89,), (0.96,),          "ataca-2012"),
        ("MgCl2-1T",        "Mg Cl", (3.64,), (1.35,),          "mc2d-2018"),
        ("MgBr2-1T",        "Mg Br", (3.84,), (1.50,),          "mc2d-2018"),
        ("MgI2-1T",         "Mg I",  (4.15,), (1.68,),          "mc2d-2018"),
        ("CaI2-1T",         "Ca I",  (4.48,), (1.75,),          "mc2d-2018"),
        ("CdCl2-1T",        "Cd Cl", (3.85,), (1.43,),          "mc2d-2018"),
        ("CdBr2-1T",        "Cd Br", (3.98,), (1.56,),          "mc2d-2018"),
        ("CdI2-1T",         "Cd I",  (4.24,), (1.71,),          "mc2d-2018"),
        ("PbI2-1T",         "Pb I",  (4.56,), (1.84,),          "mc2d-2018"),
        ("VCl2-1T",         "V Cl",  (3.60,), (1.46,),          "mcguire-2017"),
        ("VBr2-1T",         "V Br",  (3.78,), (1.55,),          "mcguire-2017"),
        ("VI2-1T",          "V I",   (4.06,), (1.68,),          "mcguire-2017"),
        ("MnCl2-1T",        "Mn Cl", (3.70,), (1.40,),          "mcguire-2017"),
        ("MnBr2-1T",        "Mn Br", (3.87,), (1.52,),          "mcguire-2017"),
        ("MnI2-1T",         "Mn I",  (4.15,), (1.67,),          "mcguire-2017"),
        ("CoCl2-1T",        "Co Cl", (3.54,), (1.34,),          "mcguire-2017"),
        ("CoBr2-1T",        "Co Br", (3.70,), (1.43,),          "mcguire-2017"),
        ("CoI2-1T",         "Co I",  (3.96,), (1.54,),          "mcguire-2017"),
        ("NiCl2-1T",        "Ni Cl", (3.48,), (1.33,),          "mcguire-2017"),
        ("NiBr2-1T",        "Ni Br", (3.69,), (1.41,),          "mcguire-2017"),
        ("NiI2-1T",         "Ni I",  (3.94,), (1.52,),          "mcguire-2017"),
    ),
    "2H-Janus": (
        ("MoSSe-2H",        "Mo S Se", (3.25,), (1.53, 1.70),   "lu-2017"),
        ("MoSTe-2H",        "Mo S Te", (3.36,), (1.49, 1.88),   "c2db-2021"),
        ("MoSeTe-2H",       "Mo Se Te", (3.43,), (1.63, 1.85),  "c2db-2021"),
        ("WSSe-2H",         "W S Se", (3.25,), (1.54, 1.71),    "c2db-2021"),
        ("WSTe-2H",         "W S Te", (3.36,), (1.50, 1.89),    "c2db-2021"),
        ("WSeTe-2H",        "W Se Te", (3.43,), (1.64, 1.86),   "c2db-2021"),
    ),
    "1T-Janus": (
        ("BiTeI-1T",        "Bi Te I", (4.38,), (1.73, 2.11),   "ishizaka-2011"),
        ("BiTeBr-1T",       "Bi Te Br", (4.30,), (1.75, 1.90),  "mc2d-2018"),
        ("BiTeCl-1T",       "Bi Te Cl", (4.26,), (1.76, 1.72),  "mc2d-2018"),
        ("ZrSSe-1T",        "Zr S Se", (3.74,), (1.42, 1.61),   "c2db-2021"),
        ("HfSSe-1T",        "Hf S Se", (3.70,), (1.41, 1.60),   "c2db-2021"),
        ("SnSSe-1T",        "Sn S Se", (3.77,), (1.44, 1.63),   "c2db-2021"),
        ("PtSSe-1T",        "Pt S Se", (3.66,), (1.20, 1.34),   "c2db-2021"),
    ),
    "GaSe": (
        ("GaS",             "Ga S",  (3.63,), (1.235, 2.32),    "zolyomi-2013"),
        ("GaSe",            "Ga Se", (3.80,), (1.235, 2.41),    "zolyomi-2013"),
        ("GaTe-hexagonal",  "Ga Te", (4.12,), (1.235, 2.49),    "zolyomi-2013"),
        ("InS",             "In S",  (3.92,), (1.41, 2.57),     "zolyomi-2014"),
        ("InSe",            "In Se", (4.05,), (1.41, 2.68),     "zolyomi-2014"),
        ("InTe",            "In Te", (4.36,), (1.41, 2.79),     "zolyomi-2014"),
    ),
    "Mg(OH)2": (
        ("Mg(OH)2",         "Mg O H", (3.14,), (1.03, 2.00),    "mc2d-2018"),
        ("Ca(OH)2",         "Ca O H", (3.59,), (1.15, 2.12),    "mc2d-2018"),
        ("Mn(OH)2",         "Mn O H", (3.32,), (1.10, 2.07),    "mc2d-2018"),
        ("Fe(OH)2",         "Fe O H", (3.26,), (1.03, 2.00),    "mc2d-2018"),
        ("Co(OH)2",         "Co O H", (3.17,), (1.03, 2.00),    "mc2d-2018"),
        ("Ni(OH)2",         "Ni O H", (3.13,), (1.01, 1.98),    "mc2d-2018"),
        ("Cd(OH)2",         "Cd O H", (3.50,), (1.16, 2.13),    "mc2d-2018"),
    ),
    "ZrNCl": (
        ("ZrNCl",           "Zr N Cl", (3.60,), (1.31, 0.86, 3.11), "mc2d-2018"),
        ("HfNCl",           "Hf N Cl", (3.58,), (1.30, 0.85, 3.09), "mc2d-2018"),
        ("ZrNBr",           "Zr N Br", (3.64,), (1.30, 0.85, 3.24), "mc2d-2018"),
    ),
    "Ti2C": (
        ("Ti2C",            "Ti C",  (3.07,), (1.13,),          "naguib-2011"),
        ("V2C",             "V C",   (2.90,), (1.09,),          "naguib-2011"),
        ("Nb2C",            "Nb C",  (3.13,), (1.20,),          "naguib-2011"),
        ("Ta2C",            "Ta C",  (3.09,), (1.21,),          "naguib-2011"),
        ("Zr2C",            "Zr C",  (3.28,), (1.27,),          "khazaei-2013"),
        ("Hf2C",            "Hf C",  (3.21,), (1.26,),          "khazaei-2013"),
        ("Mo2C",            "Mo C",  (3.00,), (1.17,),          "c2db-2018"),
        ("Ti2N",            "Ti N",  (2.98,), (1.17,),          "khazaei-2013"),
        ("Ca2N",            "Ca N",  (3.61,), (1.25,),          "lee-2013"),
    ),
    "Ti2CO2": (
        ("Ti2CO2",          "Ti C O", (3.03,), (1.30, 2.24),    "khazaei-2013"),
        ("Zr2CO2",          "Zr C O", (3.31,), (1.40, 2.34),    "khazaei-2013"),
        ("Hf2CO2",          "Hf C O", (3.26,), (1.37, 2.31),    "khazaei-2013"),
        ("Ti2CF2",          "Ti C F", (3.06,), (1.14, 2.40),    "khazaei-2013"),
        ("Sc2CF2",          "Sc C F", (3.29,), (1.27, 2.46),    "khazaei-2013"),
    ),
    "Ti3C2": (
        ("Ti3C2",           "Ti C",  (3.10,), (1.21, 2.32),     "naguib-2011"),
    ),
    "Ti3C2O2": (
        ("Ti3C2O2",         "Ti C O", (3.04,), (1.26, 2.55, 3.50), "naguib-2011"),
        ("Ti3C2F2",         "Ti C F", (3.07,), (1.24, 2.34, 3.60), "naguib-2011"),
    ),
    "CrI3": (
        ("CrCl3",           "Cr Cl", (5.96,), (0.349, 1.32),    "mcguire-2017"),
        ("CrBr3",           "Cr Br", (6.31,), (0.350, 1.44),    "mcguire-2017"),
        ("CrI3",            "Cr I",  (6.87,), (0.350, 1.56),    "mcguire-2015"),
        ("VCl3",            "V Cl",  (6.04,), (0.350, 1.33),    "mcguire-2017"),
        ("FeCl3",           "Fe Cl", (6.06,), (0.348, 1.36),    "mcguire-2017"),
        ("RuCl3",           "Ru Cl", (5.96,), (0.352, 1.34),    "mcguire-2017"),
        ("RhCl3",           "Rh Cl", (5.97,), (0.352, 1.32),    "mcguire-2017"),
        ("RhBr3",           "Rh Br", (6.30,), (0.352, 1.41),    "mcguire-2017"),
        ("ScCl3",           "Sc Cl", (6.40,), (0.350, 1.42),    "mc2d-2018"),
        ("YCl3",            "Y Cl",  (6.92,), (0.360, 1.48),    "mc2d-2018"),
        ("BiI3",            "Bi I",  (7.75,), (0.345, 1.80),    "mc2d-2018"),
    ),
    "MnPS3": (
        ("MnPS3",           "Mn P S", (6.08,), (1.10, 0.324, 1.62),  "mc2d-2018"),
        ("FePS3",           "Fe P S", (5.95,), (1.09, 0.330, 1.58),  "mc2d-2018"),
        ("NiPS3",           "Ni P S", (5.81,), (1.08, 0.337, 1.55),  "mc2d-2018"),
        ("ZnPS3",           "Zn P S", (5.97,), (1.10, 0.330, 1.60),  "mc2d-2018"),
        ("CdPS3",           "Cd P S", (6.22,), (1.11, 0.318, 1.67),  "mc2d-2018"),
        ("MnPSe3",          "Mn P Se", (6.39,), (1.11, 0.330, 1.72), "mc2d-2018"),
        ("CrSiTe3",         "Cr Si Te", (6.82,), (1.14, 0.357, 1.71), "mc2d-2018"),
        ("CrGeTe3",         "Cr Ge Te", (6.87,), (1.22, 0.363, 1.71), "gong-2017"),
    ),
    "Bi2Te3": (
        ("Bi2Te3",          "Bi Te Te", (4.39,), (2.03, 3.71),  "zhang-2009"),
        ("Bi2Se3",          "Bi Se Se", (4.14,), (1.91, 3.49),  "zhang-2009"),
        ("Sb2Te3",          "Sb Te Te", (4.26,), (2.00, 3.67),  "zhang-2009"),
        ("Bi2Te2Se",        "Bi Te Se", (4.31,), (1.85, 3.60),  "mc2d-2018"),
    ),
    "MnBi2Te4": (
        ("MnBi2Te4",        "Mn Bi Te", (4.34,), (1.61, 3.72, 5.42), "otrokov-2019"),
    ),
    "In2Se3": (
        ("In2Se3",          "In Se", (4.10,), (1.28, 3.09, 5.67, 6.79), "ding-2017"),
    ),
    "Fe3GeTe2": (
        ("Fe3GeTe2",        "Fe Ge Te", (3.99,), (1.28, 2.61),  "deng-2018"),
    ),
    "MoSi2N4": (
        ("MoSi2N4",         "Mo Si N", (2.91,), (1.25, 3.00, 3.51), "hong-2020"),
        ("WSi2N4",          "W Si N",  (2.91,), (1.26, 3.01, 3.51), "hong-2020"),
    ),
    "FeSe": (
        ("FeSe",            "Fe Se", (3.77,), (1.47,),          "hsu-2008"),
        ("PbO",             "O Pb",  (3.98,), (1.19,),          "mc2d-2018"),
        ("SnO",             "O Sn",  (3.80,), (1.16,),          "mc2d-2018"),
    ),
    "BiOCl": (
        ("BiOCl",           "Bi O Cl", (3.89,), (1.26, 2.61),   "mc2d-2018"),
        ("BiOBr",           "Bi O Br", (3.92,), (1.25, 2.81),   "mc2d-2018"),
        ("BiOI",            "Bi O I",  (3.99,), (1.21, 3.04),   "mc2d-2018"),
    ),
    "pentagonal": (
        ("penta-graphene",  "C C",   (3.64,), (0.130, 0.60),    "zhang-2015-penta"),
    ),
    "borophene": (
        ("borophene",       "B",     (1.62, 2.87), (0.45,),     "mannix-2015"),
    ),
    "phosphorene": (
        ("phosphorene",     "P",     (3.30, 4.60), (0.085, 1.06), "liu-2014"),
        ("black arsenene",  "As",    (3.68, 4.76), (0.068, 1.20), "zhang-2015"),
    ),
    "GeS": (
        ("GeS",             "Ge S",  (3.67, 4.44), (0.110, 1.34, 1.03), "gomes-2015"),
        ("GeSe",            "Ge Se", (3.97, 4.27), (0.080, 1.36, 1.14), "gomes-2015"),
        ("SnS",             "Sn S",  (4.07, 4.29), (0.070, 1.45, 1.17), "gomes-2015"),
        ("SnSe",            "Sn Se", (4.29, 4.38), (0.055, 1.47, 1.26), "gomes-2015"),
    ),
    "FeOCl": (
        ("FeOCl",           "Fe O Cl", (3.78, 3.30), (0.91, 0.38, 2.61), "mc2d-2018"),
        ("VOCl",            "V O Cl",  (3.78, 3.30), (0.93, 0.36, 2.63), "mc2d-2018"),
        ("CrOCl",           "Cr O Cl", (3.86, 3.18), (0.91, 0.35, 2.54), "mc2d-2018"),
        ("CrSBr",           "Cr S Br", (4.76, 3.50), (0.98, 0.67, 2.82), "mc2d-2018"),
        ("TiO2-lepidocrocite", "Ti O O", (3.76, 3.00), (1.10, 0.52, 2.15), "mc2d-2018"),
    ),
    "1T'": (
        ("WTe2-1T'", "W Te",  (3.48, 6.25), (0.180, 0.11, 0.078, 2.07, 0.427, 1.45), "qian-2014"),
        ("MoTe2-1T'", "Mo Te", (3.46, 6.34), (0.182, 0.11, 0.078, 2.08, 0.427, 1.46), "qian-2014"),
    ),
    "ZrS3": (
        ("ZrS3", "Zr S", (3.62, 5.12), (0.250, 1.39, 0.752, 0.48, 0.449, 2.92, 0.045, 2.92),
         "mc2d-2018"),
        ("HfS3", "Hf S", (3.60, 5.09), (0.250, 1.39, 0.752, 0.48, 0.449, 2.92, 0.045, 2.92),
         "mc2d-2018"),
    ),
    "MoO3": (
        ("MoO3", "Mo O", (3.70, 3.96), (0.087, 1.41, 0.001, -0.90, 0.521, 1.20, 0.037, 3.07),
         "mc2d-2018"),
    ),
    "PdSe2": (
        ("PdSe2",           "Pd Se", (5.92, 5.74), (0.118, 0.388, 0.715), "oyedele-2017"),
    ),
    "V2O5": (
        ("V2O5", "V O", (11.51, 3.56), (0.1012, -0.473, 0.1043, -2.05, -0.0689, 0.013, 0.004),
         "mc2d-2018"),
    ),
}
# fmt: on

MONOLAYERS = [
    (name, prototype, tuple(elements.split()), cell, internal, _DOI[reported])
    for prototype, rows in _ROWS.items()
    for name, elements, cell, internal, reported in rows
]
