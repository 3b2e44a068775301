"""The contact log with its outcomes, the branch votes, and who must not be contacted."""

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from campaign.synthetic.customers import Town, need_of
from campaign.synthetic.history import Past
from campaign.synthetic.streams import Streams
from campaign.synthetic.values import DAY, NEVER, days_between, known_where, rounded

# A loan this soon after a touch counts as what came of it.
LOAN_FOLLOWS_WITHIN = 45
VOTES_A_BRANCH = (6, 10)


def contact_log(past: Past, notes: pd.DataFrame) -> pd.DataFrame:
    """Return the table CONTACTS for the touches; what came of them agrees with the notes."""
    touches = _possible(past, notes)
    luck = past.streams("contact log")
    count = len(touches)
    who = touches["customer"].to_numpy()
    mine = past.customers.iloc[who].reset_index(drop=True)
    is_visit = touches["is_visit"].to_numpy()
    outcome, amount = _outcomes(past, touches, notes, luck)
    met = outcome != "not_met"
    willing = _willingness(mine, outcome, luck)
    names = past.behaviour["names_per_visit"].to_numpy()[who]
    follow = touches["day"].to_numpy().astype("datetime64[D]") + luck.integers(5, 40, count) * DAY
    manager = _manager_then(past, mine, touches)
    purposes = np.array(past.town.county.words["words"]["visit_purposes"], dtype=object)
    return pd.DataFrame(
        {
            "contact_date": touches["day"],
            "customer_id": mine["customer_id"],
            "customer_name": mine["customer_name"],
            "manager_id": past.town.managers["manager_id"].to_numpy()[manager],
            "manager_name": past.town.managers["manager_name"].to_numpy()[manager],
            "method": np.select([is_visit, luck.random(count) < 0.85], ["上门", "电话"], "微信"),
            "purpose": purposes[luck.integers(0, len(purposes), count)],
            "outcome": outcome,
            "willingness": np.where(met & (luck.random(count) < 0.8), willing, np.nan),
            "wanted_amount": amount,
            "next_follow_up": np.where(
                np.isin(outcome, ["follow_up", "interested", "not_met"]), follow, NEVER
            ),
            "referrals": np.where(is_visit & met, luck.poisson(names), 0).astype(float),
            "content": _notes_taken(past, outcome, is_visit, luck),
            "customer": who,
        }
    )


def _willingness(
    mine: pd.DataFrame, outcome: NDArray[np.object_], luck: np.random.Generator
) -> NDArray[np.float64]:
    """Return 0 to 5 as the manager saw it, near what the customer is like."""
    felt = (
        2.2 + 0.8 * mine["warmth"] + 0.7 * mine["appetite"] + 0.6 * luck.standard_normal(len(mine))
    )
    score = np.clip(np.round(felt.to_numpy()), 0, 5)
    keen = np.isin(outcome, ["applied", "disbursed", "interested"])
    score = np.where(keen, np.maximum(score, 3), score)
    return np.where(np.isin(outcome, ["refused", "no_need"]), np.minimum(score, 1), score)


def branch_votes(town: Town, shift: NDArray[np.float64], streams: Streams) -> pd.DataFrame:
    """Return the table VOTES: each head judges trades of his branch, near the truth."""
    luck = streams("votes")
    trades = town.county.trades
    pull = town.county.words["pull"]
    reasons = {row["outlook"]: row["texts"] for row in town.county.words["vote_reasons_of"]}
    rows = []
    for branch in town.branches.itertuples():
        weight = trades["weight"] * trades["place"].map(pull[branch.kind])
        many = int(luck.integers(*VOTES_A_BRANCH))
        chosen = luck.choice(len(trades), many, replace=False, p=(weight / weight.sum()).to_numpy())
        for trade in sorted(chosen):
            outlook = int(
                np.clip(np.round(shift[trade] * 1.5 + 0.6 * luck.standard_normal()), -2, 2)
            )
            reason = reasons[outlook][int(luck.integers(0, len(reasons[outlook])))]
            row = trades.iloc[trade]
            rows.append(
                (
                    branch.branch,
                    branch.head,
                    row["gbt_code"],
                    row["sub_industry"],
                    float(outlook),
                    reason,
                )
            )
    columns = ["branch", "voter", "industry_code", "sub_industry", "outlook", "reason"]
    return pd.DataFrame(rows, columns=columns)


