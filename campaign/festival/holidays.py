"""What the user says of holidays: a file of days, or the State Council's notice as text."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from campaign.errors import CalendarError, reason_of
from campaign.vocabulary import DayKind

COLUMNS = {"date": "日期", "kind": "类别", "name": "名称"}
HINT = "每行应为 日期,类别,名称，例如 2027-02-06,休,春节；类别只能是 休 或 班。"


@dataclass(frozen=True, order=True)
class Holiday:
    """One day that the user declares: off (休) or on duty (班), and for which feast."""

    day: date
    kind: DayKind
    name: str = ""


def read_holidays(path: Path) -> tuple[Holiday, ...]:
    """Return the days of a `holidays_YYYY.csv` (columns date, kind, name), sorted.

    UTF-8 and the encoding of a Chinese Excel both do, and so do its dates (2027/2/6). A
    `.txt` file holds the State Council's notice; its name may give the year.

    Raises:
        CalendarError: The file cannot be read, or a line cannot; the line is named.
    """
    text = _text_of(path)
    if path.suffix.lower() == ".txt":
        named = re.search(r"20\d\d", path.stem)
        return parse_notice(text, int(named[0]) if named else None)
    rows = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    names = _columns_of(path, rows.fieldnames or ())
    days: dict[date, tuple[int, Holiday]] = {}
    for row in rows:
        values = {key: (row.get(name) or "").strip() for key, name in names.items()}
        if not any(values.values()):
            continue
        where = f"放假文件 {path.name} 第 {rows.line_num} 行"
        holiday = _holiday(where, values)
        if holiday.day in days:
            earlier = days[holiday.day][0]
            raise CalendarError(f"{where}：{holiday.day} 与第 {earlier} 行重复。", "请只留一行。")
        days[holiday.day] = (rows.line_num, holiday)
    return tuple(sorted(holiday for _, holiday in days.values()))


def holidays_csv(holidays: Iterable[Holiday]) -> str:
    """Return days as the text of a `holidays_YYYY.csv`, which `read_holidays` reads back."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows((h.day.isoformat(), h.kind.label, h.name) for h in sorted(holidays))
    return text.getvalue()


def parse_notice(text: str, year: int | None = None) -> tuple[Holiday, ...]:
    """Return the days that a holiday notice (放假通知) of the State Council gives.

    Understood: `X月X日至X日放假调休，共N天。X月X日（星期X）上班`, with or without the
    weekdays in brackets, one day alone, and a year before a date of the turn of the year.
    The count N and every weekday are checked against the dates.

    Args:
        text: The notice, or the sentences of it that matter.
        year: The year that it is about, where the text does not say `YYYY年部分节假日`.

    Raises:
        CalendarError: No year, no holiday, an impossible date, or a contradiction.

    Example:
        >>> days = parse_notice("春节：2月15日至23日放假调休，共9天。2月14日（周六）上班。", 2026)
        >>> days[0].day.isoformat(), days[0].kind.label, days[1].name, len(days)
        ('2026-02-14', '班', '春节', 10)
    """
    plain = re.sub(r"\s+", "", text)
    titled = re.search(r"(20\d\d)年(?:部分)?(?:法定)?节假日", plain)
    year = int(titled[1]) if titled else year
    if year is None:
        raise CalendarError("通知里没有写明是哪一年。", "请连同标题粘贴，或另外指明年份。")
    days: dict[date, Holiday] = {}
    name = ""
    for sentence in filter(None, re.split(r"[。；;！!]", plain)):
        name = _feast_name(sentence) or name
        for holiday in _days_of_sentence(sentence, name, year):
            if days.setdefault(holiday.day, holiday).kind is not holiday.kind:
                raise CalendarError(f"通知里 {holiday.day} 既放假又上班。", "请核对粘贴的文字。")
    if not days:
        raise CalendarError(
            "没有从文字里读到放假安排。",
            "应含“X月X日至X日放假调休，共N天。X月X日（星期X）上班”这样的句子。",
        )
    return tuple(sorted(days.values()))


def _text_of(path: Path) -> str:
    try:
        content = path.read_bytes()
    except OSError as error:
        raise CalendarError(f"放假文件 {path} 打不开：{reason_of(error)}。") from error
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CalendarError(f"放假文件 {path.name} 不是文本文件。", "请另存为 CSV（UTF-8）。")


