"""What is put before the customer and the senior: way out there, bundle, wave, concrete ask."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd

from campaign.festival import CampaignWindow
from campaign.growth.refinance_status import STATUS_PLANNED
from campaign.growth.wording import day_words, wan
from campaign.settings import RefinanceRules
from campaign.vocabulary import CustomerType, GuaranteeType

TYPES = {member.value: member.label for member in CustomerType}
NO_RELEASE = "受托支付直接归还他行，无须解押"
# How the collateral comes free, by the guarantee there; bridging by intermediaries is banned.
RELEASE = {
    GuaranteeType.MORTGAGE.label: "先解押后抵押，衔接政府应急转贷资金，不得借中介过桥",
    GuaranteeType.COMBINED.label: "先解押后抵押，衔接政府应急转贷资金，不得借中介过桥",
    GuaranteeType.PLEDGE.label: "还款当日解除质押，同日办本行质押",
}
USUAL_BUNDLE = "结算账户、手机银行"


def add_offer(
    loans: pd.DataFrame, window: CampaignWindow, rules: RefinanceRules, *, limited: bool
) -> None:
    """Add release, bundle, wave and senior_ask; words for planned loans, empty for others.

    Source:
        source_notes (产品组合营销, 饥饿营销, 提出具体要求); domain rules B3, B5;
        docs/method.md#refinance.
    """
    planned = loans["status"].eq(STATUS_PLANNED)
    loans["release"] = loans["security"].map(RELEASE).fillna(NO_RELEASE).where(planned, "")
    bundle = loans["customer_type"].map(TYPES).map(rules.bundle).fillna(USUAL_BUNDLE)
    loans["bundle"] = bundle.where(planned, "")
    waves = _waves(loans, window) if limited else _last_days(loans)
    loans["wave"] = pd.Series(waves, index=loans.index).where(planned, "")
    asked = loans["needs_senior"].to_numpy(dtype=bool)
    asks = np.full(len(loans), "", dtype=object)
    asks[asked] = _asks(loans[asked], rules)
    loans["senior_ask"] = asks


def _waves(loans: pd.DataFrame, window: CampaignWindow) -> list[str]:
    """Return the wave (批次) in which each loan is offered, with its true last day.

    A loan that can be taken up before the festival is in the first wave, for a limited
    offer works only with a date.
    """
    eve = pd.Timestamp(window.festival - timedelta(days=1))
    first = loans["window_start"].le(eve)
    last = loans["window_end"].where(~(first & loans["window_end"].gt(eve)), eve)
    name = np.where(first, "节前批", "节后批")
    days = day_words(last, "活动结束")
    return [f"{wave}，{day}前签约" for wave, day in zip(name, days, strict=True)]


def _last_days(loans: pd.DataFrame) -> list[str]:
    """Return the day up to which each loan can be moved; no wave, for nothing is limited.

    A limited offer must be true (虚假宣传), so without a quota of special rates there is none.
    """
    return [f"{day}前签约才来得及" for day in day_words(loans["window_end"], "活动结束")]


def _asks(loans: pd.DataFrame, rules: RefinanceRules) -> list[str]:
    """Return what the senior is asked for: who, when, and the three things to settle."""
    top = loans["amount"].ge(rules.top_senior_amount)
    who = np.where(top, rules.top_senior, rules.senior)
    rate = (loans["our_rate"] * 100).map("{:.2f}%".format)
    special = np.where(loans["rate_quota"].gt(0), "（占优惠额度）", "（常规利率）")
    rows = zip(
        who,
        day_words(loans["window_start"]),
        day_words(loans["window_end"]),
        loans["lender"].fillna("他行").tolist(),
        wan(loans["amount"]),
        rate.tolist(),
        special,
        loans["lead_days"].astype(int).tolist(),
        loans["release"].tolist(),
        strict=True,
    )
    return [
        f"请{person}在 {start} 至 {end} 间同访，当场定三件事：置换{lender} {amount}；"
        f"年利率 {price}{kind}；{days} 天内办结（{way}）"
        for person, start, end, lender, amount, price, kind, days, way in rows
    ]
