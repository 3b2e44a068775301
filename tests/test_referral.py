"""Referral: who brought whom over several hops, and how many names a visit should give."""

from __future__ import annotations

import pytest

from campaign.growth.portfolio import portfolio_of
from campaign.growth.referral import expected_names, referral_reasons, referral_yield
from campaign.settings import ReferralRules
from tests.builders import make_book


def portfolio_with(links, **customer):
    """Return customers owing 100,000 each; `links` is customer: who brought him."""
    loans = [{"customer_id": name, "balance": 100_000.0} for name in links]
    customers = [
        {"customer_id": name, "referrer_id": referrer, **customer}
        for name, referrer in links.items()
    ]
    return portfolio_of(make_book(loans=loans, customers=customers))


def test_descendants_count_over_several_hops():
    found = referral_yield(portfolio_with({"K1": None, "K2": "K1", "K3": "K2", "K4": "K1"}))
    assert found["brought"].tolist() == [2, 1, 0, 0]
    assert found["descendants"].tolist() == [3, 1, 0, 0]
    assert found["brought_balance"].tolist() == [300_000.0, 100_000.0, 0.0, 0.0]


def test_a_ring_and_a_referrer_who_is_himself_end():
    found = referral_yield(
        portfolio_with({"K1": "K3", "K2": "K1", "K3": "K2", "K4": "K3", "K5": "K5"})
    )
    assert found["brought"].tolist() == [0, 0, 1, 0, 0]
    assert found["descendants"].tolist() == [0, 0, 1, 0, 0]


def test_a_referrer_who_is_no_customer_is_nobody():
    assert referral_yield(portfolio_with({"K1": "K99"}))["brought"].tolist() == [0]


def test_who_brought_more_should_bring_more():
    names = expected_names(portfolio_with({"K1": None, "K2": "K1"}), ReferralRules())["names"]
    assert names.tolist() == [0.75, 0.5]


def test_a_market_gives_more_names_up_to_a_limit():
    links = {f"K{n}": ("K0" if n else None) for n in range(9)}
    table = expected_names(portfolio_with(links, area="东门市场"), ReferralRules())
    assert table["in_market"].all()
    assert table["names"].iloc[0] == 2.0
    assert table["names"].iloc[1] == pytest.approx(0.65)


def test_the_reason_names_what_he_brought():
    table = expected_names(portfolio_with({"K1": None, "K2": "K1"}), ReferralRules())
    assert referral_reasons(table) == [
        "走访须完成转介动作，预计得 0.75 人；已带来 1 户",
        "走访须完成转介动作，预计得 0.5 人",
    ]
