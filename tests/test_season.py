from dataclasses import replace
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.festival import campaign_week, spring_festival, week_start
from campaign.learn.originations import COLUMNS, OUTSIDE, originations, weeks_seen
from campaign.learn.season import (
    industry_levels,
    industry_seasons,
    learn_season,
    prior_season,
    season_lift,
)
from campaign.learn.weeks import campaign_weeks
from campaign.settings import LearnRules
from tests.builders import make_book

RULES = LearnRules()
PRIOR = prior_season()
# A ledger of this Sunday shows each week of the season of 2026 exactly once.
AS_OF = date(2026, 9, 13)
FESTIVAL = spring_festival(2026)


def curve(table, code, trade=""):
    rows = table[(table["industry_code"] == code) & (table["sub_industry"] == trade)]
    return rows.set_index("week")["index"]


def book_of(counts, code="5226", as_of=AS_OF):
    """Return a ledger with so many notes of one class in each campaign week of 2026."""
    loans = []
    for week, number in counts.items():
        day = week_start(week, FESTIVAL) + timedelta(days=2)
        note = {"customer_id": "K", "balance": 1e5, "start_date": str(day), "industry_code": code}
        loans += [note | {"loan_note_id": f"{code}/{week}/{i}"} for i in range(number)]
    return make_book(as_of, loans=loans)


def test_a_hump_rises_to_its_peak_and_falls_to_one():
    index = curve(PRIOR, "5226", "烟酒零售（烟酒店）")
    assert index.idxmax() == -5
    assert index.max() == pytest.approx(1 + 0.9 * 1.5)
    assert index.loc[-10] == index.loc[0] == index.loc[12] == 1
    assert index.loc[-9:-5].is_monotonic_increasing
    assert index.loc[-5:0].is_monotonic_decreasing


def test_two_waves_of_a_trade_stay_apart_and_meet_in_the_class():
    before, after = (
        curve(PRIOR, "4710", "建筑劳务分包"),
        curve(PRIOR, "4710", "建筑劳务分包（节后组班）"),
    )
    assert (before.idxmax(), after.idxmax()) == (-3, 2)
    whole = curve(PRIOR, "4710")
    assert whole.loc[-3] == pytest.approx((before.loc[-3] + 1) / 2)
    assert whole.loc[2] == pytest.approx((1 + after.loc[2]) / 2)


def test_every_trade_of_the_table_has_all_weeks():
    trades = industry_seasons()
    named = PRIOR[PRIOR["sub_industry"] != ""]
    assert len(named) == len(trades) * 33
    assert sorted(PRIOR["week"].unique()) == list(range(-20, 13))
    assert (PRIOR["index"] >= 1).all()
    assert PRIOR["basis"].str.startswith("先验").all()


def test_weeks_of_a_column_are_those_of_single_days():
    days = pd.Series(pd.date_range("2024-07-01", "2027-06-30"))
    weeks = campaign_weeks(days)
    for day, week in zip(days.dt.date[::17], weeks[::17], strict=True):
        years = range(day.year - 1, day.year + 2)
        nearest = min((spring_festival(year) for year in years), key=lambda f: abs(f - day))
        assert campaign_week(day, nearest) == week


def test_without_notes_the_prior_comes_back():
    learnt = learn_season([make_book(AS_OF)], PRIOR, RULES)
    pd.testing.assert_frame_equal(learnt, PRIOR)


def test_an_index_worked_by_hand():
    flat = PRIOR.assign(index=1.0)
    counts = dict.fromkeys(range(-20, 13), 10) | {-5: 40}
    learnt = curve(learn_season([book_of(counts, code="8411")], flat, RULES), "8411")
    seen = weeks_seen([book_of(counts, code="8411")], RULES)
    usual = (32 * 10 + 40) / seen.sum()
    outside = (10 + 0) / (10 + usual * seen[-1])
    assert seen[:-1].tolist() == [1.0] * 33
    assert learnt.loc[-5] == pytest.approx((10 + 40) / (10 + usual) / outside)
    assert learnt.loc[-4] == pytest.approx((10 + 10) / (10 + usual) / outside)


