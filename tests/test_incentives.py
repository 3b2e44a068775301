"""Rewards by hand."""

import pandas as pd
import pytest

from campaign.progress.incentives import measure_payouts
from campaign.settings.progress import IncentiveRules
from campaign.vocabulary import ISSUED, ISSUED_CUSTOMERS, OUTCOMES

RULES = IncentiveRules(
    amount_share=0.001,
    per_loan=100.0,
    industry_multiplier=1.5,
    per_referral=10.0,
    deferred_share=0.4,
    small_ticket=200_000.0,
    small_multiplier=1.5,
    first_multiplier=3.0,
    tier_multiplier=1.2,
)


def outcomes(*rows):
    columns = ["candidate_id", "manager_id", "customer_id", "outcome", "wanted_amount", "referrals"]
    return OUTCOMES.conform(pd.DataFrame(rows, columns=columns))


def issued(**purposes):
    rows = {"candidate_id": list(purposes), "purposes": list(purposes.values())}
    return ISSUED.conform(pd.DataFrame(rows))


def known(*rows):
    columns = ["customer_id", "is_first", "rewarded", "extra_share"]
    return ISSUED_CUSTOMERS.conform(pd.DataFrame(rows, columns=columns))


NOBODY = known()


def test_two_loans_one_in_a_reward_trade():
    table = measure_payouts(
        outcomes(
            ("a", "m1", "k1", "disbursed", 300_000.0, 1),
            ("b", "m1", "k2", "disbursed", 100_000.0, None),
        ),
        issued(a="top_up", b="industry"),
        known(("k2", False, True, 0.5)),
        RULES,
    ).iloc[0]
    assert (table["base"], table["industry_bonus"], table["referral_credit"]) == (600, 100, 10)
    assert (table["small_bonus"], table["tier_bonus"]) == (50, 0)
    assert (table["payout"], table["deferred"]) == (760, 304)
    assert table["cost_per_10k"] == pytest.approx(760 / 40)


def test_a_manager_on_target_earns_the_upper_tier():
    """Base 0.001 x 300,000 + 100 = 400, and a fifth of it more."""
    one = outcomes(("a", "m1", "k1", "disbursed", 300_000.0, None))
    table = measure_payouts(one, issued(a="top_up"), NOBODY, RULES, frozenset({"m1"})).iloc[0]
    assert (table["base"], table["tier_bonus"], table["payout"]) == (400, 80, 480)


def test_an_application_pays_nothing_yet():
    table = measure_payouts(
        outcomes(("a", "m1", "k1", "applied", 300_000.0, None)), issued(a="top_up"), NOBODY, RULES
    )
    assert (table["loans"][0], table["payout"][0]) == (0, 0)
    assert pd.isna(table["cost_per_10k"][0])


def test_a_first_loan_earns_three_times_the_fixed_part():
    one = outcomes(("a", "m1", "k1", "disbursed", 300_000.0, None))
    table = measure_payouts(one, issued(a="team"), known(("k1", True, False, 1.0)), RULES).iloc[0]
    assert (table["base"], table["first_bonus"], table["payout"]) == (400, 200, 600)


def test_what_would_have_come_anyway_is_no_extra_money():
    """40 万元 at a quarter and 10 万元 unknown: 10 万元 extra for 540 yuan and 50 of the small."""
    two = outcomes(
        ("a", "m1", "k1", "disbursed", 400_000.0, None),
        ("b", "m1", "k2", "disbursed", 100_000.0, None),
    )
    told = known(("k1", False, False, 0.25))
    table = measure_payouts(two, issued(a="top_up", b="top_up"), told, RULES).iloc[0]
    assert (table["payout"], table["extra"]) == (750, 100_000)
    assert table["cost_per_extra"] == pytest.approx(75)


def test_a_loan_that_only_renews_pays_nothing_but_names_count():
    one = outcomes(("a", "m1", "k1", "disbursed", 300_000.0, 2))
    table = measure_payouts(one, issued(a="renewal"), NOBODY, RULES).iloc[0]
    assert (table["loans"], table["payout"]) == (0, 20)
