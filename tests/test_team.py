"""Team: who works, who is new, pairs, who takes which names, and the pool they need."""

from __future__ import annotations

import pandas as pd
import pytest

from campaign.festival import campaign_window, load_calendar
from campaign.growth.portfolio import portfolio_of
from campaign.growth.prospects import judged_prospects, usual_tickets, with_judgement
from campaign.growth.team import (
    contacts_harvested,
    reserve_pool_need,
    share_out,
    staff,
    with_focus,
)
from campaign.settings import CampaignRules, TeamRules
from tests.builders import AS_OF, make_book

WINDOW = campaign_window(AS_OF, CampaignRules(), load_calendar())
RULES = TeamRules()


def manager(number, since="2018-05-01", **facts):
    return {
        "manager_id": f"M{number}",
        "manager_name": f"经理{number}",
        "branch": "城关支行",
        "manager_since": pd.Timestamp(since),
        **facts,
    }


def team_of(*managers, loans=(), **tables):
    loans = loans or [{"customer_id": "K1", "balance": 1.0, "manager_id": "M1"}]
    book = make_book(loans=list(loans), managers=list(managers), **tables)
    return staff(book, WINDOW, RULES), book


def test_a_manager_is_new_in_his_first_twelve_months():
    table, _ = team_of(manager(1, "2025-12-01"), manager(2, "2025-12-02"), manager(3, "2010-01-15"))
    assert table["tenure_months"].tolist() == [12.0, 11.0, 202.0]
    assert table["is_new"].tolist() == [False, True, False]


@pytest.mark.parametrize("status", ["leave", "seconded", "moved", "left"])
def test_who_does_not_work_is_no_staff(status):
    table, _ = team_of(manager(1, manager_status=status), manager(2, manager_status="active"))
    assert table["manager_id"].tolist() == ["M2"]


def test_heads_and_tellers_count_only_where_they_keep_customers():
    loans = [{"customer_id": "K1", "balance": 1.0, "manager_id": "M2"}]
    table, _ = team_of(
        manager(1, position="支行行长"), manager(2, position="副行长"), manager(3), loans=loans
    )
    assert table["manager_id"].tolist() == ["M2", "M3"]


def test_without_a_roster_staff_comes_from_the_loans():
    loans = [
        {"customer_id": "K1", "balance": 200_000.0, "manager_id": "M1", "branch": "城关支行"},
        {"customer_id": "K1", "balance": 100_000.0, "manager_id": "M1", "branch": "城关支行"},
        {"customer_id": "K2", "balance": 50_000.0, "manager_name": "王强", "branch": "石桥支行"},
    ]
    table, _ = team_of(loans=loans)
    assert table["manager_id"].tolist() == ["M1", "王强"]
    assert table["customers"].tolist() == [1.0, 1.0]
    assert table["balance"].tolist() == [300_000.0, 50_000.0]
    assert not table["is_new"].any()


def test_new_managers_go_out_with_experienced_ones_of_their_branch():
    table, _ = team_of(
        manager(1, "2012-01-01"),
        manager(2, "2015-01-01"),
        manager(3, "2026-06-01"),
        manager(4, "2026-07-01"),
        manager(5, "2026-08-01"),
        manager(6, "2026-08-01", branch="石桥支行"),
    )
    assert table["partner"].fillna("").tolist() == ["M3", "M4", "M1", "M2", "M1", ""]


def test_a_partner_of_the_same_team_goes_before_all_others():
    table, _ = team_of(
        manager(1, "2010-01-01", team="一组"),
        manager(2, "2015-01-01", team="二组"),
        manager(3, "2026-06-01", team="二组"),
        manager(4, "2026-07-01", team="二组"),
        manager(5, "2026-08-01", team="三组"),
    )
    assert table["partner"].tolist() == ["M5", "M3", "M2", "M2", "M1"]


