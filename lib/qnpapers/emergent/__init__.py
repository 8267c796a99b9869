"""Learning dynamics as quantum mechanics, after Katsnelson & Vanchurin (2021)."""

from qnpapers.emergent.action import MadelungAction, madelung_action
from qnpapers.emergent.binary_units import BinaryHiddenUnits, eight_units
from qnpapers.emergent.bohr import BohrTest, bohr_test
from qnpapers.emergent.canonical import (
    CanonicalEnsemble,
    canonical_ensemble,
    inverse_temperature,
)
from qnpapers.emergent.cell_grid import CellGrid
from qnpapers.emergent.digit_network import DigitNetwork, Digits, digits
from qnpapers.emergent.equilibrium_wave import equilibrium_potential
from qnpapers.emergent.exchange_sampling import SampledEnsemble, sample_grand_canonical
from qnpapers.emergent.fokker_planck import (
    FokkerPlanckRun,
    entropy_rates,
    equilibrium_density,
    fokker_planck,
)
from qnpapers.emergent.fringes import fringe_wavenumber, hbar_of_fringes
from qnpapers.emergent.gaussian_fluid import GaussianFluid, gaussian_fluid
from qnpapers.emergent.gaussian_pair import GaussianWave, ground_state
from qnpapers.emergent.gaussian_units import GaussianHiddenUnits, critical_unit
from qnpapers.emergent.gradient_noise import (
    Exponent,
    NoiseRun,
    measure_gradient_noise,
    noise_exponent,
)
from qnpapers.emergent.grand_canonical import (
    GrandCanonical,
    OpenNetwork,
    frozen_gain,
    grand_canonical,
    potential_gain,
)
from qnpapers.emergent.grid import Box, Grid
from qnpapers.emergent.guided_walkers import (
    BOHM,
    LEARNER,
    NELSON,
    Guidance,
    free_packets,
    guided_walkers,
)
from qnpapers.emergent.hodge import SingleValuedPart, single_valued_part
from qnpapers.emergent.identities import Identity, identities, prove
from qnpapers.emergent.learning import LearningRun, normal_start, simulate_learning
from qnpapers.emergent.loop_work import FiniteRate, LoopWork, QuasiStatic, loop_work
from qnpapers.emergent.madelung import madelung
from qnpapers.emergent.networks import Network
from qnpapers.emergent.neuron_gas import NeuronGas
from qnpapers.emergent.neuron_pump import (
    ExchangingNetwork,
    LoopNetwork,
    NeuronPump,
    PeriodicNetwork,
)
from qnpapers.emergent.polar import fluid_of_wave, wave_of_fluid
from qnpapers.emergent.ring_fluid import FluidRun
from qnpapers.emergent.ring_levels import ring_levels
from qnpapers.emergent.ripple import ripple_frequencies, ripple_hbar_squared
from qnpapers.emergent.rule import LearningRule
from qnpapers.emergent.sample_entropy import spacing_entropy
from qnpapers.emergent.schrodinger import WaveRun, schrodinger
from qnpapers.emergent.stationary_flow import stationary_flow
from qnpapers.emergent.tanh_units import TanhHiddenUnits
from qnpapers.emergent.two_time_scales import joint_equilibrium, simulate_two_time_scales
from qnpapers.emergent.vortices import Vortices, vortices

__all__ = [
    "BOHM",
    "LEARNER",
    "NELSON",
    "BinaryHiddenUnits",
    "BohrTest",
    "Box",
    "CanonicalEnsemble",
    "CellGrid",
    "DigitNetwork",
    "Digits",
    "ExchangingNetwork",
    "Exponent",
    "FiniteRate",
    "FluidRun",
    "FokkerPlanckRun",
    "GaussianFluid",
    "GaussianHiddenUnits",
    "GaussianWave",
    "GrandCanonical",
    "Grid",
    "Guidance",
    "Identity",
    "LearningRule",
    "LearningRun",
    "LoopNetwork",
    "LoopWork",
    "MadelungAction",
    "Network",
    "NeuronGas",
    "NeuronPump",
    "NoiseRun",
    "OpenNetwork",
    "PeriodicNetwork",
    "QuasiStatic",
    "SampledEnsemble",
    "SingleValuedPart",
    "TanhHiddenUnits",
    "Vortices",
    "WaveRun",
    "bohr_test",
    "canonical_ensemble",
    "critical_unit",
    "digits",
    "eight_units",
    "entropy_rates",
    "equilibrium_density",
    "equilibrium_potential",
    "fluid_of_wave",
    "fokker_planck",
    "free_packets",
    "fringe_wavenumber",
    "frozen_gain",
    "gaussian_fluid",
    "grand_canonical",
    "ground_state",
    "guided_walkers",
    "hbar_of_fringes",
    "identities",
    "inverse_temperature",
    "joint_equilibrium",
    "loop_work",
    "madelung",
    "madelung_action",
    "measure_gradient_noise",
    "noise_exponent",
    "normal_start",
    "potential_gain",
    "prove",
    "ring_levels",
    "ripple_frequencies",
    "ripple_hbar_squared",
    "sample_grand_canonical",
    "schrodinger",
    "simulate_learning",
    "simulate_two_time_scales",
    "single_valued_part",
    "spacing_entropy",
    "stationary_flow",
    "vortices",
    "wave_of_fluid",
]
