"""Interviews: four factors that multiply to the gap, and who is named."""

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.progress.interviews import compare_all
from campaign.progress.peers import FACTORS, PARTS, compare_with_peers, like_books
from campaign.settings.progress import InterviewRules
from campaign.vocabulary import PACE, POOL

RULES = InterviewRules()


def pace(*rows):
    columns = [
        "manager_id",
        "planned",
        "done",
        "met",
        "applied",
        "disbursed",
        "amount",
        "activity_ratio",
        "amount_ratio",
    ]
    return PACE.conform(pd.DataFrame(rows, columns=columns))


def all_others(numbers):
    """Return everybody else as the peers of each."""
    return {one: tuple(other for other in numbers if other != one) for one in numbers}


def who_to_talk_to(table, pool, overdue):
    peers = all_others(table["manager_id"])
    found = compare_all(table, pool, peers, overdue, RULES)
    return found[found["reason"] != ""].reset_index(drop=True)


def chain():
    """Return done, met, disbursed, amount that can really follow each other."""
    return st.integers(0, 60).flatmap(
        lambda done: st.integers(0, done).flatmap(
            lambda met: st.integers(0, met).flatmap(
                lambda won: st.tuples(
                    st.just(done),
                    st.just(met),
                    st.just(won),
                    st.just(won).map(lambda n: n * 150_000.0),
                )
            )
        )
    )


def test_who_has_sent_nothing_is_not_judged_but_for_what_he_promised():
    table = pace(*((f"m{n}", 40, 0, 0, 0, 0, 0.0, 0.0, 0.0) for n in range(3)))
    peers = {"m0": ()}
    found = compare_all(table, POOL.conform(pd.DataFrame()), peers, pd.Series({"m1": 2}), RULES)
    reasons = found.set_index("manager_id")["reason"]
    assert reasons["m0"].startswith("触达完成率 0%")
    assert reasons["m1"] == "承诺到期未兑现 2 项"
    assert reasons["m2"] == ""


@given(st.lists(chain(), min_size=2, max_size=6))
def test_factors_multiply_to_the_gap(rows):
    table = pd.DataFrame(rows, columns=["done", "met", "disbursed", "amount"], dtype=float)
    table.insert(0, "manager_id", [f"m{n}" for n in range(len(rows))])
    factors = compare_with_peers(table, all_others(table["manager_id"]))
    product = factors[list(FACTORS)].prod(axis="columns", skipna=False)
    known = factors["gap_ratio"].notna()
    assert product[known].to_numpy() == pytest.approx(factors["gap_ratio"][known].to_numpy())
    assert factors.loc[~known, list(FACTORS)].isna().all(axis=None)
    parts = factors[list(PARTS)].sum(axis="columns", skipna=False)
    assert parts[known].to_numpy() == pytest.approx(factors["gap"][known].to_numpy(), abs=0.01)


def test_the_laggard_is_named_with_his_weakest_factor():
    table = pace(
        ("m1", 40, 40, 20, 4, 2, 400_000.0, 1.0, 0.9),
        ("m2", 40, 10, 5, 1, 1, 200_000.0, 0.25, 0.9),
    )
    none = pd.Series(dtype=float)
    named = who_to_talk_to(table, POOL.empty(), none)
    assert named["manager_id"].tolist() == ["m2"]
    assert named["reason"][0] == "触达完成率 25%"
    assert named["weakest"][0] == "activity"
    assert named["gap_ratio"][0] == pytest.approx(0.5)


def test_nobody_is_judged_before_enough_was_due():
    table = pace(("m1", 5, 0, 0, 0, 0, 0.0, 0.0, 0.0))
    named = who_to_talk_to(table, POOL.empty(), pd.Series(dtype=float))
    assert named.empty


def test_a_broken_promise_names_a_manager_who_is_else_on_pace():
    table = pace(
        ("m1", 40, 40, 20, 4, 2, 400_000.0, 1.0, 0.9), ("m2", 40, 40, 20, 4, 2, 400_000.0, 1.0, 0.9)
    )
    named = who_to_talk_to(table, POOL.empty(), pd.Series({"m1": 1}))
    assert named["reason"].tolist() == ["承诺到期未兑现 1 项"]


@pytest.mark.parametrize(
    ("activity", "reasons"), [(1.0, []), (0.5, ["触达完成率 50%；储备倍数 0.4"])]
)
def test_a_thin_pool_adds_to_a_reason_and_is_none_by_itself(activity, reasons):
    table = pace(("m1", 40, 40, 20, 4, 2, 400_000.0, activity, 0.9))
    pool = POOL.conform(pd.DataFrame({"manager_id": ["m1"], "cover": [0.4]}))
    none = pd.Series(dtype=float)
    named = who_to_talk_to(table, pool, none)
    assert named["reason"].tolist() == reasons


def test_like_is_compared_with_like():
    managers = pd.DataFrame(
        {
            "manager_id": ["a", "b", "c", "d", "e"],
            "is_new": [False, False, False, True, True],
            "customers": [100, 110, 300, 20, 30],
            "balance": [1e7, 1.2e7, 9e7, 1e6, 2e6],
        }
    )
    peers = like_books(managers, 1)
    assert peers == {"a": ("b",), "b": ("a",), "c": ("b",), "d": ("e",), "e": ("d",)}
    assert like_books(managers, 5)["d"] == ("e",)


def test_the_gap_in_yuan_falls_on_the_step_that_is_nothing():
    table = pd.DataFrame(
        {"manager_id": ["a", "b"], "done": [20.0, 20.0], "met": [10.0, 10.0],
         "disbursed": [0.0, 2.0], "amount": [0.0, 4e5]}
    )  # fmt: skip
    row = compare_with_peers(table, {"a": ("b",), "b": ("a",)}).loc[0]
    assert [row[part] for part in PARTS] == [0.0, 0.0, -4e5, 0.0]