def test_a_class_without_notes_follows_its_parents():
    counts = dict.fromkeys(range(-20, 13), 20) | {-5: 200}
    learnt = learn_season([book_of(counts)], PRIOR, RULES)
    kin, stranger = curve(learnt, "5227") / curve(PRIOR, "5227"), curve(learnt, "0111")
    assert kin.loc[-5] > 1.5 * kin.loc[-8]
    assert stranger.loc[-5] / curve(PRIOR, "0111").loc[-5] < kin.loc[-5]


def test_a_trade_keeps_its_own_shape_and_moves_with_its_class():
    counts = dict.fromkeys(range(-20, 13), 20) | {-3: 200}
    steady = replace(RULES, lift_spread=0.01)  # all trades as high as in the prior
    learnt = learn_season([book_of(counts, "4710")], PRIOR, steady)
    name = "建筑劳务分包"
    moved = curve(learnt, "4710", name) / curve(PRIOR, "4710", name)
    whole = curve(learnt, "4710") / curve(PRIOR, "4710")
    pd.testing.assert_series_equal(moved, whole, rtol=0.05)


def test_a_season_higher_than_the_table_lifts_every_trade():
    index = pd.DataFrame([[1.0, 2.0], [1.0, 1.5]])
    notes = pd.DataFrame([[100.0, 400.0], [100.0, 250.0]])
    lift, spread = season_lift(index, notes, np.array([1.0, 1.0]), 5.0)
    assert 0.05 < spread < 0.2
    assert lift == pytest.approx(3.0, rel=0.03)  # 1 + 3 x 1 = 4 and 1 + 3 x 0.5 = 2.5


def test_an_interval_narrows_with_own_notes():
    few, many = (
        learn_season([book_of(dict.fromkeys(range(-20, 20), count))], PRIOR, RULES).set_index(
            ["industry_code", "sub_industry", "week"]
        )
        for count in (2, 100)
    )
    width = [
        (rows["high"] - rows["low"]).loc["5226", "", -5] / rows["index"].loc["5226", "", -5]
        for rows in (few, many)
    ]
    assert width[1] < width[0] / 2
    assert (many["low"] <= many["index"]).all()


def test_observations_and_basis_say_what_it_rests_on():
    learnt = learn_season([book_of({-5: 12, 3: 4})], PRIOR, RULES)
    rows = learnt[learnt["industry_code"] == "5226"].set_index("week")
    assert rows["observations"].loc[-5].max() == 12
    assert "本行 16 笔、1 个春节" in rows["basis"].loc[-5].iloc[0]


def test_codes_of_two_and_three_digits_get_rows_of_their_own():
    learnt = learn_season([book_of({-5: 12})], PRIOR, RULES)
    assert {"52", "522"} <= set(learnt["industry_code"])
    assert "01" not in set(learnt["industry_code"])


def test_renewals_and_old_days_are_no_demand():
    note = {"customer_id": "K", "balance": 1e5, "industry_code": "5226"}
    loans = [
        note | {"start_date": "2026-01-15", "occurrence_type": "new"},
        note | {"start_date": "2026-01-15", "occurrence_type": "renewed", "loan_note_id": "B"},
        note | {"start_date": "2024-01-15", "loan_note_id": "C"},
        note | {"start_date": "2026-01-15", "loan_status": "not_drawn", "loan_note_id": "D"},
    ]
    assert originations([make_book(AS_OF, loans=loans)], RULES).to_numpy().sum() == 1


def test_a_note_in_two_ledgers_counts_once():
    book, later = book_of({-5: 3}), book_of({-5: 3}, as_of=date(2026, 11, 30))
    assert originations([book, later], RULES).to_numpy().sum() == 3


