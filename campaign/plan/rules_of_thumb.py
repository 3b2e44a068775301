"""What branches do without a plan: four orders of work that the plan must beat."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from campaign.growth.keys import numbered
from campaign.plan.problem import VisitProblem

# ABC by a manager's cumulated amount: A up to 70 %, B up to 90 %, C the rest.
A_SHARE, B_SHARE = 0.7, 0.9
TOUCHES_OF_CLASS = (np.inf, 2, 1)


def rule_orders(table: pd.DataFrame) -> dict[str, np.ndarray]:
    """Return for each rule of thumb the order in which it takes the touches.

    The numbers count candidates in the order of their ids, as `plan.grid.make_grid` does.

    Args:
        table: What `rule_table` returned.

    Returns:
        equal: everyone once before anyone twice; proportional: touches in proportion to a
        customer's amount; abc: class A in full, then B twice, then C once; largest_first:
        the largest customer in full, then the next.
    """
    return {name: order(table) for name, order in RULES.items()}


def rule_table(problem: VisitProblem) -> pd.DataFrame:
    """Return what the rules go by, numbers alone, one row a candidate in the order of ids.

    Columns are manager and customer (numbered in the order of their ids), touch, and amount:
    what the customer's opportunities come to, in yuan, nothing where that is not known.
    """
    amounts = problem.customers.set_index("customer_id")["amount"]
    customer, names = problem.whose
    return pd.DataFrame(
        {
            "manager": numbered(problem.by_id["manager_id"])[0],
            "touch": problem.by_id["touch"],
            "amount": amounts.reindex(names).fillna(0.0).to_numpy(dtype="float64")[customer],
            "customer": customer,
        },
        copy=False,
    )


def _equal(table: pd.DataFrame) -> np.ndarray:
    return _order(table["touch"], table["customer"])


def _proportional(table: pd.DataFrame) -> np.ndarray:
    return _order(-table["amount"] / table["touch"], table["touch"], table["customer"])


def _largest_first(table: pd.DataFrame) -> np.ndarray:
    return _order(-table["amount"], table["customer"], table["touch"])


def _abc(table: pd.DataFrame) -> np.ndarray:
    grade = customer_class(table)
    over = table["touch"] > np.array(TOUCHES_OF_CLASS)[grade]
    return _order(over, grade, table["touch"], -table["amount"], table["customer"])


def customer_class(table: pd.DataFrame) -> np.ndarray:
    """Return each row's class, 0 to 2 for A to C, by its customer's part of the manager's total.

    Example:
        Four customers of one manager, 700, 150, 100 and 50 thousand:

        >>> rows = {"manager": [0] * 4, "customer": range(4)}
        >>> table = pd.DataFrame({**rows, "amount": [700.0, 150.0, 100.0, 50.0]})
        >>> customer_class(table).tolist()
        [0, 1, 1, 2]
    """
    each = table[["manager", "customer", "amount"]].drop_duplicates("customer")
    each = each.iloc[np.lexsort((each["customer"], -each["amount"], each["manager"]))]
    by = each.groupby("manager", sort=False)["amount"]
    total = by.transform("sum").replace(0.0, 1.0)
    # The customer who carries the sum over a line still belongs to the class before it.
    before = (by.cumsum() - each["amount"]) / total
    grade = np.searchsorted([A_SHARE, B_SHARE], before.to_numpy() + 1e-9, side="right")
    classes = np.zeros(int(table["customer"].to_numpy().max(initial=-1)) + 1, dtype=np.int64)
    classes[each["customer"]] = grade
    return classes[table["customer"]]


def _order(*keys: pd.Series | np.ndarray) -> np.ndarray:
    """Return the rows sorted by the first key, then the next, then their number."""
    return np.lexsort([np.asarray(key) for key in reversed(keys)])


RULES: dict[str, Callable[[pd.DataFrame], np.ndarray]] = {
    "equal": _equal,
    "proportional": _proportional,
    "abc": _abc,
    "largest_first": _largest_first,
}
