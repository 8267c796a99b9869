"""The ledger of claims: load `claims/*.yml`, run checks and controls, render the verdicts."""

from qnpapers.claims.check import check_claim, check_ledger
from qnpapers.claims.ledger import Ledger, find_claims_folder, load_ledger
from qnpapers.claims.render import render_ledger
from qnpapers.claims.results import ClaimResult, LedgerResult, read_result, write_result
from qnpapers.claims.schema import Claim

__all__ = [
    "Claim",
    "ClaimResult",
    "Ledger",
    "LedgerResult",
    "check_claim",
    "check_ledger",
    "find_claims_folder",
    "load_ledger",
    "read_result",
    "render_ledger",
    "write_result",
]
