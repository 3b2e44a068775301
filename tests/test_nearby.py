"""Places that lie near each other are visited on one day, whatever their areas are called."""

import numpy as np
import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from campaign.growth.places import kilometres
from campaign.plan.nearby import nearby
from campaign.vocabulary import PLACES, TOUCHED_CUSTOMERS

# About 1.1 km a hundredth of a degree north.
NORTH = 36.80


def grouped(*rows, within=2.0):
    """Return groups of customers given as (customer, area, latitude or None)."""
    frame = pd.DataFrame(rows, columns=["customer_id", "area", "latitude"])
    frame = frame.assign(manager_id="A1", longitude=118.0)
    places = PLACES.conform(frame[frame["latitude"].notna()])
    return nearby(places, TOUCHED_CUSTOMERS.conform(frame), within).to_dict()


def test_near_places_of_two_areas_go_together_and_far_ones_of_one_area_do_not():
    found = grouped(
        ("K1", "东街", NORTH), ("K2", "西街", NORTH + 0.005), ("K3", "东街", NORTH + 0.1)
    )
    assert found["K1"] == found["K2"] != found["K3"]


def test_who_has_no_coordinates_goes_with_most_of_his_area():
    found = grouped(
        ("K1", "东街", NORTH), ("K2", "东街", NORTH + 0.001), ("K3", "东街", NORTH + 0.1),
        ("K4", "东街", None), ("K5", "西街", None), ("K6", None, None),
    )  # fmt: skip
    assert found["K4"] == found["K1"]
    assert found["K5"] == "西街"
    assert "K6" not in found


def test_without_coordinates_nothing_is_said():
    assert grouped(("K1", "东街", None)) == {}


@given(st.lists(st.floats(36.0, 36.2), min_size=1, max_size=25), st.floats(0.2, 5.0))
def test_no_two_of_a_group_are_farther_apart_than_asked(latitudes, within):
    rows = [(f"K{n:02d}", None, latitude) for n, latitude in enumerate(latitudes)]
    found = grouped(*rows, within=within)
    frame = pd.DataFrame(rows, columns=["customer_id", "area", "latitude"]).assign(longitude=118.0)
    plane = kilometres(frame)
    for group in set(found.values()):
        mine = plane[[found[key] == group for key in frame["customer_id"]]]
        assert np.ptp(mine[:, 1]) <= within + 1e-6
    assert len(found) == len(rows)
