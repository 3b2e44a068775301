"""The one formula of the rewards: what counts of loans pay, in yuan or as text of a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from campaign.settings.progress import IncentiveRules

# The parts of a pay-out, fields of PAYOUTS.
PARTS = (
    "base", "small_bonus", "first_bonus", "industry_bonus", "tier_bonus", "referral_credit",
)  # fmt: skip


@dataclass(frozen=True)
class Earned:
    """What rewards are paid for: numbers, columns of a table, or whatever adds and multiplies.

    Attributes:
        loans: Loans won.
        amount: Lent by them, in yuan.
        small: How many of them are of at most `small_ticket`.
        first: How many went to first borrowers.
        trade_loans, trade_amount: How many are in reward trades, and what was lent by these.
        tier: 1 where the upper tier is reached, else 0.
        names: Names brought home.
    """

    loans: Any
    amount: Any
    small: Any
    first: Any
    trade_loans: Any
    trade_amount: Any
    tier: Any
    names: Any


def reward_parts(earned: Earned, rules: IncentiveRules) -> dict[str, Any]:
    """Return PARTS of a pay-out in yuan, of the kind of what was given.

    Formula:
        base = amount_share x amount + per_loan x loans
        small_bonus = (small_multiplier - 1) x per_loan x loans of at most small_ticket
        first_bonus = (first_multiplier - 1) x per_loan x loans of first borrowers
        industry_bonus = (industry_multiplier - 1) x base of loans in reward trades
        tier_bonus = (tier_multiplier - 1) x base, for managers on target
        referral_credit = per_referral x names

    Source:
        docs/method.md#incentives.

    Example:
        A loan of 20万 in a reward trade to a first borrower, and two names, by the default rules:

        >>> reward_parts(Earned(1, 2e5, 1, 1, 1, 2e5, 0, 2), IncentiveRules())
        {'base': 150.0, 'small_bonus': 25.0, 'first_bonus': 25.0, 'industry_bonus': 45.0, \
'tier_bonus': 0.0, 'referral_credit': 10.0}
    """
    base = earned.amount * rules.amount_share + earned.loans * rules.per_loan
    in_trade = earned.trade_amount * rules.amount_share + earned.trade_loans * rules.per_loan
    parts = (
        base,
        earned.small * (rules.per_loan * _more(rules.small_multiplier)),
        earned.first * (rules.per_loan * _more(rules.first_multiplier)),
        in_trade * _more(rules.industry_multiplier),
        base * earned.tier * _more(rules.tier_multiplier),
        earned.names * rules.per_referral,
    )
    return dict(zip(PARTS, parts, strict=True))


def _more(multiplier: float) -> float:
    """Return what a multiplier adds: 0.3 of 1.3."""
    return round(multiplier - 1, 6)
