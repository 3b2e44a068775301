"""The lists behind the visits: 增贷, 置换, 行业商机, 转介, 续贷保有.

Each function returns one frame with `manager_id` and exactly the values of a sheet's
columns, in the order of its rows; nothing is estimated here. `places` is what
`fill_places` returns.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from campaign.growth.keys import first_that_holds
from campaign.growth.prospects import ABOVE_TICKET
from campaign.render.action_places import Places, with_places
from campaign.render.action_source import (
    TO_CHECK,
    ActionSource,
    clauses,
    firm,
    numbered,
    plain_days,
)
from campaign.render.action_touches import with_ticket_note
from campaign.render.formats import UNKNOWN, label_of, span_of_days, weekday
from campaign.render.ranking import ranked
from campaign.vocabulary import HEADROOM, SOURCE_SHORT, Grade, RefinanceStatus, Signal, Source

CAPS = tuple(field.name for field in HEADROOM.fields if field.name.startswith("cap_"))
CONSENT = "先取得含营销用途的书面授权，或请客户自行提供他行合同、流水"
CLAUSES_SHOWN = 2
SOURCES_SHOWN = 1
BINDING_WORDS = f"{HEADROOM.field('binding_cap').label}为"
ANSWERS = {True: "可以", False: "不可以"}


def top_up_rows(rooms: pd.DataFrame, places: Places) -> pd.DataFrame:
    """Return 增贷: customers with headroom or an undrawn limit (`with_headroom`), best first."""
    rows = with_places(rooms, places)
    rows["signal"] = [label_of(Signal, signal) for signal in rows["signal"].tolist()]
    rows["ways"] = [
        " ".join(SOURCE_SHORT[Source(way)] for way in ways.split(";"))
        for ways in rows["ways"].tolist()
    ]
    rows["binding"] = [_cap_label(cap) for cap in rows["binding_cap"].tolist()]
    rows["shown"] = firm(rows["headroom"], rows["grade"])
    rows["grade"] = [label_of(Grade, grade) for grade in rows["grade"].tolist()]
    rows["note"] = [
        "；".join(filter(None, (clauses(drawn, 1), _beside_the_cap(reason))))
        for drawn, reason in zip(rows["why"].tolist(), _words(rows["reason"]), strict=True)
    ]
    rows["window"] = _windows(rows)
    return rows[
        ["manager_id", "number", "signal", "name", "phone", "date", "place", "loan_kind", "window",
         "ways", "balance", "limit", "undrawn", "binding", "shown", "grade", "again", "note"]
    ]  # fmt: skip


def cap_rows(rooms: pd.DataFrame) -> pd.DataFrame:
    """Return 测算卡: how the headroom in `top_up_rows` was found, cap by cap."""
    return rooms.assign(
        binding=[_cap_label(cap) for cap in rooms["binding_cap"].tolist()],
        shown=firm(rooms["headroom"], rooms["grade"]),
        new=firm(rooms["new_money"], rooms["grade"]),
    )[
        ["manager_id", "number", "name", "other_debt", *CAPS, "binding", "shown", "new",
         "not_checked", "source_rows"]
    ]  # fmt: skip


def refinance_rows(moved: pd.DataFrame, places: Places) -> pd.DataFrame:
    """Return 置换: loans at other banks to move in this campaign, then those for later."""
    rows = with_places(moved, places)
    estimated = _flags(rows["rate_estimated"]).map({True: "估计", False: "客户告知"})
    rows["rate_basis"] = estimated.where(rows["other_rate"].notna(), "")
    rows["senior"] = _flags(rows["needs_senior"]).map({True: "需要", False: ""})
    rows["amount"] = firm(rows["amount"], rows["grade"])
    rows["todo"] = _what_to_do(rows)
    rows["status"] = [label_of(RefinanceStatus, status) for status in rows["status"].tolist()]
    return rows[
        ["manager_id", "number", "name", "phone", "date", "place", "lender", "balance", "amount",
         "other_rate", "rate_basis", "our_rate", "net_saving", "maturity_date", "window_start",
         "window_end", "willingness", "senior", "status", "todo"]
    ]  # fmt: skip


def saving_rows(moved: pd.DataFrame) -> pd.DataFrame:
    """Return 置换测算: how the saving of the loans in `refinance_rows` was found, step by step."""
    return moved.assign(
        shown=firm(moved["amount"], moved["grade"]),
        spread=moved["other_rate"] - moved["our_rate"],
    )[
        ["manager_id", "number", "name", "lender", "balance", "shown", "other_rate", "our_rate",
         "spread", "maturity_date", "gross_saving", "switch_cost", "net_saving", "reason",
         "source_rows"]
    ]  # fmt: skip


def consent_rows(source: ActionSource) -> pd.DataFrame:
    """Return whose consent is needed first; neither lender nor amount may be shown yet."""
    table = source.plan.growth.refinance
    rows = table[table["status"] == RefinanceStatus.NEEDS_CONSENT.value]
    rows = rows.drop_duplicates(["manager_id", "customer_id"])
    rows = numbered(source.with_cards(source.first_rows(rows, "willingness")))
    rows["todo"] = CONSENT
    return rows[["manager_id", "number", "name", "phone", "todo"]]


def industry_rows(source: ActionSource, places: Places) -> pd.DataFrame:
    """Return 行业商机: customers and prospects of trades in season, best first."""
    found = source.opportunities
    rows = source.first_rows(found[found["source"] == Source.INDUSTRY.value], "gain")
    rows = numbered(with_places(source.with_days(rows), places))
    rows["trade"] = trade_names(rows["sub_industry"], rows["trade"])
    rows["ask"] = [
        _first_question(source.guidance.trade(trade).what_to_ask)
        for trade in rows["trade"].tolist()
    ]
    keys = zip(rows["industry_code"].tolist(), rows["sub_industry"].tolist(), strict=True)
    rows["peak"] = [source.peak(code, trade) for code, trade in keys]
    rows["amount"] = firm(rows["amount"], rows["grade"])
    rows["grade"] = [label_of(Grade, grade) for grade in rows["grade"].tolist()]
    rows["reward"] = _flags(rows["rewarded"]).map({True: "奖", False: ""})
    told = zip(
        _words(rows["reason"]),
        *(rows[name].tolist() for name in ("trade", "peak", "is_prospect")),
        strict=True,
    )
    above = rows["reason"].fillna("").astype("str").str.contains(ABOVE_TICKET, regex=False)
    short = pd.Series([_season_in_short(*one) for one in told], index=rows.index, dtype="object")
    rows["reason"] = with_ticket_note(short, above)
    rows["window"] = _windows(rows)
    rows["source_rows"] = _sources(rows["source_rows"])
    return rows[
        ["manager_id", "number", "trade", "reward", "name", "phone", "area", "kind", "date",
         "place", "amount", "window", "peak", "grade", "reason", "ask", "source_rows"]
    ]  # fmt: skip


def referral_rows(source: ActionSource, places: Places) -> pd.DataFrame:
    """Return 转介: existing customers likely to bring names, best first."""
    found = source.opportunities
    found = found[(found["source"] == Source.REFERRAL.value) & ~_flags(found["is_prospect"])]
    rows = numbered(with_places(source.with_days(source.first_rows(found, "gain")), places))
    known = source.referrers.reindex(rows["customer_id"])
    rows = rows.assign(**{str(name): known[name].array for name in known})
    rows["reason"] = _short(rows["reason"])
    rows["window"] = _windows(rows)
    rows["source_rows"] = _sources(rows["source_rows"])
    return rows[
        ["manager_id", "number", "customer_id", "name", "phone", "trade", "area", "reason",
         "names", "descendants", "brought_balance", "window", "date", "place", "source_rows"]
    ]  # fmt: skip


def renewal_rows(source: ActionSource, places: Places) -> pd.DataFrame:
    """Return 续贷保有: principal that falls due, in order of maturity."""
    rows = source.plan.growth.run_off
    order = {"manager_id": True, "maturity_date": True, "maturing": False}
    order |= {"loan_note_id": True, "source_rows": True}
    rows = ranked(rows[rows["maturing"] > 0], order)
    rows = numbered(with_places(source.with_days(rows), places))
    rows["weekday"] = [weekday(day) for day in plain_days(rows["maturity_date"])]
    renewable = rows["renewable"].astype("object")
    rows["renewable"] = [ANSWERS.get(flag, TO_CHECK) for flag in renewable.tolist()]
    rows["source_rows"] = _sources(rows["source_rows"])
    return rows[
        ["manager_id", "number", "name", "phone", "loan_note_id", "maturity_date", "weekday",
         "maturing", "scheduled", "renewable", "renew_probability", "renewed", "date", "place",
         "again", "reason", "source_rows"]
    ]  # fmt: skip


def trade_names(sub_industry: pd.Series, industry: pd.Series) -> pd.Series:
    """Return the trade where it is known, else the industry as read."""
    named = sub_industry.fillna("")
    return named.where(named.ne(""), industry.fillna(""))


def refinances(source: ActionSource) -> pd.DataFrame:
    """Return the loans at other banks that can be moved, those for later last."""
    table = source.plan.growth.refinance
    wanted = [RefinanceStatus.PLANNED.value, RefinanceStatus.LATER.value]
    rows = table[table["status"].isin(wanted)]
    later = rows["status"].eq(RefinanceStatus.LATER.value)
    rows = rows.assign(order=rows["amount"].fillna(0.0).where(~later, -1.0))
    return numbered(source.with_days(source.first_rows(rows, "order")))


def _what_to_do(rows: pd.DataFrame) -> list[str]:
    """Return how a loan is moved: the superior's part first; of one for later, why it is later."""
    names = ["senior_ask", "wave", "release", "bundle", "status", "reason"]
    said = []
    columns = (_words(rows[name]) for name in names)
    for ask, wave, release, bundle, status, reason in zip(*columns, strict=True):
        with_it = f"可一并办 {bundle}" if bundle else ""
        planned = status == RefinanceStatus.PLANNED.value
        parts = [part for part in (ask, wave, release, with_it) if part and planned]
        said.append("；".join(parts) or reason)
    return said