def test_part_weeks_count_in_part():
    book = make_book(week_start(-5, FESTIVAL) + timedelta(days=1))
    assert weeks_seen([book], RULES)[COLUMNS.index(-5)] == pytest.approx(2 / 7)


def test_the_industry_tree():
    levels = industry_levels(pd.Index(["5226", "", "9999"]))
    assert levels.loc["5226"].tolist() == ["", "F", "52", "522", "5226"]
    assert levels.loc["9999", "section"] == ""


@settings(max_examples=12, deadline=None)
@given(st.dictionaries(st.integers(-20, 12), st.integers(0, 60), min_size=1), st.randoms())
def test_the_index_is_positive_and_the_order_of_rows_does_not_matter(counts, shuffler):
    book = book_of(counts)
    mixed = book.loans.sample(frac=1, random_state=shuffler.randrange(1000))
    shuffled = make_book(AS_OF, loans=mixed.to_dict("records"))
    one, other = (learn_season([b], PRIOR, RULES) for b in (book, shuffled))
    assert (one["index"] > 0).all()
    pd.testing.assert_frame_equal(one, other)


@settings(max_examples=8, deadline=None)
@given(st.integers(1, 12), st.integers(2, 4))
def test_more_notes_of_one_shape_lead_nearer_to_it(number, more):
    flat = PRIOR.assign(index=1.0)

    def distance(size):
        counts = dict.fromkeys((*range(-22, -20), *range(13, 30)), size) | {-5: 3 * size}
        counts |= dict.fromkeys((*range(-20, -5), *range(-4, 13)), size)
        index = curve(learn_season([book_of(counts, "8411")], flat, RULES), "8411")
        return abs(float(index.loc[-5] / index.loc[-4]) - 3.0)

    assert distance(number * more) < distance(number)


def test_flat_business_gives_an_index_near_one():
    weeks = range(-22, 30)
    random = np.random.default_rng(11)
    counts = dict(zip(weeks, random.poisson(100, len(weeks)).tolist(), strict=True))
    learnt = curve(learn_season([book_of(counts, "8411")], PRIOR, RULES), "8411")
    assert learnt.mean() == pytest.approx(1.0, abs=0.05)
    assert learnt.between(0.7, 1.3).all()


def test_a_true_season_is_recovered_better_than_the_prior_guesses():
    random = np.random.default_rng(5)
    weeks = np.arange(-22, 30)
    truth = 1 + 2.0 * np.exp(-0.5 * ((weeks + 3) / 2.0) ** 2)
    counts = dict(zip(weeks.tolist(), random.poisson(60 * truth).tolist(), strict=True))
    learnt = curve(learn_season([book_of(counts)], PRIOR, RULES), "5226")
    inside = truth[(weeks >= -20) & (weeks <= 12)]
    wrong_now = np.abs(learnt - inside).mean()
    wrong_before = np.abs(curve(PRIOR, "5226") - inside).mean()
    assert wrong_now < 0.6 * wrong_before
    assert np.corrcoef(learnt, inside)[0, 1] > 0.95
    assert OUTSIDE not in learnt.index


def test_how_much_a_parent_weighs_is_judged_from_the_classes():
    codes = ["5121", "5122", "5123", "5127", "5226", "5212"]

    def ledger(scattered):
        loans = []
        for place, code in enumerate(codes):
            index = curve(PRIOR, code)
            for week in range(-20, 20):
                usual = round(8 * float(index.get(week, 1.0)))
                number = usual * 2 * ((week + place) % 2) if scattered else usual
                loans.append(book_of({week: number}, code).loans)
        return replace(book_of({}), loans=pd.concat(loans, ignore_index=True))

    def behind(scattered):
        basis = learn_season([ledger(scattered)], PRIOR, RULES)["basis"]
        said = basis.str.extract(r"先验每周折 (\d+) 笔")[0].dropna().astype("float64")
        return said.max()

    assert behind(scattered=True) < RULES.season_strength < behind(scattered=False)