def test_a_branch_of_new_managers_pairs_them_with_each_other():
    table, _ = team_of(*[manager(number, "2026-06-01") for number in (1, 2, 3)])
    assert table["partner"].tolist() == ["M2", "M1", "M1"]


def test_the_home_area_comes_from_the_roster_else_from_most_customers():
    loans = [
        {"customer_id": f"K{n}", "balance": 1.0, "manager_id": "M2", "area": area}
        for n, area in enumerate(["东市", "西市", "西市"])
    ]
    table, _ = team_of(manager(1, home_area="城关农贸市场"), manager(2), loans=loans)
    assert table["area"].tolist() == ["城关农贸市场", "西市"]


def test_names_go_to_the_area_and_small_amounts_to_new_managers():
    table, _ = team_of(
        manager(1, "2026-06-01"),
        manager(2),
        manager(3, home_area="东市"),
        manager(9, branch="石桥支行"),
    )
    people = pd.DataFrame(
        {
            "customer_id": [f"P{n}" for n in range(5)],
            "branch": ["城关支行"] * 5,
            "area": ["西市", "西市", "西市", "东市", "西市"],
            "amount": [500_000.0, 20_000.0, 30_000.0, 90_000.0, 400_000.0],
        }
    )
    taken = share_out(people, table)
    assert taken[3] == "M3"
    assert taken[[1, 2]].tolist() == ["M1", "M1"]
    assert sorted(taken[[0, 4]]) == ["M2", "M3"]
    again = share_out(people.iloc[::-1], table).sort_index()
    assert again.tolist() == taken.tolist()


def test_a_new_manager_takes_no_names_outside_his_area_while_others_can():
    people = pd.DataFrame(
        {
            "customer_id": ["P1", "P2", "P3", "P4"],
            "branch": "城关支行",
            "area": ["西市", "西市", "东市", None],
            "amount": 20_000.0,
        }
    )
    new, old = manager(1, "2026-06-01", home_area="东市"), manager(2, home_area="南市")
    table, _ = team_of(new, old)
    assert share_out(people, table).tolist() == ["M2", "M2", "M1", "M2"]
    alone, _ = team_of(new)
    assert share_out(people, alone).tolist() == ["M1"] * 4


def test_a_branch_without_managers_takes_nothing():
    table, _ = team_of(manager(1))
    people = pd.DataFrame(
        {"customer_id": ["P1"], "branch": ["石桥支行"], "area": [None], "amount": [1.0]}
    )
    assert share_out(people, table).isna().all()


def leads_of(*prospects, **tables):
    table, book = team_of(
        manager(1),
        manager(2),
        prospects=[{"prospect_id": f"P{n}", **p} for n, p in enumerate(prospects)],
        **tables,
    )
    return with_judgement(book, judged_prospects(book, portfolio_of(book), table, RULES))


def test_who_must_not_be_called_is_left_out_by_number_phone_or_name():
    rows = [
        {"customer_name": "清河县丰源粮油店", "phone": "138-0000-1111", "branch": "城关支行"},
        {"customer_name": "清河县大发烟酒店", "phone": "13900002222", "branch": "城关支行"},
        {"customer_name": "清河县顺达物流", "phone": "13700003333", "branch": "城关支行"},
    ]
    refused = [{"phone": "13800001111"}, {"customer_name": "清河县大发烟酒店"}]
    found = leads_of(*rows, do_not_contact=refused)
    assert found["excluded"].ne("").tolist() == [True, True, False]
    assert found["excluded"][0] == "客户在免打扰名单，不作任何营销触达"


def test_customers_closed_firms_and_doubles_are_no_prospects():
    customers = [{"customer_id": "K1", "phone": "13800001111"}]
    rows = [
        {"phone": "13800001111"},
        {"phone": "13900000001", "operating_status": "注销"},
        {"phone": "13900000002"},
        {"phone": "13900000002"},
        {},
    ]
    rows = [{"branch": "城关支行", **row} for row in rows]
    assert leads_of(*rows, customers=customers)["excluded"].tolist() == [
        "已是本行客户，按存量客户安排",
        "经营状态为注销、吊销或停业",
        "",
        "与名单中另一条重复",
        "没有名称、电话和地址，无法联系",
    ]


