"""What a few more loans would pay a manager: his own what-if, by the rules of the rewards."""

from __future__ import annotations

from dataclasses import dataclass

from campaign.progress.reward_parts import Earned, reward_parts
from campaign.settings.progress import IncentiveRules


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
    """Return what loans would pay, by `reward_parts`: its PARTS, payout, deferred.

    Example:
        Two of 30万, one to a first borrower: base 0.0005 x 600,000 + 2 x 50 = 400, small
        0.5 x 100 = 50, first 0.5 x 50 = 25.

        >>> found = try_payout(Trial(first=1), IncentiveRules())
        >>> found["base"], found["payout"], found["deferred"]
        (400.0, 475.0, 142.5)
    """
    in_trade = min(trial.seasonal, trial.loans)
    earned = Earned(
        loans=trial.loans,
        amount=trial.loans * trial.ticket,
        small=trial.loans if trial.ticket <= rules.small_ticket else 0,
        first=min(trial.first, trial.loans),
        trade_loans=in_trade,
        trade_amount=in_trade * trial.ticket,
        tier=int(trial.on_target),
        names=trial.names,
    )
    found = {name: round(value, 2) for name, value in reward_parts(earned, rules).items()}
    payout = round(sum(found.values()), 2)
    return {**found, "payout": payout, "deferred": round(payout * rules.deferred_share, 2)}
