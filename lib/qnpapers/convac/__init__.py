"""Convolutional arithmetic circuits as quantum many-body states [levine2017].

A ConvAC is a convolutional network with linear activations and product pooling. Its output is an
inner product of a product state, made from the input, with a many-body state, made from the
weights. This package builds both sides, cuts them and measures their entanglement.
"""

from qnpapers.convac.architecture import Architecture, region_mask
from qnpapers.convac.bridge import (
    bridge_cut,
    bridge_in,
    bridge_rank,
    certified_bridge_rank,
    pencil_blocks,
)
from qnpapers.convac.cut import CutLayer, MinCut, min_cut, min_cuts
from qnpapers.convac.cut_formulas import (
    block_rank,
    left_right_rank,
    stripe_rank,
    window_stripes,
)
from qnpapers.convac.data_entanglement import (
    data_state_spectrum,
    gaussian_information,
    shuffled,
    table_information,
    within_classes,
)
from qnpapers.convac.digit_tasks import STARTS, DigitTask, digit_task, in_a_quarter, start_weights
from qnpapers.convac.digits import Digits, load_digits, patch_boxes, patches, pixel_order
from qnpapers.convac.ensembles import (
    EntanglementSample,
    channel_overlaps,
    isometric_weights,
    mean_isometric_entropy,
    nonnegative_weights,
    sample_entanglement,
)
from qnpapers.convac.fit import Fit, accuracy, fit, near_product_weights
from qnpapers.convac.integer_weights import integer_weights, scaled_to_integers
from qnpapers.convac.lower_bound import LowerBound, lower_bound, lower_bounds, rounded_down
from qnpapers.convac.mirrored import mirrored_network, pixel_region
from qnpapers.convac.network import (
    ContractionCost,
    TensorNetwork,
    bond_graph,
    contract,
    contract_in_order,
    contraction_cost,
    tensor_network,
)
from qnpapers.convac.overlapping import (
    OverlappingArchitecture,
    certified_overlapping_rank,
    overlapping_bound,
)
from qnpapers.convac.overlaps import state_overlaps
from qnpapers.convac.rank import certified_rank, certified_ranks, rank_modulo_p
from qnpapers.convac.recurrent import (
    RecurrentArchitecture,
    certified_start_end_rank,
    start_end_bound,
    start_end_lower_bound,
)
from qnpapers.convac.refined_cut import refined_cut, refined_cuts
from qnpapers.convac.regions import (
    balanced_regions,
    interleaved,
    left_right,
    regions_up_to_symmetry,
    stripes,
)
from qnpapers.convac.renyi import renyi_two
from qnpapers.convac.representation import (
    Gaussians,
    Neurons,
    fit_gaussians,
    independence,
    random_neurons,
)
from qnpapers.convac.score import multiplications, score
from qnpapers.convac.score_table import rank_of_score_table
from qnpapers.convac.search import Miss, SearchResult, search_architectures
from qnpapers.convac.separation import separation_rank
from qnpapers.convac.shallow_and_deep import (
    ShallowFit,
    fit_shallow,
    paired_weights,
    shallow_channels_needed,
    truncation_errors,
)
from qnpapers.convac.spectrum import (
    entanglement_entropy,
    geometric_measure,
    schmidt_number,
    schmidt_spectrum,
)
from qnpapers.convac.subtrees import Subtrees, distinct_subtrees
from qnpapers.convac.tensor import coefficient_tensor, matricize, product_state
from qnpapers.convac.trained import (
    OrthonormalFunctions,
    class_entropies,
    orthonormal_functions,
    scaled_to_data,
)
from qnpapers.convac.truncation import (
    block_accuracies,
    coefficients_needed,
    keep_coefficients,
    truncated_accuracies,
    truncated_scores,
)
from qnpapers.convac.weights import Weights, random_weights

__all__ = [
    "STARTS",
    "Architecture",
    "ContractionCost",
    "CutLayer",
    "DigitTask",
    "Digits",
    "EntanglementSample",
    "Fit",
    "Gaussians",
    "LowerBound",
    "MinCut",
    "Miss",
    "Neurons",
    "OrthonormalFunctions",
    "OverlappingArchitecture",
    "RecurrentArchitecture",
    "SearchResult",
    "ShallowFit",
    "Subtrees",
    "TensorNetwork",
    "Weights",
    "accuracy",
    "balanced_regions",
    "block_accuracies",
    "block_rank",
    "bond_graph",
    "bridge_cut",
    "bridge_in",
    "bridge_rank",
    "certified_bridge_rank",
    "certified_overlapping_rank",
    "certified_rank",
    "certified_ranks",
    "certified_start_end_rank",
    "channel_overlaps",
    "class_entropies",
    "coefficient_tensor",
    "coefficients_needed",
    "contract",
    "contract_in_order",
    "contraction_cost",
    "data_state_spectrum",
    "digit_task",
    "distinct_subtrees",
    "entanglement_entropy",
    "fit",
    "fit_gaussians",
    "fit_shallow",
    "gaussian_information",
    "geometric_measure",
    "in_a_quarter",
    "independence",
    "integer_weights",
    "interleaved",
    "isometric_weights",
    "keep_coefficients",
    "left_right",
    "left_right_rank",
    "load_digits",
    "lower_bound",
    "lower_bounds",
    "matricize",
    "mean_isometric_entropy",
    "min_cut",
    "min_cuts",
    "mirrored_network",
    "multiplications",
    "near_product_weights",
    "nonnegative_weights",
    "orthonormal_functions",
    "overlapping_bound",
    "paired_weights",
    "patch_boxes",
    "patches",
    "pencil_blocks",
    "pixel_order",
    "pixel_region",
    "product_state",
    "random_neurons",
    "random_weights",
    "rank_modulo_p",
    "rank_of_score_table",
    "refined_cut",
    "refined_cuts",
    "region_mask",
    "regions_up_to_symmetry",
    "renyi_two",
    "rounded_down",
    "sample_entanglement",
    "scaled_to_data",
    "scaled_to_integers",
    "schmidt_number",
    "schmidt_spectrum",
    "score",
    "search_architectures",
    "separation_rank",
    "shallow_channels_needed",
    "shuffled",
    "start_end_bound",
    "start_end_lower_bound",
    "start_weights",
    "state_overlaps",
    "stripe_rank",
    "stripes",
    "table_information",
    "tensor_network",
    "truncated_accuracies",
    "truncated_scores",
    "truncation_errors",
    "window_stripes",
    "within_classes",
]
