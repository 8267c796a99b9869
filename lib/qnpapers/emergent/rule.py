"""How the trainable variable learns: the three numbers of the learning dynamics."""

from __future__ import annotations

from dataclasses import dataclass

from qnpapers.emergent.limits import finite, not_negative, positive
from qnpapers.errors import ParameterError


@dataclass(frozen=True)
class LearningRule:
    """The Ito equation  dq = gamma F'(beta, q) dt + sqrt(2 D) dW  of a trainable variable.

    Args:
        beta: inverse temperature of the hidden variables, larger than 0.
        gamma: learning rate, in units of q^2 / (loss time). The drift is +gamma F'
            [vanchurin2020]; gradient descent has gamma < 0.
        diffusion: D, in units of q^2 / time, 0 or larger.

    Raises:
        ParameterError: beta is not positive, D is negative, or a number is not finite.

    Example:
        >>> LearningRule(beta=1.0, gamma=-1.0, diffusion=0.25).temperature
        0.25
    """

    beta: float = 1.0
    gamma: float = -1.0
    diffusion: float = 0.25

    def __post_init__(self) -> None:
        positive(beta=self.beta)
        finite(gamma=self.gamma)
        not_negative(diffusion=self.diffusion)

    @property
    def temperature(self) -> float:
        """T_q = D / |gamma|, the temperature of the trainable variable.

        Raises:
            ParameterError: gamma is 0: without learning there is no such temperature.
        """
        if self.gamma == 0:
            raise ParameterError("gamma = 0: there is no temperature without learning")
        return self.diffusion / abs(self.gamma)