def _columns_of(path: Path, header: Iterable[str]) -> dict[str, str]:
    found = {name.strip(): name for name in header}
    names = {}
    for column, label in COLUMNS.items():
        if column in found or label in found:
            names[column] = found.get(column, found.get(label, ""))
        elif column != "name":
            raise CalendarError(f"放假文件 {path.name} 第 1 行：缺少列 {column}（{label}）。", HINT)
    return names


def _holiday(where: str, values: Mapping[str, str]) -> Holiday:
    kind = DayKind.of_label(values["kind"])
    if kind is None:
        raise CalendarError(f"{where}：类别读到“{values['kind']}”。", HINT)
    match = re.fullmatch(
        r"(\d{4})(?:[-/.年](\d{1,2})[-/.月](\d{1,2})日?|(\d\d)(\d\d))", values["date"]
    )
    try:
        if match is None:
            raise ValueError
        year, month, day = (int(part) for part in match.groups() if part)
        return Holiday(date(year, month, day), kind, values.get("name", ""))
    except ValueError:
        raise CalendarError(f"{where}：日期读到“{values['date']}”，不是日期。", HINT) from None


# (year) month day (in brackets: weekday, lunar day) (to (year) (month) day (brackets))
_DAY = r"(?:(20\d\d)年)?(\d{1,2})月(\d{1,2})日(?:[（(]([^）)]*)[）)])?"
_SPAN = re.compile(
    _DAY + r"(?:[至—－~～-]+(?:(20\d\d)年)?(?:(\d{1,2})月)?(\d{1,2})日(?:[（(]([^）)]*)[）)])?)?"
)
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")
_WEEKDAYS = "一二三四五六日"


def _feast_name(sentence: str) -> str:
    found = re.search(r"(?:^|[、．.）)])([一-鿿]{2,3}(?:、[一-鿿]{2,3})*)[：:]", sentence)
    return found[1] if found else ""


def _days_of_sentence(sentence: str, name: str, year: int) -> Iterator[Holiday]:
    """Yield the days off up to 放假 and the days on duty up to 上班; other dates say nothing."""
    rested = re.search(r"放假", sentence)
    worked = re.search(r"上班", sentence)
    spans = list(_SPAN.finditer(sentence))
    total = 0
    for span in spans:
        if rested and span.start() < rested.start():
            days, kind = _days_of_span(span, year), DayKind.REST
            total += len(days)
        elif worked and span.start() < worked.start():
            days, kind = _days_of_span(span, year), DayKind.WORK
        else:
            continue
        yield from (Holiday(day, kind, name) for day in days)
    promised = re.search(r"(?:共|放假)(\d+)天", sentence)
    if rested and promised and total and int(promised[1]) != total:
        raise CalendarError(
            f"通知写明{name}共 {promised[1]} 天，按日期数出 {total} 天。", "请核对粘贴的文字。"
        )


def _days_of_span(span: re.Match[str], year: int) -> list[date]:
    first_year, month, day, note, last_year, last_month, last_day, last_note = span.groups()
    first = _checked_day(int(first_year or year), int(month), int(day), note)
    last = first
    if last_day:
        turn = int(last_year or first.year)
        last = _checked_day(turn, int(last_month or month), int(last_day), last_note)
    if not 0 <= (last - first).days <= 15:
        raise CalendarError(f"通知里“{span[0]}”的止日不在起日后半个月内。", "请核对粘贴的文字。")
    return [first + timedelta(days=shift) for shift in range((last - first).days + 1)]


def _checked_day(year: int, month: int, day: int, note: str | None) -> date:
    try:
        found = date(year, month, day)
    except ValueError:
        raise CalendarError(f"通知里的 {year}年{month}月{day}日 不是日期。") from None
    weekday = _WEEKDAY.search(note or "")
    if weekday and _WEEKDAYS.index(weekday[1].replace("天", "日")) != found.weekday():
        raise CalendarError(
            f"通知写 {month}月{day}日 是星期{weekday[1]}，"
            f"而 {year} 年这天是星期{_WEEKDAYS[found.weekday()]}。",
            "请核对年份与文字。",
        )
    return found
