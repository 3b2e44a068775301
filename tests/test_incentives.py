"""Rewards by hand."""

import pandas as pd
import pytest

from campaign.progress.incentives import measure_payouts
from campaign.settings.progress import IncentiveRules
from campaign.vocabulary import OUTCOMES

RULES = IncentiveRules(
    amount_share=0.001,
    per_loan=100.0,
    industry_multiplier=1.5,
    per_referral=10.0,
    deferred_share=0.4,
    small_ticket=200_000.0,
    small_multiplier=1.5,
    tier_multiplier=1.2,
)


def outcomes(*rows):
    columns = ["candidate_id", "manager_id", "customer_id", "outcome", "wanted_amount", "referrals"]
    return OUTCOMES.conform(pd.DataFrame(rows, columns=columns))


def test_two_loans_one_in_a_reward_trade():
    table = measure_payouts(
        outcomes(
            ("a", "m1", "k1", "disbursed", 300_000.0, 1),
            ("b", "m1", "k2", "disbursed", 100_000.0, None),
        ),
        frozenset({"k2"}),
        RULES,
    ).iloc[0]
    assert (table["base"], table["industry_bonus"], table["referral_credit"]) == (600, 100, 10)
    assert (table["small_bonus"], table["tier_bonus"]) == (50, 0)
    assert (table["payout"], table["deferred"]) == (760, 304)
    assert table["cost_per_10k"] == pytest.approx(760 / 40)


def test_a_manager_on_target_earns_the_upper_tier():
    """Base 0.001 x 300,000 + 100 = 400, and a fifth of it more."""
    one = outcomes(("a", "m1", "k1", "disbursed", 300_000.0, None))
    table = measure_payouts(one, frozenset(), RULES, frozenset({"m1"})).iloc[0]
    assert (table["base"], table["tier_bonus"], table["payout"]) == (400, 80, 480)


def test_an_application_pays_nothing_yet():
    table = measure_payouts(
        outcomes(("a", "m1", "k1", "applied", 300_000.0, None)), frozenset(), RULES
    )
    assert (table["loans"][0], table["payout"][0]) == (0, 0)
    assert pd.isna(table["cost_per_10k"][0])
