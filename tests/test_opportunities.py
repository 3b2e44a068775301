"""All sources together: one customer's money once, who is left out, and the same answer twice."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from campaign.festival import campaign_window, load_calendar
from campaign.growth.opportunities import find_growth
from campaign.settings import CampaignRules, Settings
from campaign.vocabulary import OPPORTUNITIES, RATES, SEASON_INDEX, Source, TableError
from tests.builders import AS_OF, make_book

WINDOW = campaign_window(AS_OF, CampaignRules(), load_calendar())


def rates_table(share=1.0):
    rows = [
        {
            "source": source.value,
            "segment": segment,
            "natural_probability": 0.1,
            "full_probability": full,
            "amount_share": share,
        }
        for source in Source
        for segment, full in (("", 0.3), *((("A", 0.4),) if source is Source.TOP_UP else ()))
    ]
    return RATES.conform(pd.DataFrame(rows))


def season_table():
    rows = [
        {
            "industry_code": "5226",
            "sub_industry": "烟酒零售（烟酒店）",
            "week": week,
            "index": 2.0 if -6 <= week <= -4 else 1.0,
            "basis": "先验",
        }
        for week in range(-12, 10)
    ]
    return SEASON_INDEX.conform(pd.DataFrame(rows))


def growth_of(share=1.0, policy=None, **tables):
    tables.setdefault("managers", [{"manager_id": "M1", "manager_name": "甲", "branch": "城关"}])
    return find_growth(
        make_book(**tables), WINDOW, policy or Settings(), rates_table(share), season_table()
    )


def loan(customer="K1", **facts):
    return {
        "customer_id": customer,
        "manager_id": "M1",
        "branch": "城关",
        "balance": 100_000.0,
        "loan_amount": 400_000.0,
        "guarantee_type": "credit",
        "maturity_date": pd.Timestamp("2027-08-20"),
        **facts,
    }


def amounts(growth, customer="K1"):
    rows = growth.opportunities[growth.opportunities["customer_id"].eq(customer)]
    return rows.set_index("source")["amount"].to_dict()


def of_people(growth):
    """Return the opportunities with people, without the team's stops at places."""
    return growth.opportunities[~growth.opportunities["is_outing"].astype(bool)]


def reasons(growth, source, customer="K1"):
    rows = growth.left_out
    return rows.loc[rows["source"].eq(source) & rows["customer_id"].eq(customer), "reason"].tolist()


TOBACCO = {
    "customer_id": "K1",
    "main_business": "烟酒零售",
    "annual_sales": 1_200_000.0,
    "profit_margin": 0.0,
    "inventory_days": 200.0,
    "receivable_days": 100.0,
    "payable_days": 0.0,
    "own_funds": 0.0,
}
ELSEWHERE = {
    "customer_id": "K1",
    "lender": "甲行",
    "business_type": "operating",
    "balance": 100_000.0,
    "maturity_date": pd.Timestamp("2027-02-20"),
    "knowledge_source": "statement",
    "willingness": 4.0,
}


def test_refinance_comes_first_then_the_season_then_top_up():
    growth = growth_of(loans=[loan()], customers=[TOBACCO], other_loans=[ELSEWHERE])
    room = growth.headroom.iloc[0]
    # Sales cap 30 % of 1.2 million = 360,000: less 100,000 here and 100,000 elsewhere,
    # which may move, so 260,000 in all and 160,000 of new money, each at 80 % (grade B).
    assert (room["headroom"], room["new_money"]) == (200_000.0, 120_000.0)
    found = amounts(growth)
    assert found["refinance"] == 100_000.0
    # Seasonal need 100,000 x (2 - 1) x 1.5 = 150,000, at most 60 % of the 100,000 left.
    assert found["industry"] == pytest.approx(60_000.0)
    assert found["top_up"] == pytest.approx(40_000.0)


