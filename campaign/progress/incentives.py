"""提成 and 专项奖励: what the results taken back would pay, and what an extra 万元 costs."""

from __future__ import annotations

from dataclasses import fields

import pandas as pd

from campaign.progress.reward_parts import PARTS, Earned, reward_parts
from campaign.progress.standing import new_money, standings
from campaign.settings.progress import IncentiveRules
from campaign.vocabulary import PAYOUTS, VisitOutcome

WAN = 10_000.0
FLAGS = ("is_first", "rewarded")


def measure_payouts(
    outcomes: pd.DataFrame,
    issued: pd.DataFrame,
    customers: pd.DataFrame,
    rules: IncentiveRules,
    on_target: frozenset[str] = frozenset(),
) -> pd.DataFrame:
    """Return what each manager would be paid for the loans and names so far.

    Args:
        outcomes: Table OUTCOMES; loans that only renew pay nothing, names count on every visit.
        issued: Table ISSUED.
        customers: Table ISSUED_CUSTOMERS; who is not in it earns no bonus of his own.
        rules: Shares and amounts.
        on_target: Managers whose amount is `tier_ratio` of the target due, or more.

    Returns:
        Table PAYOUTS, one row a manager with any result.

    Formula:
        payout = the parts of `reward_parts` together
        deferred = deferred_share x payout
        extra = sum of amount x extra_share; cost_per_extra = payout / extra in 万元

    Source:
        docs/method.md#incentives.

    Example:
        One loan of 20万 in a reward trade to a first borrower and two names, by the default
        rules: base 0.0005 x 200,000 + 50 = 150; small 0.5 x 50 = 25; first 0.5 x 50 = 25;
        trade 0.3 x 150 = 45; names 10; together 255, of which 0.3 waits. Three quarters of
        such loans are owed to the touch, so 15 万元 are extra: 17 a 万元.

        >>> outcomes = pd.DataFrame({"candidate_id": ["a"], "manager_id": ["m"],
        ...     "customer_id": ["k"], "done_date": ["2026-12-01"], "outcome": ["disbursed"],
        ...     "wanted_amount": [200000.0], "referrals": [2.0]})
        >>> issued = pd.DataFrame({"candidate_id": ["a"], "purposes": ["industry"]})
        >>> known = pd.DataFrame({"customer_id": ["k"], "is_first": [True], "rewarded": [True],
        ...     "extra_share": [0.75]})
        >>> row = measure_payouts(outcomes, issued, known, IncentiveRules()).iloc[0]
        >>> float(row["payout"]), float(row["deferred"]), float(row["cost_per_extra"])
        (255.0, 76.5, 17.0)
    """
    stand = standings(new_money(outcomes, issued))
    won = stand["outcome"] == VisitOutcome.DISBURSED.value
    amount = stand["wanted_amount"].fillna(0).where(won, 0.0)
    known = customers.set_index("customer_id").reindex(stand["customer_id"]).set_axis(stand.index)
    is_first, in_trade = (known[name].fillna(False).astype(bool) for name in FLAGS)
    loans = pd.DataFrame(
        {
            "manager_id": stand["manager_id"],
            "loans": won.astype(float),
            "amount": amount,
            "small": (won & stand["wanted_amount"].le(rules.small_ticket)).astype(float),
            "first": (won & is_first).astype(float),
            "trade_loans": (won & in_trade).astype(float),
            "trade_amount": amount.where(in_trade, 0.0),
            "extra": amount * known["extra_share"],
        }
    )
    names = outcomes["referrals"].fillna(0).groupby(outcomes["manager_id"]).sum().rename("names")
    table = loans.groupby("manager_id").sum().join(names, how="outer").sort_index().fillna(0.0)
    table["tier"] = table.index.isin(on_target).astype(float)
    parts = reward_parts(Earned(**{one.name: table[one.name] for one in fields(Earned)}), rules)
    table = table.assign(**parts).rename_axis("manager_id").reset_index()
    paid = [*PARTS]
    table[paid] = table[paid].round(2)
    table["payout"] = table[paid].sum(axis="columns").round(2)
    table["deferred"] = (table["payout"] * rules.deferred_share).round(2)
    table["cost_per_10k"] = table["payout"] / (table["amount"] / WAN).where(table["amount"] > 0)
    table["cost_per_extra"] = table["payout"] / (table["extra"] / WAN).where(table["extra"] > 0)
    return PAYOUTS.check(PAYOUTS.conform(table))
