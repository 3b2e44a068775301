"""What collateral still carries: value by its kind, less what is registered or owed on it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from campaign.growth.facts import SECURED
from campaign.growth.portfolio import Portfolio
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
    text = collateral.fillna("")
    kinds = pd.Series(OTHER, index=text.index, dtype=object)
    for kind, words in reversed(KIND_WORDS.items()):
        kinds = kinds.mask(text.str.contains(words), kind)
    return kinds


def collateral_room(portfolio: Portfolio, exposure: pd.Series, rules: HeadroomRules) -> np.ndarray:
    """Return what secured customers may still owe on their collateral, in yuan.

    The same collateral on several notes of a customer counts once. For a maximum mortgage
    the registered maximum ranks, not the balance, so the larger of it and of what is owed
    is taken off.

    Formula:
        sum of value x loan-to-value by kind - max(exposure, registered maximum)

    Source:
        民法典 arts 414, 420; ratios are settings; docs/method.md#headroom.

    Returns:
        NaN for a customer without collateral, or where a value is unknown.
    """
    notes = portfolio.notes[portfolio.notes["guarantee_type"].isin(SECURED)]
    keys = ["owner", "collateral", "collateral_value"]
    pieces = notes.drop_duplicates(keys)
    ratio = collateral_kind(pieces["collateral"]).map(rules.loan_to_value).astype(float)
    carries = portfolio.total(pieces, pieces["collateral_value"] * ratio)
    registered = notes.drop_duplicates(["owner", "registered_maximum"])
    ahead = portfolio.total(registered, registered["registered_maximum"])
    taken = np.fmax(exposure, ahead) if rules.registered_maximum_binds else exposure
    known = portfolio.any_of(notes, notes["collateral_value"].notna())
    return np.where(known, carries - taken, np.nan)