def test_the_amount_share_of_the_rates_cuts_what_is_taken():
    growth = growth_of(share=0.5, loans=[loan()])
    row = growth.opportunities.set_index("source").loc["top_up"]
    # Policy cap of credit 500,000 less 100,000 owed, 40 % for grade C, half of it taken.
    assert row["amount"] == 80_000.0
    assert row["expected"] == 8_000.0
    assert row["probability"] == row["natural_probability"] == 0.1


def test_segments_take_their_own_rates_and_others_those_of_the_source():
    policy = dataclasses.replace(
        Settings(), screen=dataclasses.replace(Settings().screen, unchecked_lowers=50)
    )
    facts = {**TOBACCO, "main_business": "其他", "net_assets": 1e6, "lender_count": 1.0}
    growth = growth_of(policy=policy, loans=[loan(), loan("K2")], customers=[facts])
    top = growth.opportunities[growth.opportunities["source"].eq("top_up")]
    assert dict(zip(top["grade"], top["full_probability"], strict=True)) == {"A": 0.4, "C": 0.3}


def test_drawing_is_apart_from_headroom_and_never_above_the_undrawn_limit():
    growth = growth_of(loans=[loan(credit_limit=400_000.0, is_revolving=True)])
    assert growth.headroom["undrawn"][0] == 300_000.0
    assert amounts(growth)["draw"] == 300_000.0
    assert growth.headroom["headroom"][0] == 40_000.0


def test_red_customers_are_left_out_of_every_source_with_a_reason():
    growth = growth_of(loans=[loan(loan_class="loss", maturity_date=pd.Timestamp("2027-01-20"))])
    assert amounts(growth) == {}
    assert reasons(growth, "top_up") == ["风险初筛为红灯"]
    assert reasons(growth, "referral") == ["风险初筛为红灯"]
    assert reasons(growth, "renewal") == ["不可续贷：风险初筛为红灯"]


def test_who_must_not_be_contacted_keeps_his_natural_renewal_only():
    due = pd.Timestamp("2027-01-20")
    growth = growth_of(loans=[loan(maturity_date=due)], do_not_contact=[{"customer_id": "K1"}])
    assert of_people(growth).empty
    assert growth.run_off["renewed"].sum() == pytest.approx(10_000.0)
    assert reasons(growth, "top_up") == ["客户在免打扰名单，不作任何营销触达"]


def test_a_refusal_this_autumn_counts_until_a_better_contact():
    refusal = {
        "customer_id": "K1",
        "contact_date": pd.Timestamp("2026-10-12"),
        "outcome": "refused",
    }
    growth = growth_of(loans=[loan()], contacts=[refusal])
    assert reasons(growth, "top_up") == ["客户 2026-10-12 明确拒绝，暂不再营销"]
    better = {**refusal, "contact_date": pd.Timestamp("2026-11-02"), "outcome": "interested"}
    assert "top_up" in amounts(growth_of(loans=[loan()], contacts=[refusal, better]))


def test_yellow_customers_on_credit_wait_until_after_the_festival():
    growth = growth_of(loans=[loan(loan_class="special_mention")])
    top = growth.opportunities.set_index("source").loc["top_up"]
    assert str(top["window_start"].date()) == "2027-02-21"
    secured = loan(
        loan_class="special_mention",
        guarantee_type="mortgage",
        collateral="住宅",
        collateral_value=2_000_000.0,
    )
    top = growth_of(loans=[secured]).opportunities.set_index("source").loc["top_up"]
    assert str(top["window_start"].date()) == "2026-12-01"


def test_a_customer_without_room_is_told_which_cap_binds():
    growth = growth_of(loans=[loan(balance=500_000.0, loan_amount=900_000.0)])
    assert reasons(growth, "top_up") == ["按担保方式上限测算已无空间"]


