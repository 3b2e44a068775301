"""Votes: weighed with the bank's, and scored by hand when the season is over."""

import pandas as pd
import pytest

from campaign.growth.votes import branch_outlook, score_votes
from campaign.settings import IndustryRules
from campaign.vocabulary import VOTES
from tests.test_industry import BOOK

RULES = IndustryRules(vote_weight=0.1, own_branch_weight=0.6, vote_cases=2.0)
LIFTS = pd.DataFrame({"trade": ["烟酒零售", "塔吊"], "branch": ["", ""], "lift": [1.2, 0.9]})


def votes(*rows):
    names = ["branch", "voter", "sub_industry", "outlook"]
    return VOTES.conform(pd.DataFrame(rows, columns=names))


def test_a_vote_is_judged_by_what_came_true():
    cast = votes(
        ("城关", "甲", "烟酒店", 2), ("城关", "甲", "塔吊", -1), ("石桥", "乙", "烟酒店", -1)
    )
    table = score_votes(cast, BOOK, LIFTS, RULES).set_index("voter")
    # 烟酒 +20 % is two steps up, 塔吊 -10 % one step down: 甲 was right twice, 乙 three off.
    assert table["error"].to_dict() == {"甲": 0.0, "乙": 3.0}
    assert table["hits"].to_dict() == {"甲": 2, "乙": 0}
    # (2 + 2 + 1) / (2 + 0) and (2 + 2) / (2 + 3).
    assert table["weight"].to_dict() == {"甲": 2.5, "乙": 0.8}


def test_a_branch_of_its_own_outcome_is_judged_by_it():
    own = pd.concat(
        [LIFTS, pd.DataFrame({"trade": ["烟酒零售"], "branch": ["石桥"], "lift": [0.9]})]
    )
    cast = votes(("石桥", "乙", "烟酒店", -1))
    assert score_votes(cast, BOOK, own, RULES)["error"].tolist() == [0.0]


def test_a_trade_of_which_nothing_is_known_is_not_judged():
    assert score_votes(votes(("城关", "甲", "酒店", 1)), BOOK, LIFTS, RULES).empty


def test_who_judged_well_counts_more_next_season():
    cast = votes(("城关", "甲", "烟酒店", 2), ("石桥", "乙", "烟酒店", -1))
    plain = branch_outlook(cast, BOOK, RULES).set_index("branch")["outlook"]
    assert plain.to_dict() == pytest.approx({"": 0.5, "城关": 1.4, "石桥": -0.4})
    scores = pd.DataFrame({"branch": ["城关"], "voter": ["甲"], "weight": [3.0]})
    weighed = branch_outlook(cast, BOOK, RULES, scores).set_index("branch")["outlook"]
    assert weighed[""] == pytest.approx((3 * 2 - 1) / 4)
