from ._point_group_clustering import PointGroupClustering
from ._point_group_distances import point_group_distances

__all__ = ["PointGroupClustering", "point_group_distances"]