def test_a_seasonal_prospect_is_an_industry_lead_and_any_other_one_the_teams():
    prospects = [
        {
            "prospect_id": "P1",
            "customer_name": "清河县新源烟酒店",
            "phone": "13900000001",
            "origin": "own_visit",
        },
        {"prospect_id": "P2", "customer_name": "清河县新源五金店", "phone": "13900000002"},
    ]
    growth = growth_of(loans=[loan()], prospects=[{**p, "branch": "城关"} for p in prospects])
    people = of_people(growth)
    rows = people[people["is_prospect"]].set_index("customer_id")
    assert rows["source"].to_dict() == {"P1": "industry", "P2": "team"}
    assert rows["manager_id"].tolist() == ["M1", "M1"]
    assert rows["reason"]["P1"].startswith("烟酒零售（烟酒店）节前第6周用款最旺")
    assert "名单来源：走访自采" in rows["reason"]["P1"]
    assert rows[["rewarded", "call_rank"]]["rewarded"].tolist() == [True, False]
    assert rows["call_rank"].tolist() == [1, 2]
    assert rows["source_rows"].tolist() == ["潜在客户名单!2", "潜在客户名单!3"]


def test_customers_of_nobody_are_handed_to_managers_of_the_branch():
    growth = growth_of(
        loans=[loan(manager_id="M9")],
        managers=[
            {"manager_id": "M1", "branch": "城关"},
            {"manager_id": "M9", "branch": "城关", "manager_status": "left"},
        ],
    )
    assert set(growth.opportunities["manager_id"]) == {"M1"}
    kinds = {finding.kind: finding.count for finding in growth.findings}
    assert kinds["customer_without_manager"] == 1


def test_loans_that_need_consent_are_listed_and_not_planned():
    secret = {**ELSEWHERE, "knowledge_source": "credit_report"}
    growth = growth_of(loans=[loan()], other_loans=[secret])
    assert "refinance" not in amounts(growth)
    assert growth.refinance["status"].tolist() == ["needs_consent"]
    assert "需先取得授权" in reasons(growth, "refinance")[0]


def test_numbers_say_source_and_count_and_stay_the_same():
    growth = growth_of(loans=[loan("K2"), loan("K1")])
    top = growth.opportunities[growth.opportunities["source"].eq("top_up")]
    assert dict(zip(top["opportunity_id"], top["customer_id"], strict=True)) == {
        "T000001": "K1",
        "T000002": "K2",
    }


def test_shuffled_rows_give_the_same_growth():
    loans = [
        {
            **loan(f"K{n % 7}", balance=10_000.0 * n, credit_limit=50_000.0 * n),
            "source_row": f"借据!{n}",
        }
        for n in range(2, 30)
    ]
    plain, shuffled = growth_of(loans=loans), growth_of(loans=loans[::-1])
    for name in ("screen", "headroom", "run_off", "opportunities", "left_out", "staff"):
        pd.testing.assert_frame_equal(getattr(plain, name), getattr(shuffled, name))


def test_rates_that_lack_a_source_are_refused():
    table = rates_table()
    with pytest.raises(TableError, match="referral"):
        find_growth(
            make_book(loans=[loan()]),
            WINDOW,
            Settings(),
            table[table["source"].ne("referral")],
            season_table(),
        )


def test_a_book_without_a_loan_in_force_has_no_growth_and_does_not_fall():
    growth = growth_of(loans=[loan(balance=0.0, loan_status="settled")])
    assert of_people(growth).empty
    assert growth.opportunities.columns.tolist() == OPPORTUNITIES.columns


def test_eight_columns_give_graded_results_that_say_what_to_add():
    bare = {"customer_name": "王五", "manager_name": "李强", "branch": "城关", "balance": 200_000.0}
    growth = growth_of(managers=[], loans=[{**bare, "loan_amount": 300_000.0}])
    assert growth.headroom["customer_id"].tolist() == ["王五"]
    assert growth.headroom["grade"].tolist() == ["C"]
    assert amounts(growth, "王五")["top_up"] == 100_000.0
    message = next(f.message for f in growth.findings if f.kind == "headroom_grade")
    assert "C 级 1 户" in message
    assert "年销售收入（1 户）、担保方式（1 户）" in message
