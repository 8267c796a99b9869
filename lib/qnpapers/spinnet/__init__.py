"""Spin networks, their evaluations and state sums [marciano2020, marciano2022, lulli2023].

A spin network is a graph whose edges carry colours (twice a spin). This package evaluates networks
exactly: their building blocks, the networks of images, and what follows from them.
"""

from qnpapers.spinnet.baselines import BASELINES, predict_baseline
from qnpapers.spinnet.braiding import braid_generators, generated_gates
from qnpapers.spinnet.chromatic import chromatic_value, proper_colourings, touching_pixels
from qnpapers.spinnet.classifier import AmplitudeClassifier, FittedClassifier, scores_of_readings
from qnpapers.spinnet.coherent import (
    LinkSpins,
    coherent_intertwiner_norm,
    coherent_norm_asymptotic,
    heat_kernel_time,
    link_spin_distribution,
)
from qnpapers.spinnet.decimation import decimation, evaluate_by_decimation, summations
from qnpapers.spinnet.digit_values import (
    accuracy_by,
    black_and_white,
    local_counts,
    log_values,
    predict_by_gaussians,
    predict_by_transitions,
    predict_by_votes,
    transition_probabilities,
)
from qnpapers.spinnet.edge_choices import (
    accuracy_of_edges,
    cluster_edges,
    independent_cycles,
    tree_edges,
)
from qnpapers.spinnet.gluings import Gluings, check_gluings, edge_classes, vertex_count
from qnpapers.spinnet.hidden_spin import hidden_spin_amplitude, hidden_spin_formula
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
from qnpapers.spinnet.paths import ActionPath, least_action_path, path_sum
from qnpapers.spinnet.perceptron import amplitude_of_layer, gaussian_scores
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
from qnpapers.spinnet.random_features import random_feature_errors
from qnpapers.spinnet.readings import (
    READINGS,
    all_readings,
    f1_scores,
    is_stated,
    predict_with,
    standard_error,
    true_labels,
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
from qnpapers.spinnet.risk_matrix import (
    coarse,
    log_verlinde,
    log_volume,
    product_residuals,
    risk_matrix,
    total_valence,
)
from qnpapers.spinnet.saddle import mean_loss, train_means
from qnpapers.spinnet.shadow_sum import evaluate_network, frontier_sizes
from qnpapers.spinnet.six_j import SquareRoot, six_j
from qnpapers.spinnet.six_j_rows import SixJRow, six_j_row
from qnpapers.spinnet.state_sum import StateSum, state_sum, turaev_viro
from qnpapers.spinnet.stored_run import stored_full_run
from qnpapers.spinnet.surface_moves import surface_decimation
from qnpapers.spinnet.surface_pictures import (
    PictureSurface,
    add_handle,
    digit_pictures,
    pictures_with_holes,
    sphere_pictures,
    torus_pictures,
)
from qnpapers.spinnet.surface_states import PhysicalStates, physical_states
from qnpapers.spinnet.transition_classes import (
    admissible_at,
    cycle_states,
    edge_symmetries,
    honeycomb_cycles,
    log_classes,
    loop_spectrum,
    normalised_squares,
    up_to_symmetry,
)

__all__ = [
    "BASELINES",
    "READINGS",
    "ActionPath",
    "AmplitudeClassifier",
    "ClassicalTetrahedron",
    "FittedClassifier",
    "FloatValue",
    "Gluings",
    "Honeycomb",
    "LinkSpins",
    "Network",
    "PhysicalStates",
    "PictureSurface",
    "SixJRow",
    "SquareRoot",
    "StateSum",
    "accuracy_by",
    "accuracy_of_edges",
    "add_handle",
    "admissible",
    "admissible_at",
    "admissible_colourings",
    "all_readings",
    "amplitude_of_layer",
    "black_and_white",
    "braid_generators",
    "channels",
    "check_gluings",
    "chromatic_value",
    "classical_tetrahedron",
    "cluster_edges",
    "coarse",
    "coherent_intertwiner_norm",
    "coherent_norm_asymptotic",
    "connected_sum",
    "connected_sum_invariant",
    "count_colourings",
    "cube_torus",
    "cycle_states",
    "decimation",
    "digit_pictures",
    "edge_classes",
    "edge_symmetries",
    "evaluate_by_decimation",
    "evaluate_by_tensors",
    "evaluate_honeycomb",
    "evaluate_honeycomb_float",
    "evaluate_network",
    "f1_scores",
    "face_projector",
    "frontier_sizes",
    "fusion_matrices",
    "gaussian_scores",
    "generated_gates",
    "glue_equal_names",
    "heat_kernel_time",
    "hidden_spin_amplitude",
    "hidden_spin_formula",
    "honeycomb",
    "honeycomb_colouring",
    "honeycomb_cycles",
    "honeycomb_frontier",
    "independent_cycles",
    "intertwiner",
    "is_stated",
    "least_action_path",
    "lens_space",
    "lens_space_invariant",
    "link_spin_distribution",
    "local_counts",
    "log_classes",
    "log_values",
    "log_verlinde",
    "log_volume",
    "loop_spectrum",
    "loop_value",
    "mean_loss",
    "metric",
    "modular_matrices",
    "named_manifold",
    "normalised_squares",
    "pachner_move",
    "path_sum",
    "physical_projector",
    "physical_states",
    "pictures_with_holes",
    "ponzano_regge",
    "predict_baseline",
    "predict_by_gaussians",
    "predict_by_transitions",
    "predict_by_votes",
    "predict_with",
    "product_residuals",
    "proper_colourings",
    "quantum_integer",
    "random_feature_errors",
    "recoupling",
    "recoupling_matrix",
    "risk_matrix",
    "scores_of_readings",
    "six_j",
    "six_j_row",
    "sphere_of_five_tetrahedra",
    "sphere_pictures",
    "standard_error",
    "state_sum",
    "stored_full_run",
    "summations",
    "surface_decimation",
    "surface_times_circle",
    "tetrahedron",
    "theta",
    "torus_honeycomb",
    "torus_pictures",
    "total_valence",
    "touching_pixels",
    "train_means",
    "transition_probabilities",
    "tree_edges",
    "true_labels",
    "turaev_viro",
    "up_to_symmetry",
    "verlinde",
    "vertex_count",
]
