"""Referral: who brought whom over several hops, and how many names a visit should give."""

from __future__ import annotations

import numpy as np
import pytest

from campaign.growth.portfolio import portfolio_of
from campaign.growth.referral import (
    CIRCLES,
    expected_names,
    referral_reasons,
    referral_table,
    referral_yield,
)
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
        "走访须完成转介动作，预计得 0.75 人，先问同行；已带来 1 户",
        "走访须完成转介动作，预计得 0.5 人，先问同行",
    ]


def test_names_are_priced_by_circle():
    # Half a name a visit; 0.4 of it peers, and 0.2 more in season; neighbours 0.2 of it.
    table = expected_names(portfolio_with({"K1": None}), ReferralRules(), np.array([True]))
    row = table.iloc[0]
    assert row["names_peers"] == pytest.approx(0.5 * 0.6)
    assert row["names_market"] == pytest.approx(0.1)
    assert row["names_family"] == pytest.approx(0.1)
    assert row["names"] == pytest.approx(0.6)


def test_circles_add_up_to_the_names_even_at_the_limit():
    links = {f"K{n}": ("K0" if n else None) for n in range(9)}
    table = expected_names(portfolio_with(links, area="东门市场"), ReferralRules())
    assert table[list(CIRCLES)].sum(axis=1).tolist() == pytest.approx(table["names"].tolist())
    assert referral_reasons(table)[0].endswith("先问市场邻居；已带来 8 户；身处集中市场，同行多")


def test_who_brought_most_money_ranks_first_and_names_on_lists_count():
    links = {"K1": None, "K2": "K1", "K3": "K2", "K4": None, "K5": "K4"}
    portfolio = portfolio_with(links)
    book = make_book(prospects=[{"prospect_id": "P1", "referrer_id": "K4"}])
    table = referral_table(portfolio, expected_names(portfolio, ReferralRules()), book)
    found = table.set_index("customer_id")
    assert found["rank"].dropna().to_dict() == {"K1": 1, "K2": 2, "K4": 3}
    assert found["names_given"].to_dict()["K4"] == 1
    assert found["source_rows"]["K1"] == "借据!2;客户信息!2"
