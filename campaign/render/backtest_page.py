"""Writes a backtest: one page to print, and its tables."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from campaign.learn.backtest import Backtest
from campaign.learn.scored import ScoredPlan
from campaign.render.backtest_fields import BacktestPage, CaptureRow, ScoreRow
from campaign.render.backtest_words import (
    backtest_sentence,
    expected_of_all,
    halves_sentence,
    rates_sentence,
    ratio_of_all,
    ratio_text,
)
from campaign.render.briefing.pages import Figure, Stamp
from campaign.render.briefing.stamp import BANK, css_text
from campaign.render.files import write_atomically
from campaign.render.formats import (
    INTERNAL,
    UNKNOWN,
    count_text,
    day_text,
    is_unknown,
    label_of,
    percent_text,
    wan_text,
)
from campaign.render.page_templates import page_templates
from campaign.render.paired_bars import paired_bars
from campaign.render.tables import csv_bytes
from campaign.vocabulary import (
    BACKTEST_CALIBRATION,
    BACKTEST_CAPTURE,
    BACKTEST_DECILES,
    Choice,
    Source,
)

TITLE = "方案回测"
PAGE_NAME = "回测.html"
TABLES = (BACKTEST_DECILES, BACKTEST_CALIBRATION, BACKTEST_CAPTURE)
ALL = "名单客户增长（不含续贷）"
BEYOND_ROW, WHOLE_ROW = "测算空间以外（全部存量客户）", "全部存量客户增长"
INSIDE = "（测算空间内）"
FIRST_GROUPS = 3


def write_backtest(scored: ScoredPlan, folder: Path) -> list[Path]:
    """Write `回测.html` and the three tables into a folder and return their paths.

    Raises:
        OutputBlocked: A file cannot be written there.
    """
    page = page_templates("backtest").get_template("scores.html").render(page=backtest_page(scored))
    tables = scored.result.tables
    return [
        write_atomically(folder / PAGE_NAME, page.encode("utf-8")),
        *(
            write_atomically(folder / f"{table.name}.csv", csv_bytes(table, tables[table.name]))
            for table in TABLES
        ),
    ]


def backtest_page(scored: ScoredPlan) -> BacktestPage:
    """Return the page of a backtest."""
    result = scored.result
    deciles = result.deciles
    return BacktestPage(
        stamp=_stamp(scored),
        title=TITLE,
        lead=backtest_sentence(scored),
        figures=_figures(scored),
        bars=paired_bars(
            [
                (f"第 {row['decile']:.0f} 组", row["predicted"], row["actual"])
                for row in _rows(deciles)
            ],
            ("预计增长", "实际增长"),
        ),
        deciles=decile_rows(scored),
        sources=source_rows(scored),
        halves=halves_rows(scored),
        halves_note=halves_sentence(scored),
        bands=band_rows(scored),
        capture=capture_rows(scored),
        notes=(rates_sentence(scored), *result.notes),
        caveats=scored.caveats,
    )


def decile_rows(scored: ScoredPlan) -> tuple[ScoreRow, ...]:
    """Return the ten groups, the largest estimated uplift first."""
    return _comparable(
        scored,
        (
            _score_row(f"第 {row['decile']:.0f} 组", row["customers"], row)
            for row in _rows(scored.result.deciles)
        ),
    )


def source_rows(scored: ScoredPlan) -> tuple[ScoreRow, ...]:
    """Return expected against actual by source, in the order of the sources, then all."""
    return _comparable(scored, _by_source(scored.result))


def _comparable(scored: ScoredPlan, rows: Iterable[ScoreRow]) -> tuple[ScoreRow, ...]:
    """Return the rows without the ratio of amounts where priors alone had set what is expected."""
    if not scored.only_priors:
        return tuple(rows)
    return tuple(dataclasses.replace(row, ratio=UNKNOWN) for row in rows)


def halves_rows(scored: ScoredPlan) -> tuple[ScoreRow, ...]:
    """Return the same, each half of the customers rated by the other; none where not needed."""
    return _by_source(scored.halves) if scored.halves is not None else ()


def _by_source(result: Backtest) -> tuple[ScoreRow, ...]:
    table = result.calibration
    whole = table[table["band"] == ""].set_index("source", drop=False)
    order = [source.value for source in Source if source.value in whole.index]
    order += [""] if "" in whole.index else []
    by_source = [
        _score_row(_source_name(row["source"]), row["cases"], row)
        for row in _rows(whole.loc[order])
    ]
    if "" in whole.index:
        # What came beyond the headroom is in the actual amount alone; the sum is the last row.
        by_source[-1] = dataclasses.replace(by_source[-1], ratio=UNKNOWN)
    return (*by_source, *_beyond_rows(result))


def _source_name(source: str) -> str:
    if not source:
        return ALL
    name = label_of(Source, source)
    return name + INSIDE if source == Source.TOP_UP.value else name


def _beyond_rows(result: Backtest) -> tuple[ScoreRow, ...]:
    """Return the money beyond what was held possible, and the sum of all old customers."""
    known = not is_unknown(result.predicted_beyond)
    both = (
        (BEYOND_ROW, result.predicted_beyond, result.actual_beyond),
        (WHOLE_ROW, expected_of_all(result), result.actual_all),
    )
    return tuple(
        ScoreRow(
            name=name,
            cases=UNKNOWN,
            expected_rate=UNKNOWN,
            actual_rate=UNKNOWN,
            interval="",
            expected=wan_text(expected) if known or name == WHOLE_ROW else "没有更早台账",
            actual=wan_text(actual),
            ratio=ratio_text(actual, expected),
            lift="",
        )
        for name, expected, actual in both
    )


def band_rows(scored: ScoredPlan) -> tuple[ScoreRow, ...]:
    """Return expected against actual by probability, the least first."""
    table = scored.result.calibration
    banded = table[(table["source"] == "") & (table["band"] != "")]
    ordered = banded.sort_values("predicted_rate", kind="stable")
    rows = (_score_row(str(row["band"]), row["cases"], row) for row in _rows(ordered))
    return _comparable(scored, rows)


def capture_rows(scored: ScoredPlan) -> tuple[CaptureRow, ...]:
    """Return what each way of choosing would have caught, the plan first."""
    return tuple(
        CaptureRow(
            label_of(Choice, row["rule"]),
            count_text(row["customers"]),
            wan_text(row["actual"]),
            percent_text(row["share"], 0),
            percent_text(row["against_plan"], 0),
        )
        for row in _rows(scored.result.capture)
    )


def _score_row(name: str, cases: float, row: dict[str, Any]) -> ScoreRow:
    interval = ""
    if not is_unknown(row.get("low")):
        interval = f"{percent_text(row['low'])}—{percent_text(row['high'])}"
    lift = row.get("lift")
    return ScoreRow(
        name=name,
        cases=count_text(cases),
        expected_rate=percent_text(row["predicted_rate"]),
        actual_rate=percent_text(row["actual_rate"]),
        interval=interval,
        expected=wan_text(row["predicted"]),
        actual=wan_text(row["actual"]),
        ratio=ratio_text(row["actual"], row["predicted"]),
        lift="" if is_unknown(lift) else f"{lift:.2f}",
    )


def _figures(scored: ScoredPlan) -> tuple[Figure, ...]:
    result, deciles = scored.result, scored.result.deciles
    first = deciles["actual"].head(FIRST_GROUPS).sum()
    lift = deciles["lift"].iloc[0] if len(deciles) else float("nan")
    return (
        *_totals(scored),
        Figure(
            "前三组",
            percent_text(first / result.actual, 0) if result.actual else UNKNOWN,
            "占全部实际增长",
        ),
        Figure("第一组提升", UNKNOWN if is_unknown(lift) else f"{lift:.2f} 倍", "转化率比全部客户"),
        Figure(
            "新客户",
            f"{count_text(result.arrived)} 户",
            f"{wan_text(result.arrived_balance)} 万元，名单看不到",
        ),
    )


def _totals(scored: ScoredPlan) -> tuple[Figure, ...]:
    """Return expected and actual yuan; priors alone are no estimate, so the halves stand in."""
    judged = scored.halves if scored.only_priors else scored.result
    note = "各用另一半客户的转化率" if scored.only_priors else "存量客户，不含续贷"
    actual = f"{wan_text(scored.result.actual_all)} 万元"
    if judged is None:
        judged_figures = ("预计增长", "实际/预计")
        expected, ratio = (
            Figure(name, UNKNOWN, "只有示例先验，不比总额") for name in judged_figures
        )
    else:
        expected = Figure("预计增长", f"{wan_text(expected_of_all(judged))} 万元", note)
        ratio = Figure("实际/预计", ratio_of_all(judged), "金额之比")
    return (expected, Figure("实际增长", actual, "到季末，新增资金在活动期内"), ratio)


def _stamp(scored: ScoredPlan) -> Stamp:
    plan, window = scored.plan, scored.plan.window
    bank = plan.settings.output.bank_name or plan.book.bank_name or BANK
    version = f"以 {day_text(scored.new_day)} 台账核对"
    footer = (TITLE, f"数据日期 {day_text(window.as_of)}", version, INTERNAL)
    return Stamp(
        bank=bank,
        as_of=day_text(window.as_of),
        window=f"{day_text(window.start)} 至 {day_text(window.end)}",
        festival=day_text(window.festival),
        version=version,
        calendar_note=window.calendar.note(window.start, window.end),
        notices=(INTERNAL,),
        footer=css_text(" · ".join(footer)),
        header=css_text(f"{bank} · {TITLE}"),
    )


def _rows(table: pd.DataFrame) -> list[dict[str, Any]]:
    return [{str(name): value for name, value in row.items()} for row in table.to_dict("records")]
