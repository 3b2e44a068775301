"""Places: who is there, what could come, who is locked on them."""

import pandas as pd

from campaign.growth.markets import locked_areas, markets_of, unlisted_households
from campaign.growth.portfolio import portfolio_of
from campaign.vocabulary import OPPORTUNITIES, STAFF
from tests.builders import make_book

EAST, WEST = "东门市场", "西河村"


def people_of(*places):
    loans = [
        {"customer_id": f"K{n}", "branch": "城关", "area": place, "balance": 100_000.0}
        for n, place in enumerate(places)
    ]
    return portfolio_of(make_book(loans=loans))


def staff(*rows):
    return STAFF.conform(pd.DataFrame([{"branch": "城关", **row} for row in rows]))


def opportunity(customer, place, full, **more):
    return {
        "customer_id": customer,
        "branch": "城关",
        "area": place,
        "source": "team",
        "is_prospect": True,
        "is_outing": False,
        "amount": 100_000.0,
        "natural_probability": 0.1,
        "full_probability": full,
    } | more


def test_a_place_counts_customers_prospects_and_what_touches_add():
    rows = [
        opportunity("P1", EAST, 0.2),
        opportunity("P2", EAST, 0.3, source="industry", sub_industry="烟酒零售（烟酒店）"),
        opportunity("外拓-M1-01", EAST, 0.9, is_outing=True),
        opportunity("P3", None, 0.9),
    ]
    found = OPPORTUNITIES.conform(pd.DataFrame(rows))
    home = staff({"manager_id": "M2", "area": EAST}, {"manager_id": "M1", "area": EAST})
    table = markets_of(people_of(EAST, EAST, WEST, None), found, home)
    assert table["area"].tolist() == [EAST, WEST]
    east = table.iloc[0]
    assert east[["customers", "balance", "prospects", "in_season"]].tolist() == [2, 200_000.0, 2, 1]
    # 100,000 x (0.2 - 0.1) + 100,000 x (0.3 - 0.1); two of four known people are ours.
    assert (east["uplift"], east["share"]) == (30_000.0, 0.5)
    assert (east["top_trade"], east["managers"]) == ("烟酒零售（烟酒店）", "M1；M2")


def test_a_market_whose_size_is_told_says_how_many_nobody_knows_yet():
    found = OPPORTUNITIES.conform(
        pd.DataFrame(
            [opportunity("P1", EAST, 0.2, source="industry"), opportunity("P2", WEST, 0.2)]
        )
    )
    people = people_of(EAST, EAST, EAST, WEST)
    table = markets_of(people, found, staff(), {EAST: 24.0}).set_index("area")
    # 24 trade there, 3 are ours and 1 is listed: 20 unknown, a quarter of the known in season.
    told = ["size", "unlisted", "unlisted_hot", "share"]
    assert table.loc[EAST, told].tolist() == [24, 20, 5, 0.125]
    assert table.loc[WEST, told[:3]].isna().all()
    assert table.loc[WEST, "share"] == 0.5
    listed = make_book(prospects=[{"prospect_id": "P1", "area": EAST}]).prospects
    assert unlisted_households(people, listed, {EAST: 24.0, WEST: 0.0}) == {EAST: 20.0, WEST: 0.0}


def test_new_managers_without_an_area_are_locked_on_the_fullest_places():
    rows = staff(
        {"manager_id": "M1", "is_new": True},
        {"manager_id": "M2", "is_new": True},
        {"manager_id": "M3", "is_new": False},
    )
    people = people_of(EAST, EAST, EAST, WEST, WEST).customers
    nobody = make_book().prospects
    assert locked_areas(rows, people, nobody).tolist()[:2] == [EAST, WEST]
    assert pd.isna(locked_areas(rows, people, nobody)[2])
    listed = make_book(prospects=[{"prospect_id": f"P{n}", "area": WEST} for n in range(9)])
    assert locked_areas(rows, people, listed.prospects).tolist()[:2] == [WEST, WEST]
