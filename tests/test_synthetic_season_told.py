from datetime import date

import pandas as pd
import pytest

from campaign.synthetic.bank import make_bank
from campaign.synthetic.season_told import tell_season, usual_touches
from campaign.synthetic.truth import played

LATER = date(2027, 11, 15)


@pytest.fixture(scope="module")
def told():
    bank = make_bank(600, 4)
    touches = usual_touches(bank, 4)
    return bank, touches, tell_season(bank, touches, 4, LATER)


def test_the_same_happens_as_in_the_undated_truth(told):
    bank, touches, season = told
    channel = touches["is_visit"].map({True: "visit", False: "call"})
    truth = bank.truth.assign(luck=season.outcomes["luck"])
    plain = played(truth, touches.assign(channel=channel))
    dated = plain["source"] != "renewal"  # a touch after a maturity renews no note
    now, then = season.outcomes["lent"], plain["lent"]
    assert then[dated].tolist() == pytest.approx(now[dated].tolist())
    assert (then[~dated] >= now[~dated]).all()


def test_no_touch_helps_before_its_day(told):
    bank, touches, season = told
    rows = season.outcomes
    seen = rows.merge(touches, left_on="unit_id", right_on="customer_id", suffixes=("", "_touch"))
    seen = seen[(seen["source"] != "renewal") | (seen["day_touch"] <= seen["wanted_on"])]
    moved = rows["probability"] > rows["natural_probability"]
    key = ["unit_id", "source", "reference"]
    could = pd.MultiIndex.from_frame(seen[key].astype("str")).unique()
    assert pd.MultiIndex.from_frame(rows.loc[moved, key].astype("str")).isin(could).all()


def test_a_touch_works_from_its_day_on(told):
    _, touches, season = told
    first = touches.groupby("customer_id")["day"].min()
    won = season.outcomes[season.outcomes["happened"]]
    won = won[(won["luck"] >= won["natural_probability"]) & (won["source"] != "renewal")]
    assert len(won) > 20
    assert (won["day"] > won["unit_id"].map(first)).all()


def test_the_next_ledger_holds_the_money_lent(told):
    _, _, season = told
    lent = season.outcomes[season.outcomes["happened"] & (season.outcomes["source"] != "renewal")]
    lent = lent[(lent["source"] != "referral") | lent["is_prospect"]]
    fresh = season.loans[season.loans["loan_note_id"].str.startswith("X")]
    assert fresh["loan_amount"].sum() == pytest.approx(lent["lent"].sum())
    assert (fresh["start_date"] <= pd.Timestamp(LATER)).all()


def test_the_same_seed_tells_the_same_season(told):
    bank, touches, season = told
    pd.testing.assert_frame_equal(tell_season(bank, touches, 4, LATER).loans, season.loans)