def with_headroom(source: ActionSource) -> pd.DataFrame:
    """Return the customers of 增贷 with their headroom; `why` says what is still undrawn."""
    found = source.opportunities
    found = found[found["source"].isin([Source.TOP_UP.value, Source.DRAW.value])]
    rooms = source.rooms.get_indexer(pd.Index(found["customer_id"]))
    found, rooms = found[rooms >= 0], rooms[rooms >= 0]
    manager, managers = pd.factorize(found["manager_id"])
    pair = found["customer_no"].to_numpy() * (len(managers) + 1) + manager
    first = ~pd.Series(pair).duplicated().to_numpy()
    is_draw = found["source"].eq(Source.DRAW.value)
    groups = found.assign(drawn=is_draw, grown=~is_draw).groupby(pair, sort=False)
    ways = groups[["gain", "window_start", "window_end", "drawn", "grown"]].agg(
        {"gain": "sum", "window_start": "min", "window_end": "max", "drawn": "any", "grown": "any"}
    )
    ways = ways.reset_index(drop=True).assign(
        ways=first_that_holds(
            [ways["drawn"] & ways["grown"], ways["drawn"]],
            [f"{Source.TOP_UP.value};{Source.DRAW.value}", Source.DRAW.value],
            Source.TOP_UP.value,
        ),
        manager_id=found["manager_id"].to_numpy()[first],
        customer_id=found["customer_id"].to_numpy()[first],
        room=rooms[first],
    )
    rows = source.first_rows(ways, "gain").reset_index(drop=True)
    room = source.plan.growth.headroom.iloc[rows["room"].to_numpy()]
    named = room.drop(columns=["manager_id", "branch", "customer_id"])
    rows = rows.assign(**{str(name): named[name].array for name in named})
    draws = found[found["source"] == Source.DRAW.value]
    drawn = dict(zip(draws["customer_id"].tolist(), _words(draws["reason"]), strict=True))
    rows = rows.assign(why=[drawn.get(customer, "") for customer in rows["customer_id"].tolist()])
    return numbered(source.with_days(rows))


