"""Branches with their markets, villages and streets, and the managers who work there."""

from datetime import date

import numpy as np
import pandas as pd

from campaign.synthetic.county import County
from campaign.synthetic.identities import phones
from campaign.synthetic.names import person_names
from campaign.synthetic.streams import Streams

# One branch in this order of kinds, then again; a county seat has more town than village.
KINDS = ("urban", "urban", "market", "rural", "park", "rural", "urban", "rural")
NEW_SHARE = 1 / 3
PHONE_ORDER = 90_000_000


def make_branches(county: County, count: int, streams: Streams) -> pd.DataFrame:
    """Return the branches: branch, kind, weight (share of customers) and head."""
    names = {group["kind"]: list(group["names"]) for group in county.words["branches"]}
    kinds, chosen = [], []
    for place in range(count):
        kind = KINDS[place % len(KINDS)]
        if not names[kind]:
            kind = "rural" if names["rural"] else next(key for key, left in names.items() if left)
        kinds.append(kind)
        chosen.append(names[kind].pop(0) + "支行")
    weight = 1.0 / (np.arange(count) + 6.0)
    luck = streams("branch heads")
    heads = person_names(county, luck.random(count) < 0.75, luck)
    return pd.DataFrame(
        {"branch": chosen, "kind": kinds, "weight": weight / weight.sum(), "head": heads}
    )


def make_areas(county: County, branches: pd.DataFrame, customers: int) -> pd.DataFrame:
    """Return the areas: branch (row), place (market, street, park, village), area."""
    stretch = max(1.0, customers / len(branches) / 400)
    rows = []
    for number, (name, kind) in enumerate(zip(branches["branch"], branches["kind"], strict=True)):
        for place, usual in county.words["places"][kind].items():
            pool = county.words["areas"][place]
            many = min(round(usual * stretch), len(pool))
            for turn in range(many):
                word = pool[(number * usual + turn) % len(pool)]
                rows.append((number, place, name.removesuffix("支行").removesuffix("市场") + word))
    return pd.DataFrame(rows, columns=["branch", "place", "area"])


def make_managers(
    county: County,
    branches: pd.DataFrame,
    areas: pd.DataFrame,
    count: int,
    streams: Streams,
    as_of: date,
) -> pd.DataFrame:
    """Return the roster; about a third became managers in the last twelve months.

    Besides the columns of the table MANAGERS it has `branch_row` and `is_new`.
    """
    branch = np.sort(_shares(branches["weight"].to_numpy(), count))
    luck = streams("managers")
    is_male = luck.random(count) < 0.6
    is_new = np.zeros(count, dtype=bool)
    is_new[_spread(branch, round(count * NEW_SHARE))] = True
    days_back = np.where(
        is_new, luck.integers(25, 350, count), luck.integers(420, 4_400, count)
    ).astype("timedelta64[D]")
    status = np.where(is_new & (days_back < np.timedelta64(90, "D")), "trial", "active")
    leave = np.where(luck.random(count) < 0.15, luck.integers(3, 9, count), 0)
    order = np.arange(count)
    team = (order - np.searchsorted(branch, branch)) // 5
    return pd.DataFrame(
        {
            "manager_id": [f"QH{number + 1:04d}" for number in order],
            "manager_name": _distinct(person_names(county, is_male, streams("manager names"))),
            "branch": branches["branch"].to_numpy()[branch],
            "team": [f"营销{'一二三四五六七八九十'[min(turn, 9)]}组" for turn in team],
            "position": np.where(is_new, "见习客户经理", "小微客户经理"),
            "manager_since": np.datetime64(as_of, "D") - days_back,
            "manager_status": status,
            "phone": phones(order + PHONE_ORDER),
            "leave_days": leave.astype(float),
            "home_area": _home_areas(branch, areas, streams),
            "branch_row": branch,
            "is_new": is_new,
        }
    )


def _shares(weight: np.ndarray, count: int) -> np.ndarray:
    """Return a branch for each of `count` managers, at least one a branch."""
    whole = np.maximum(np.floor(weight * count), 1).astype(int)
    while whole.sum() > count:
        whole[np.argmax(whole)] -= 1
    rest = np.argsort(-(weight * count - whole), kind="stable")
    for turn in range(count - whole.sum()):
        whole[rest[turn % len(rest)]] += 1
    return np.repeat(np.arange(len(weight)), whole)


def _spread(branch: np.ndarray, wanted: int) -> np.ndarray:
    """Return the rows of the new managers: the last of each branch, in turns."""
    place_from_end = np.searchsorted(branch, branch, side="right") - np.arange(len(branch))
    size = np.bincount(branch)[branch]
    order = np.lexsort((branch, place_from_end / size))
    return order[:wanted]


def _distinct(names: np.ndarray) -> list[str]:
    seen: dict[str, int] = {}
    result = []
    for name in names:
        seen[name] = seen.get(name, 0) + 1
        result.append(name if seen[name] == 1 else f"{name}{'大小晓'[seen[name] % 3]}")
    return result


def _home_areas(branch: np.ndarray, areas: pd.DataFrame, streams: Streams) -> np.ndarray:
    luck = streams("home areas").random(len(branch))
    first = np.searchsorted(areas["branch"].to_numpy(), branch)
    many = np.bincount(areas["branch"], minlength=branch.max() + 1)[branch]
    return np.asarray(areas["area"].to_numpy()[first + (luck * many).astype(int)])
