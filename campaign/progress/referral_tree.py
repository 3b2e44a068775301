"""Names brought home: who gave them, and through whom (客户 → 爱人 → 表弟)."""

from __future__ import annotations

import hashlib
from typing import Any

import pandas as pd

from campaign.vocabulary import REFERRAL_TREE

ARROW = " → "
NAMELESS_ROOT, SOMEBODY = "未写介绍人", "熟人"
Row = dict[str, Any]


def referral_tree(referred: pd.DataFrame) -> pd.DataFrame:
    """Return table REFERRAL_TREE: every new contact with the way from the customer to him.

    A contact hangs below another one where its 介绍人 is that one's name, at the same
    manager, and no customer number is written beside it. Links that would close a ring are
    dropped.

    Args:
        referred: Table REFERRED.

    Example:
        >>> referred = pd.DataFrame({"manager_id": "m", "customer_name": ["李秀", "王强"],
        ...     "phone": "", "referrer_id": ["K1", None], "referrer_name": ["张三", "李秀"],
        ...     "relation": ["爱人", "表弟"], "main_business": None, "wanted_amount": None})
        >>> referral_tree(referred)["path"].tolist()
        ['张三 → 爱人李秀', '张三 → 爱人李秀 → 表弟王强']
    """
    rows: list[Row] = [
        {str(name): (None if _is_unknown(value) else value) for name, value in row.items()}
        for row in referred.to_dict("records")
    ]
    for row in rows:
        row["prospect_id"] = prospect_number(row["manager_id"], row["customer_name"], row["phone"])
    by_name = {(row["manager_id"], row["customer_name"]): row for row in reversed(rows)}
    ways = [_way(row, by_name) for row in rows]
    placed = [{**row, **way} for row, way in zip(rows, ways, strict=True)]
    ordered = sorted(placed, key=lambda row: (row["manager_id"], row["path"], row["prospect_id"]))
    table = REFERRAL_TREE.conform(pd.DataFrame(ordered, columns=[*REFERRAL_TREE.columns]))
    return REFERRAL_TREE.check(table)


def prospect_number(manager_id: str, name: str, phone: str | None) -> str:
    """Return the number of a new contact: always the same for a manager, name and phone."""
    text = "\x1f".join((manager_id, name, phone or ""))
    return f"ZJ{manager_id}-{hashlib.sha256(text.encode()).hexdigest()[:8]}"


def _way(row: Row, by_name: dict[tuple[str, str], Row]) -> Row:
    """Return the parent, root, depth and path of a contact."""
    chain, seen = [row], {row["prospect_id"]}
    while (above := _above(chain[-1], by_name)) is not None and above["prospect_id"] not in seen:
        chain.append(above)
        seen.add(above["prospect_id"])
    root = chain[-1]
    names = [root["referrer_name"] or root["referrer_id"] or NAMELESS_ROOT]
    names += [f"{one['relation'] or ''}{one['customer_name']}" for one in reversed(chain)]
    links = [str(one["relation"] or SOMEBODY) for one in reversed(chain)]
    return {
        "relations": ARROW.join(["客户", *links]),
        "parent_id": chain[1]["prospect_id"] if len(chain) > 1 else None,
        "referrer_id": root["referrer_id"],
        "depth": len(chain),
        "path": ARROW.join(names),
    }


def _above(row: Row, by_name: dict[tuple[str, str], Row]) -> Row | None:
    if row["referrer_id"] or not row["referrer_name"]:
        return None
    return by_name.get((row["manager_id"], row["referrer_name"]))


def _is_unknown(value: Any) -> bool:
    return value is None or value is pd.NA or value != value
