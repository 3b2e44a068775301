"""The what-if of rewards on a manager's sheet: its formulas say what the program pays."""

import re
from dataclasses import replace

import pandas as pd
import pytest

from campaign.progress.incentives import measure_payouts
from campaign.progress.reward_trial import Trial, try_payout
from campaign.render.action_reward import ASK_ROW, TOLD, TOLD_ROW, reward_formulas
from campaign.settings import IncentiveRules
from campaign.vocabulary import ISSUED, ISSUED_CUSTOMERS, OUTCOMES

RULES = IncentiveRules(small_multiplier=1.4, first_multiplier=2.0, industry_multiplier=1.25)
TRIALS = [
    Trial(),
    Trial(loans=3, ticket=500_000.0, first=2, seasonal=1, names=4),
    Trial(loans=1, ticket=300_000.0, first=5, seasonal=5, on_target=True),
    Trial(loans=0, names=2),
]


def asked(trial):
    """Return the cells to fill in, by address, as a manager would fill them."""
    tier = "是" if trial.on_target else "否"
    values = (trial.loans, trial.ticket / 10_000, trial.first, trial.seasonal, trial.names, tier)
    return {f"B{row}": value for row, value in enumerate(values, start=ASK_ROW + 1)}


def calculated(rules, trial):
    """Work the formulas out as a spreadsheet does; they use +, *, IF, MIN and SUM alone."""
    cells = asked(trial)
    for row, formula in enumerate(reward_formulas(rules).values(), start=TOLD_ROW + 1):
        text = re.sub(
            r"SUM\(B(\d+):B(\d+)\)",
            lambda m: "+".join(f"B{n}" for n in range(int(m[1]), int(m[2]) + 1)),
            formula[1:],
        )
        text = re.sub(r'(B\d+)="是"', r'\1=="是"', text)
        functions = {"IF": lambda test, yes, no: yes if test else no, "MIN": min}
        cells[f"B{row}"] = eval(text, {"__builtins__": {}}, functions | cells)  # noqa: S307
    return [cells[f"B{row}"] for row in range(TOLD_ROW + 1, TOLD_ROW + 1 + len(TOLD))]


@pytest.mark.parametrize("trial", TRIALS)
def test_the_formulas_give_what_the_program_reckons(trial):
    expected = list(try_payout(trial, RULES).values())
    assert calculated(RULES, trial) == pytest.approx(expected, abs=0.01)


def test_a_trial_pays_what_the_same_loans_are_paid_in_the_review():
    """Three loans of 50万, two to first borrowers, one in a reward trade, and four names."""
    rows = [
        (f"t{n}", "m1", f"k{n}", "disbursed", 500_000.0, 4 if n == 0 else None) for n in (0, 1, 2)
    ]
    columns = ["candidate_id", "manager_id", "customer_id", "outcome", "wanted_amount", "referrals"]
    known = pd.DataFrame(
        [("k0", True, False), ("k1", True, True), ("k2", False, False)],
        columns=["customer_id", "is_first", "rewarded"],
    )
    paid = measure_payouts(
        OUTCOMES.conform(pd.DataFrame(rows, columns=columns)),
        ISSUED.empty(),
        ISSUED_CUSTOMERS.conform(known),
        RULES,
        frozenset({"m1"}),
    ).iloc[0]
    tried = try_payout(replace(TRIALS[1], on_target=True), RULES)
    assert {name: paid[name] for name in TOLD} == tried
