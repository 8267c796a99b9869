"""Spin networks, their evaluations and state sums [marciano2020, marciano2022, lulli2023].

A spin network is a graph whose edges carry colours (twice a spin). This package evaluates networks
exactly: their building blocks, the networks of images, and what follows from them.
"""

from qnpapers.spinnet.classifier import AmplitudeClassifier, FittedClassifier
from qnpapers.spinnet.coherent import (
    LinkSpins,
    coherent_intertwiner_norm,
    coherent_norm_asymptotic,
    heat_kernel_time,
    link_spin_distribution,
)
from qnpapers.spinnet.decimation import decimation, evaluate_by_decimation, summations
from qnpapers.spinnet.gluings import Gluings, check_gluings
from qnpapers.spinnet.honeycomb import (
    Honeycomb,
    evaluate_honeycomb,
    honeycomb,
    honeycomb_colouring,
    honeycomb_frontier,
    torus_honeycomb,
)
from qnpapers.spinnet.honeycomb_float import FloatValue, evaluate_honeycomb_float
from qnpapers.spinnet.intertwiners import evaluate_by_tensors, intertwiner, metric
from qnpapers.spinnet.manifolds import (
    connected_sum,
    cube_torus,
    glue_equal_names,
    lens_space,
    named_manifold,
    sphere_of_five_tetrahedra,
    surface_times_circle,
)
from qnpapers.spinnet.modular import (
    connected_sum_invariant,
    count_colourings,
    fusion_matrices,
    lens_space_invariant,
    modular_matrices,
    verlinde,
)
from qnpapers.spinnet.networks import Network
from qnpapers.spinnet.pachner import pachner_move
from qnpapers.spinnet.physical_product import (
    admissible_colourings,
    face_projector,
    physical_projector,
)
from qnpapers.spinnet.ponzano_regge import (
    ClassicalTetrahedron,
    classical_tetrahedron,
    ponzano_regge,
)
from qnpapers.spinnet.recoupling import (
    admissible,
    channels,
    loop_value,
    quantum_integer,
    recoupling,
    recoupling_matrix,
    tetrahedron,
    theta,
)
from qnpapers.spinnet.shadow_sum import evaluate_network, frontier_sizes
from qnpapers.spinnet.six_j import SquareRoot, six_j
from qnpapers.spinnet.six_j_rows import SixJRow, six_j_row
from qnpapers.spinnet.state_sum import StateSum, state_sum, turaev_viro

__all__ = [
    "AmplitudeClassifier",
    "ClassicalTetrahedron",
    "FittedClassifier",
    "FloatValue",
    "Gluings",
    "Honeycomb",
    "LinkSpins",
    "Network",
    "SixJRow",
    "SquareRoot",
    "StateSum",
    "admissible",
    "admissible_colourings",
    "channels",
    "check_gluings",
    "classical_tetrahedron",
    "coherent_intertwiner_norm",
    "coherent_norm_asymptotic",
    "connected_sum",
    "connected_sum_invariant",
    "count_colourings",
    "cube_torus",
    "decimation",
    "evaluate_by_decimation",
    "evaluate_by_tensors",
    "evaluate_honeycomb",
    "evaluate_honeycomb_float",
    "evaluate_network",
    "face_projector",
    "frontier_sizes",
    "fusion_matrices",
    "glue_equal_names",
    "heat_kernel_time",
    "honeycomb",
    "honeycomb_colouring",
    "honeycomb_frontier",
    "intertwiner",
    "lens_space",
    "lens_space_invariant",
    "link_spin_distribution",
    "loop_value",
    "metric",
    "modular_matrices",
    "named_manifold",
    "pachner_move",
    "physical_projector",
    "ponzano_regge",
    "quantum_integer",
    "recoupling",
    "recoupling_matrix",
    "six_j",
    "six_j_row",
    "sphere_of_five_tetrahedra",
    "state_sum",
    "summations",
    "surface_times_circle",
    "tetrahedron",
    "theta",
    "torus_honeycomb",
    "turaev_viro",
    "verlinde",
]
