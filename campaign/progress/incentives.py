"""提成 and 专项奖励: what the results taken back would pay, and what an extra 万元 costs."""

from __future__ import annotations

import pandas as pd

from campaign.progress.standing import standings
from campaign.settings.progress import IncentiveRules
from campaign.vocabulary import PAYOUTS, VisitOutcome

WAN = 10_000.0


def measure_payouts(
    outcomes: pd.DataFrame,
    seasonal_customers: frozenset[str],
    rules: IncentiveRules,
    on_target: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """Return what each manager would be paid for the loans and names so far.

    Args:
        outcomes: Table OUTCOMES.
        seasonal_customers: Customers whose trade is on the reward list.
        rules: Shares and amounts.
        on_target: Managers whose amount is `tier_ratio` of the target due, or more.

    Returns:
        Table PAYOUTS, one row a manager with any result.

    Formula:
        base = amount_share x amount + per_loan x loans
        small_bonus = (small_multiplier - 1) x per_loan x loans of at most small_ticket
        industry_bonus = (industry_multiplier - 1) x base of loans in reward trades
        tier_bonus = (tier_multiplier - 1) x base, for managers on target
        payout = base + small_bonus + industry_bonus + tier_bonus + per_referral x names
        deferred = deferred_share x payout

    Example:
        One loan of 20万 in a reward trade and two names, by the default rules:
        base 0.0005 x 200,000 + 50 = 150; it is small: 0.5 x 50 = 25; trade 0.3 x 150 = 45;
        names 10; together 230, of which 0.3 waits.

        >>> outcomes = pd.DataFrame({"candidate_id": ["a"], "manager_id": ["m"],
        ...     "customer_id": ["k"], "done_date": ["2026-12-01"], "outcome": ["disbursed"],
        ...     "wanted_amount": [200000.0], "referrals": [2.0]})
        >>> row = measure_payouts(outcomes, frozenset({"k"}), IncentiveRules()).iloc[0]
        >>> float(row["payout"]), float(row["deferred"])
        (230.0, 69.0)
    """
    stand = standings(outcomes)
    won = stand["outcome"] == VisitOutcome.DISBURSED.value
    amount = stand["wanted_amount"].fillna(0).where(won, 0.0)
    base = amount * rules.amount_share + won * rules.per_loan
    is_small = won & stand["wanted_amount"].le(rules.small_ticket)
    small = is_small * rules.per_loan * (rules.small_multiplier - 1)
    tier = base.where(stand["manager_id"].isin(on_target), 0.0) * (rules.tier_multiplier - 1)
    in_trade = stand["customer_id"].isin(seasonal_customers)
    loans = pd.DataFrame(
        {
            "manager_id": stand["manager_id"],
            "loans": won.astype(float),
            "amount": amount,
            "base": base,
            "small_bonus": small,
            "tier_bonus": tier,
            "industry_bonus": base.where(in_trade, 0.0) * (rules.industry_multiplier - 1),
        }
    )
    names = outcomes["referrals"].fillna(0).groupby(outcomes["manager_id"]).sum()
    table = (
        loans.groupby("manager_id")
        .sum()
        .join((names * rules.per_referral).rename("referral_credit"), how="outer")
    )
    table = table.sort_index().fillna(0.0).rename_axis("manager_id").reset_index()
    parts = ["base", "small_bonus", "industry_bonus", "tier_bonus", "referral_credit"]
    table[parts] = table[parts].round(2)
    table["payout"] = table[parts].sum(axis="columns").round(2)
    table["deferred"] = (table["payout"] * rules.deferred_share).round(2)
    table["cost_per_10k"] = table["payout"] / (table["amount"] / WAN).where(table["amount"] > 0)
    return PAYOUTS.check(PAYOUTS.conform(table))