def test_a_named_manager_keeps_his_prospect_unless_he_does_not_work():
    rows = [{"phone": f"1390000000{n}", "branch": "城关支行"} for n in range(2)]
    found = leads_of({**rows[0], "manager_id": "M2"}, {**rows[1], "manager_id": "M77"})
    assert found["manager_id"][0] == "M2"
    assert found["manager_id"][1] in ("M1", "M2")


def test_the_amount_spoken_of_goes_before_the_usual_ticket():
    rows = [{"phone": f"1390000000{n}", "branch": "城关支行"} for n in range(2)]
    found = leads_of({**rows[0], "wanted_amount": 80_000.0}, rows[1])
    assert found["amount"].tolist() == [80_000.0, 200_000.0]
    assert found["grade"].tolist() == ["B", "C"]


def test_the_usual_ticket_is_the_median_of_the_own_class():
    loans = [
        {"customer_id": f"K{n}", "balance": 1.0, "loan_amount": amount, "industry_code": code}
        for n, (amount, code) in enumerate(
            [(100_000.0, "5226")] * 11 + [(300_000.0, "5226")] * 10 + [(3e6, "4710")] * 20
        )
    ]
    portfolio = portfolio_of(make_book(loans=loans))
    people = pd.DataFrame({"industry_code": ["5226", "5299", "4710", None]})
    tickets = usual_tickets(portfolio, people, RULES)
    assert tickets["ticket"].tolist() == [100_000.0, 100_000.0, 1_000_000.0, 300_000.0]
    assert tickets["basis"].tolist() == [
        "单笔取本行同小类中位数",
        "单笔取本行同大类中位数",
        "单笔取本行同小类中位数",
        "单笔取本行全部中位数",
    ]


def test_pool_and_contacts():
    assert contacts_harvested(3, RULES) == 30
    assert reserve_pool_need(1_000_000, 0.0, 200_000) == float("inf")


def test_a_new_manager_s_ticket_grows_with_his_months():
    table, _ = team_of(manager(1), manager(2, "2026-12-01"), manager(3, "2026-06-01"))
    # 10万 in the first month, 30万 after twelve: 10万 + 20万 x 6/12 after six.
    assert table["most_ticket"].fillna(0).tolist() == [0, 100_000.0, 200_000.0]


def test_what_is_above_his_ticket_goes_to_an_experienced_one():
    table, _ = team_of(manager(1), manager(2, "2026-12-01"))
    people = pd.DataFrame(
        {
            "customer_id": ["P1", "P2", "P3", "P4"],
            "branch": "城关支行",
            "area": None,
            "amount": [50_000.0, 90_000.0, 150_000.0, 400_000.0],
        }
    )
    assert share_out(people, table).tolist() == ["M2", "M2", "M1", "M1"]
    dear = people.assign(amount=[150_000.0, 160_000.0, 170_000.0, 180_000.0])
    assert share_out(dear, table).tolist() == ["M1"] * 4
    alone, _ = team_of(manager(2, "2026-12-01"))
    assert share_out(dear, alone).tolist() == ["M2"] * 4


def test_a_new_manager_locks_on_his_commonest_trade_in_season():
    table, _ = team_of(manager(1), manager(2, "2026-12-01"))
    rows = [("M2", "水产批发"), ("M2", "家装公司"), ("M2", "家装公司"), ("M1", "水产批发")]
    found = pd.DataFrame(rows, columns=["manager_id", "sub_industry"]).assign(source="industry")
    focus = with_focus(table, found)["focus"]
    assert (focus.isna().tolist(), focus[1]) == ([True, False], "家装公司")