def _short(reasons: pd.Series) -> list[str]:
    return [clauses(reason, CLAUSES_SHOWN) for reason in _words(reasons)]


def _windows(rows: pd.DataFrame) -> list[str]:
    return [
        span_of_days(first, last)
        for first, last in zip(
            plain_days(rows["window_start"]), plain_days(rows["window_end"]), strict=True
        )
    ]


def _first_question(asked: str) -> str:
    return asked.split("；")[0]


def _season_in_short(reason: str, trade: str, peak: str, is_prospect: bool) -> str:
    """Return the reason of a season without what has columns: trade, peak, where a name is from."""
    told = clauses(reason, 1 if is_prospect else CLAUSES_SHOWN)
    return told.removeprefix(f"{trade}{peak}用款最旺，")


def _beside_the_cap(reason: str) -> str:
    """Return what a headroom's reason says beside the cap that binds, which has a column."""
    parts = clauses(reason, len(reason)).split("；")
    return "；".join(part for part in parts if not part.startswith(BINDING_WORDS))


def _sources(rows: pd.Series) -> list[str]:
    """Return the first source rows, and how many there are; all stand in tables/."""
    shown = []
    for text in _words(rows):
        parts = text.split(";")
        more = f" 等 {len(parts)} 处" if len(parts) > SOURCES_SHOWN else ""
        shown.append(";".join(parts[:SOURCES_SHOWN]) + more)
    return shown


def _words(column: pd.Series) -> list[str]:
    words: list[str] = column.fillna("").tolist()
    return words


def _flags(column: pd.Series) -> pd.Series:
    return column.fillna(value=False).astype(bool)


def _cap_label(name: Any) -> str:
    if not isinstance(name, str) or name not in CAPS:
        return UNKNOWN
    return HEADROOM.field(name).label.removesuffix("上限")
