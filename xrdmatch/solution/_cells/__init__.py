"""How unit cells are found from the positions of peaks."""
