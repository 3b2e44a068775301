"""Outings: a stop a week at a manager's own area, worth what its contacts may bring."""

from datetime import date

import pandas as pd
import pytest

from campaign.festival import CampaignWindow, load_calendar
from campaign.growth.outings import outing_opportunities, small_teams
from campaign.growth.rates import with_rates
from campaign.settings import TeamRules
from campaign.vocabulary import OPPORTUNITIES, RATES, STAFF
from tests.builders import make_book

# Weeks -2, -1 and the festival's own (one working day by the provisional calendar).
WINDOW = CampaignWindow(
    date(2027, 1, 15), date(2027, 1, 18), date(2027, 2, 7), date(2027, 2, 6), load_calendar()
)
STAFF_OF_TWO = STAFF.conform(
    pd.DataFrame(
        {
            "manager_id": ["m2", "m1"],
            "branch": ["城关", "城关"],
            "area": [None, "农贸市场"],
        }
    )
)
TICKET = (200_000.0, "单笔取本行全部中位数")


def stops(**rules):
    book = make_book(managers=[{"manager_id": "m1", "source_row": "名册!2"}])
    return outing_opportunities(book, STAFF_OF_TWO, TICKET, WINDOW, TeamRules(**rules))


def test_a_stop_a_week_but_not_in_the_festival_week():
    rows = stops()
    assert rows["customer_id"].tolist()[:2] == ["外拓-m1-01", "外拓-m1-02"]
    assert rows.groupby("manager_id").size().to_dict() == {"m1": 3, "m2": 3}
    assert rows["window_start"].max() == pd.Timestamp("2027-02-01")


def test_the_same_place_yields_fewer_contacts_each_time():
    cases = stops(contacts_per_stop=10, stop_yield=0.5)["cases"].tolist()
    assert cases[:3] == pytest.approx([10, 5, 2.5])


def test_a_manager_without_area_goes_round_his_branch():
    rows = stops().set_index("customer_id")
    assert rows.loc["外拓-m1-01", "area"] == "农贸市场"
    assert rows.loc["外拓-m2-01", "area"] == "城关"
    assert rows.loc["外拓-m1-01", "source_rows"] == "名册!2"


def test_ten_contacts_at_three_in_a_hundred_are_three_in_ten():
    rates = RATES.conform(
        pd.DataFrame(
            {
                "source": ["team"],
                "segment": [""],
                "natural_probability": [0.0],
                "full_probability": [0.03],
                "amount_share": [0.8],
            }
        )
    )
    row = with_rates(stops(contacts_per_stop=10), rates).iloc[0]
    assert row["full_probability"] == pytest.approx(0.3)
    assert row["amount"] == 160_000


def test_no_outings_where_the_setting_says_none():
    assert stops(outings_per_week=0).empty


def test_the_rows_fit_the_table():
    assert set(stops().columns) - {"possible", "segment", "cases"} <= set(OPPORTUNITIES.columns)


def test_a_counted_market_yields_no_more_than_nobody_knows_yet():
    people = STAFF.conform(
        pd.DataFrame({"manager_id": ["m1", "m2"], "branch": "城关", "area": ["农贸市场", "建材城"]})
    )
    rules = TeamRules(contacts_per_stop=10, stop_yield=0.5)
    found = outing_opportunities(make_book(), people, TICKET, WINDOW, rules, {"农贸市场": 12.0})
    found = found.set_index("customer_id")
    assert found.loc["外拓-m1-01":"外拓-m1-03", "cases"].tolist() == [10, 2, 0]
    assert found.loc["外拓-m2-01":"外拓-m2-03", "cases"].tolist() == [10, 5, 2.5]
    assert "（摸排还有 12 户未掌握）" in found.loc["外拓-m1-01", "reason"]
    assert "摸排" not in found.loc["外拓-m2-01", "reason"]


def test_two_at_one_counted_market_share_what_is_left():
    people = STAFF.conform(
        pd.DataFrame({"manager_id": ["m1", "m2"], "branch": "城关", "area": "农贸市场"})
    )
    rules = TeamRules(contacts_per_stop=10, stop_yield=0.5)
    found = outing_opportunities(make_book(), people, TICKET, WINDOW, rules, {"农贸市场": 24.0})
    assert found["cases"].sum() == 24
    assert found.set_index("customer_id").loc["外拓-m1-01", "cases"] == 10


def team_stops(*areas, partner="m9"):
    people = {"manager_id": ["m1", "m2", "m9"], "branch": "城关", "is_new": [True, True, False]}
    table = pd.DataFrame(
        {**people, "area": [*areas, "大市场"], "partner": [partner, partner, "m1"]}
    )
    found = outing_opportunities(
        make_book(), STAFF.conform(table), TICKET, WINDOW, TeamRules(stop_yield=0.5)
    )
    return found.set_index("customer_id")


def test_new_managers_of_one_partner_go_as_a_team_to_the_area_of_each_in_turn():
    rows = team_stops("农贸市场", "建材城")
    places = ["农贸市场", "建材城", "农贸市场"]
    assert rows.loc["外拓-m1-01":"外拓-m1-03", "area"].tolist() == places
    assert rows.loc["外拓-m2-01":"外拓-m2-03", "area"].tolist() == places
    assert "建材城驻点外拓第2次（小组同去）" in rows.loc["外拓-m1-02", "reason"]
    assert rows.loc["外拓-m9-01":"外拓-m9-03", "area"].tolist() == ["大市场"] * 3
    assert rows.loc["外拓-m1-01":"外拓-m1-03", "cases"].tolist() == [10, 5, 2.5]


def test_a_pair_stays_at_the_new_manager_s_own_area():
    rows = team_stops("农贸市场", "建材城", partner=None)
    assert rows.loc["外拓-m2-01":"外拓-m2-03", "area"].tolist() == ["建材城"] * 3
    assert "小组" not in rows.loc["外拓-m2-01", "reason"]


def test_a_branch_of_new_managers_alone_goes_out_together():
    people = pd.DataFrame(
        {"manager_id": ["m1", "m2", "m3"], "is_new": True, "partner": ["m2", "m1", "m1"]}
    )
    assert small_teams(people) == dict.fromkeys(["m1", "m2", "m3"], ["m1", "m2", "m3"])