def do_not_contact(
    past: Past, contacts: pd.DataFrame, prospects: pd.DataFrame, count: int
) -> pd.DataFrame:
    """Return the table DO_NOT_CONTACT: those who refused in the log, then some by phone alone."""
    luck = past.streams("do not contact")
    last = contacts.drop_duplicates("customer", keep="last")
    refused = last[last["outcome"] == "refused"]
    many = min(round(count * 0.7), len(refused))
    refused = refused.iloc[np.sort(luck.choice(len(refused), many, replace=False))]
    others = prospects.iloc[
        np.sort(
            luck.choice(len(prospects), min(count - len(refused), len(prospects)), replace=False)
        )
    ]
    reasons = np.array(past.town.county.words["words"]["refusals"], dtype=object)
    day = past.today - luck.integers(10, 600, len(others)) * DAY
    return pd.DataFrame(
        {
            "customer_id": [*refused["customer_id"], *[None] * len(others)],
            "customer_name": [*refused["customer_name"], *others["customer_name"]],
            "phone": [*past.customers["phone"].to_numpy()[refused["customer"]], *others["phone"]],
            "refused_on": np.concatenate(
                [refused["contact_date"].to_numpy().astype("datetime64[D]"), day]
            ),
            "reason": reasons[luck.integers(0, len(reasons), len(refused) + len(others))],
        }
    )


def _possible(past: Past, notes: pd.DataFrame) -> pd.DataFrame:
    """Return the touches of people who were, or were about to be, customers."""
    ends = notes.assign(end=notes["settle"].fillna(pd.Timestamp(past.as_of)))
    spans = ends.groupby("customer").agg(first=("start", "min"), last=("end", "max"))
    spans = spans.reindex(range(len(past.customers)))
    who = past.touches["customer"].to_numpy()
    first, last = spans["first"].to_numpy()[who], spans["last"].to_numpy()[who]
    day = past.touches["day"].to_numpy()
    kept = ~np.isnat(first) & (day >= first - 40 * DAY) & (day <= last + 120 * DAY)
    return past.touches.loc[np.asarray(kept)].reset_index(drop=True)


def _outcomes(
    past: Past, touches: pd.DataFrame, notes: pd.DataFrame, luck: np.random.Generator
) -> tuple[NDArray[np.object_], NDArray[np.float64]]:
    """Return what came of each touch, and the amount spoken of."""
    count = len(touches)
    left = touches.assign(order=np.arange(count)).sort_values("day", kind="stable")
    loans = notes[["customer", "start", "amount"]].sort_values("start", kind="stable")
    met = pd.merge_asof(
        left, loans.rename(columns={"start": "loan_day"}), left_on="day", right_on="loan_day",
        by="customer", direction="forward",
    ).sort_values("order")  # fmt: skip
    wait = days_between(met["day"], met["loan_day"])
    soon, very_soon = wait <= LOAN_FOLLOWS_WITHIN, wait <= 7
    who = touches["customer"].to_numpy()
    liking = (0.6 * past.customers["appetite"] + 0.5 * past.customers["warmth"]).to_numpy()[who]
    draw = luck.random(count)
    unreached = luck.random(count) < np.where(touches["is_visit"], 0.12, 0.42)
    plain = np.select(
        [draw + 0.12 * liking > 0.80, draw + 0.12 * liking > 0.42, draw > 0.035],
        ["interested", "follow_up", "no_need"],
        "refused",
    )
    outcome = np.select([very_soon, soon, unreached], ["disbursed", "applied", "not_met"], plain)
    spoken = rounded(
        past.behaviour["top_up_share"].to_numpy()[who] * need_of(past.town, past.customers)[who]
    )
    amount = np.select([soon, outcome == "interested"], [met["amount"].to_numpy(), spoken], np.nan)
    return np.asarray(outcome, dtype=object), np.asarray(amount)


def _manager_then(past: Past, mine: pd.DataFrame, touches: pd.DataFrame) -> NDArray[np.int64]:
    now = mine["manager_row"].to_numpy()
    there = past.town.managers["manager_since"].to_numpy()[now] <= touches["day"].to_numpy()
    return np.where(there, now, mine["earlier_manager_row"].to_numpy())


def _notes_taken(
    past: Past, outcome: NDArray[np.object_], is_visit: NDArray[np.bool_], luck: np.random.Generator
) -> NDArray[np.object_]:
    """Return the manager's words; he writes none three times out of four."""
    texts = past.town.county.words["visit_notes"]
    widest = max(len(lines) for lines in texts.values())
    codes = sorted(texts)
    table = np.array([(texts[code] * widest)[:widest] for code in codes], dtype=object)
    said = np.where((outcome == "not_met") & is_visit, "not_met_visit", outcome.astype(str))
    row = np.searchsorted(codes, said)
    text = table[row, luck.integers(0, widest, len(outcome))]
    return known_where(luck.random(len(outcome)) < 0.25, text)
