"""Turns the rows picked from a plan into the formatted rows that several sheets show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from campaign.render.briefing.cuts import Row, words
from campaign.render.briefing.facts import Facts
from campaign.render.briefing.pages import Figure, MaturityRow, RefinanceRow
from campaign.render.contacts import PLACE_NAME
from campaign.render.drawing import fitted
from campaign.render.formats import (
    REFERENCE_ONLY,
    as_day,
    chance_text,
    chance_words,
    count_text,
    is_unknown,
    label_of,
    percent_text,
    short_day,
    wan_text,
    weekday,
    yuan_text,
)
from campaign.vocabulary import OUTING, Grade, Source

PURPOSES_SHOWN = 3


def day_words(value: object) -> str:
    """Return a day inside the campaign with its weekday, as 12-03 周四."""
    day = as_day(value)
    return f"{short_day(day)} {weekday(day)}" if day else "—"


def span_words(start: object, end: object) -> str:
    """Return a span of days inside the campaign, as 12-03 至 01-15."""
    return f"{short_day(as_day(start))} 至 {short_day(as_day(end))}"


def chance_figure(chance: float, low: float, high: float) -> Figure:
    """Return how sure the target is: in words, in percent, and the range of most seasons."""
    said = chance_words(chance)
    percent = chance_text(chance).removeprefix(said).strip("（）")
    span = f"十季有八季在 {wan_text(low)} 至 {wan_text(high)} 万元"
    return Figure("达成把握", said, f"{percent}；{span}" if percent else span)


def net_note(net: float, target: float) -> str:
    """Return how far an expected net growth goes towards a target.

    >>> net_note(50.0, 200.0), net_note(-1.0, 200.0)
    ('占目标 25%', '续贷和新增补不上到期还款')
    """
    return f"占目标 {percent_text(net / target, 0)}" if net >= 0 else "续贷和新增补不上到期还款"


def of_capacity(planned: float, capacity: float | None) -> str:
    """Return what is planned over what is possible.

    >>> of_capacity(12, 16.0), of_capacity(12, None)
    ('12/16', '12')
    """
    if capacity is None or is_unknown(capacity):
        return count_text(planned)
    return f"{count_text(planned)}/{count_text(capacity)}"


def possible_amount(amount: float, grade: object) -> str:
    """Return an amount in 万元; one that only policy caps support is never shown as firm.

    >>> possible_amount(300000.0, "A"), possible_amount(300000.0, "C")
    ('30.00', '≤30.00 C级')
    """
    text = wan_text(amount)
    return f"≤{text} C级" if grade == Grade.C.value else text


def main_reasons(facts: Facts, reason: object, widest: int) -> str:
    """Return the first two parts of a reason, as many as fit a width in Chinese characters."""
    parts = [part for part in words(reason).split("；") if part and part != REFERENCE_ONLY]
    return whole_parts([facts.told(part) for part in parts[:2]], widest)


def whole_parts(parts: Sequence[str], widest: int, between: str = "；") -> str:
    """Return the first parts that fit whole, else the first phrases of the first one.

    Only where not even one phrase fits is it cut.

    >>> whole_parts(["到期 20万元", "可办无还本续贷"], 16), whole_parts(["到期 20万元", "可办"], 6)
    ('到期 20万元；可办无还本续贷', '到期 20万元')
    >>> whole_parts(["塔吊租赁用款最旺，约为平时 4.5 倍"], 9)
    '塔吊租赁用款最旺'
    """
    shown = between.join(parts[:1])
    for part in parts[1:]:
        longer = f"{shown}{between}{part}"
        if fitted(longer, widest) != longer:
            break
        shown = longer
    if fitted(shown, widest) != shown and between == "；":
        return whole_parts(shown.split("，"), widest, "，")
    return fitted(shown, widest)


def grades_note(expected: Mapping[str, float]) -> str:
    """Return the shares of the data grades in an expected amount, which every page says.

    >>> grades_note({"A": 3.0, "C": 1.0})
    '新增金额按资料等级：A 级（资料较全）75%、B 级（部分估算）0%、C 级（仅政策上限）25%。'
    """
    total = sum(expected.values())
    if total <= 0:
        return "没有可测算的金额。"
    shares = [
        f"{grade.value} 级（{grade.label}）{percent_text(expected.get(grade.value, 0.0) / total, 0)}"
        for grade in Grade
    ]
    return f"新增金额按资料等级：{'、'.join(shares)}。"


def purposes_words(purposes: object, main: object) -> str:
    """Return the sources that a touch serves, the main one first.

    >>> purposes_words("renewal;top_up", "top_up")
    '存量增贷、续贷保有'
    """
    codes = [code for code in words(purposes).split(";") if code]
    first = [code for code in codes if code == main]
    rest = [code for code in codes if code != main]
    shown = "、".join(label_of(Source, code) for code in [*first, *rest][:PURPOSES_SHOWN])
    return shown + ("等" if len(codes) > PURPOSES_SHOWN else "")


def companion_words(facts: Facts, companion: object) -> str:
    """Return who goes along by name, where a staff number stands for him."""
    text = words(companion)
    return "、".join(facts.people.get(part) or facts.told(part) for part in text.split(";") if part)


def customer_name(facts: Facts, row: Row) -> str:
    """Return the masked name, what an outing is called, or the number where no name is known."""
    number = str(row["customer_id"])
    return facts.names.get(number) or (PLACE_NAME if number.startswith(OUTING) else number)


def place_words(facts: Facts, row: Row) -> str:
    """Return a customer's number and area; an outing has an area alone."""
    number, area = str(row["customer_id"]), facts.told(row["area"])
    return area if number.startswith(OUTING) else f"{number} {area}".strip()


def manager_name(facts: Facts, number: object) -> str:
    """Return the name of a manager, or his number where no name is known."""
    text = words(number)
    known = facts.people.get(text)
    return known or (text if text.isalnum() and text.isascii() else facts.told(text)) or "—"


def maturity_row(facts: Facts, row: Row) -> MaturityRow:
    """Return one loan that falls due."""
    renewable = row["renewable"]
    bad = not is_unknown(renewable) and not renewable
    return MaturityRow(
        day=day_words(row["maturity_date"]),
        short_day=short_day(as_day(row["maturity_date"])),
        customer=customer_name(facts, row),
        manager=manager_name(facts, row["manager_id"]),
        amount=wan_text(row["maturing"]),
        chance="不宜续贷" if bad else percent_text(row["renew_probability"], 0),
        note=facts.told(row["reason"]),
    )


def refinance_row(facts: Facts, row: Row) -> RefinanceRow:
    """Return one loan at another bank."""
    estimated = not is_unknown(row["rate_estimated"]) and bool(row["rate_estimated"])
    loses = not is_unknown(row["net_saving"]) and row["net_saving"] < 0
    saving = "到期日再衔接" if loses else f"净省 {yuan_text(row['net_saving'])} 元"
    return RefinanceRow(
        customer=customer_name(facts, row),
        lender=facts.told(row["lender"]) or "—",
        amount=possible_amount(row["amount"], row["grade"]),
        saving=f"{saving}（估计）" if estimated and not loses else saving,
        window=span_words(row["window_start"], row["window_end"]),
    )
