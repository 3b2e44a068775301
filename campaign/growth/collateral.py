"""What collateral still carries: value by its kind, less what others registered and we lent."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.growth.facts import SECURED
from campaign.growth.portfolio import Portfolio
from campaign.growth.wording import once_each
from campaign.settings import HeadroomRules

# Words that tell the kind of collateral, in the order they are tried.
KIND_WORDS = {
    "存单": "存单|存款|国债|保证金",
    "应收账款": "应收",
    "存货": "存货|仓单|库存",
    "车辆": "车",
    "设备": "设备|机器|机械",
    "厂房": "厂房|工业",
    "写字楼": "写字楼|办公",
    "商铺": "商铺|商业|商用|门面|店面|铺面",
    "住宅": "住宅|住房|商品房|公寓|别墅",
    "土地": "土地",
}
OTHER = "其他"


def collateral_kind(collateral: pd.Series) -> pd.Series:
    """Return the kind of each collateral, 其他 where the words do not tell.

    >>> collateral_kind(pd.Series(["城东住宅一套", "临街门面", "林权", None])).tolist()
    ['住宅', '商铺', '其他', '其他']
    """
    return once_each(collateral.fillna(""), _kinds)


def _kinds(text: pd.Series) -> pd.Series:
    kinds = pd.Series(OTHER, index=text.index, dtype=object)
    for kind, words in reversed(KIND_WORDS.items()):
        kinds = kinds.mask(text.str.contains(words), kind)
    return kinds


def collateral_room(portfolio: Portfolio, exposure: pd.Series, rules: HeadroomRules) -> np.ndarray:
    """Return what secured customers may still owe on their collateral, in yuan.

    The same collateral on several notes of a customer counts once. What others registered
    ahead of us is taken off as registered, not as owed, piece by piece. What is registered
    for us is ours to fill: there only what is owed to us is taken off.

    Formula:
        sum over pieces of max(0, value x loan-to-value by kind - registered ahead of us)
        - exposure

    Source:
        民法典 arts 414, 420 (rank by registration, up to the registered maximum); ratios
        are settings; docs/method.md#headroom.

    Returns:
        NaN for a customer without collateral, or where a value is unknown.
    """
    notes = portfolio.notes[portfolio.notes["guarantee_type"].isin(SECURED)]
    ahead = notes["prior_registered"].fillna(0)
    if rules.registered_maximum_is_others:
        theirs = notes["registered_maximum"].fillna(0)
        ahead = ahead.where(ahead > theirs, theirs)
    pieces = notes.assign(ahead=ahead).sort_values("ahead", ascending=False, kind="stable")
    pieces = pieces.drop_duplicates(["owner", "collateral", "collateral_value"])
    ratio = collateral_kind(pieces["collateral"]).map(rules.loan_to_value).astype(float)
    carries = (pieces["collateral_value"] * ratio - pieces["ahead"]).clip(lower=0)
    known = portfolio.any_of(notes, notes["collateral_value"].notna())
    return np.where(known, portfolio.total(pieces, carries) - exposure, np.nan)


def own_registration_left(portfolio: Portfolio, exposure: pd.Series) -> np.ndarray:
    """Return what the registration for us still covers, in yuan; NaN where none is known.

    Lending above it needs the registration changed, or a mortgage of lower rank.
    """
    notes = portfolio.notes[portfolio.notes["guarantee_type"].isin(SECURED)]
    once = notes.drop_duplicates(["owner", "collateral", "registered_maximum"])
    registered = portfolio.total(once, once["registered_maximum"])
    known = portfolio.any_of(notes, notes["registered_maximum"].notna())
    return np.where(known, np.clip(registered - exposure, 0, None), np.nan)
