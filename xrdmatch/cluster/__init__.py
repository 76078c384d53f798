"""Structures grouped by how alike their point groups are."""

from xrdmatch.cluster._point_group_clustering import PointGroupClustering
from xrdmatch.cluster._point_group_distances import point_group_distances

__all__ = ["PointGroupClustering", "point_group_distances"]
