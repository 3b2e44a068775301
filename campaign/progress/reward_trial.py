"""What a few more loans would pay a manager: his own what-if, by the rules of the rewards."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.settings.progress import IncentiveRules

# The parts of a pay-out, fields of PAYOUTS.
PARTS = (
    "base", "small_bonus", "first_bonus", "industry_bonus", "tier_bonus", "referral_credit",
)  # fmt: skip


@dataclass(frozen=True)
class Trial:
    """Loans that a manager thinks of: how many, of how many yuan each, and to whom.

    Attributes:
        loans: How many more loans.
        ticket: Amount of each in yuan.
        first: How many of them go to first borrowers.
        seasonal: How many of them are in trades on the reward list.
        names: Names brought home.
        on_target: Whether the upper tier is reached.
    """

    loans: int = 2
    ticket: float = 300_000.0
    first: int = 0
    seasonal: int = 0
    names: int = 0
    on_target: bool = False


def try_payout(trial: Trial, rules: IncentiveRules) -> dict[str, float]:
    """Return what loans would pay by the formula of `measure_payouts`: PARTS, payout, deferred.

    Example:
        Two of 30万, one to a first borrower: base 0.0005 x 600,000 + 2 x 50 = 400, small
        0.5 x 100 = 50, first 0.5 x 50 = 25.

        >>> found = try_payout(Trial(first=1), IncentiveRules())
        >>> found["base"], found["payout"], found["deferred"]
        (400.0, 475.0, 142.5)
    """
    one = trial.ticket * rules.amount_share + rules.per_loan
    base = trial.loans * one
    small = trial.loans if trial.ticket <= rules.small_ticket else 0
    parts = (
        base,
        small * rules.per_loan * (rules.small_multiplier - 1),
        min(trial.first, trial.loans) * rules.per_loan * (rules.first_multiplier - 1),
        min(trial.seasonal, trial.loans) * one * (rules.industry_multiplier - 1),
        base * (rules.tier_multiplier - 1) if trial.on_target else 0.0,
        trial.names * rules.per_referral,
    )
    found = {name: round(value, 2) for name, value in zip(PARTS, parts, strict=True)}
    payout = round(sum(found.values()), 2)
    return {**found, "payout": payout, "deferred": round(payout * rules.deferred_share, 2)}
