"""Coordinates: read from two columns or one, put right, and measured on a plane."""

import numpy as np
import pandas as pd
import pytest

from campaign.growth.places import kilometres, places_of
from tests.builders import make_book

LOAN = {"customer_id": "K1", "balance": 1e5}


def placed(*customers, prospects=()):
    rows = [{"customer_id": f"K{n}"} | row for n, row in enumerate(customers, start=1)]
    table, findings = places_of(make_book(loans=[LOAN], customers=rows, prospects=list(prospects)))
    found = table.set_index("customer_id")[["longitude", "latitude"]]
    return {
        key: tuple(row) for key, row in zip(found.index, found.to_numpy(), strict=True)
    }, findings


def test_two_columns_or_one_cell_say_where_a_customer_is():
    found, findings = placed(
        {"longitude": "118.12", "latitude": "36.81"},
        {"coordinates": "118.13，36.82"},
        {"coordinates": "E118.14° N36.83°"},
        {},
    )
    assert found == {"K1": (118.12, 36.81), "K2": (118.13, 36.82), "K3": (118.14, 36.83)}
    assert findings == ()


def test_prospects_have_places_too():
    found, _ = placed({}, prospects=[{"prospect_id": "P1", "coordinates": "118.1,36.8"}])
    assert found == {"P1": (118.1, 36.8)}


def test_east_and_north_the_wrong_way_round_are_changed_over_and_told():
    found, (finding,) = placed({"longitude": "36.81", "latitude": "118.12"})
    assert found == {"K1": (118.12, 36.81)}
    assert (finding.kind, finding.count) == ("coordinates_swapped", 1)


@pytest.mark.parametrize("text", ["东门外", "0,0", "118.12", "118°7′12″, 36°48′"])
def test_what_cannot_be_read_is_told_and_not_used(text):
    found, (finding,) = placed({"coordinates": text})
    assert found == {}
    assert (finding.kind, finding.count) == ("coordinates_unread", 1)
    assert finding.cells


def test_a_book_without_coordinates_has_no_places_and_no_finding():
    assert placed({"address": "东街 1 号"}) == ({}, ())


def test_distances_are_those_on_the_globe():
    places = pd.DataFrame({"longitude": [118.0, 118.3, 118.0], "latitude": [36.8, 36.8, 37.1]})
    east, north = (np.linalg.norm(kilometres(places)[k] - kilometres(places)[0]) for k in (1, 2))
    # Great circles: 26.71 km along the parallel, 33.36 km along the meridian.
    assert (east, north) == (pytest.approx(26.71, rel=0.005), pytest.approx(33.36, rel=0.001))
