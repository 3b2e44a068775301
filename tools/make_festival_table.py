"""Writes campaign/reference/festival.csv, 2000 to 2100, from lunar_python."""

from __future__ import annotations

import csv
import io
import sys
from datetime import date, timedelta
from pathlib import Path

from lunar_python import Lunar, Solar

sys.path.insert(0, str(Path(__file__).parent.parent))

from campaign.resources import reference_file
from campaign.vocabulary import Feast

YEARS = range(2000, 2101)
# Month and day of the lunar calendar; those before the Spring Festival belong to the year before.
BEFORE = {Feast.LABA: (12, 8), Feast.XIAONIAN: (12, 23)}
AFTER = {
    Feast.SPRING_FESTIVAL: (1, 1),
    Feast.LANTERN: (1, 15),
    Feast.ER_YUE_ER: (2, 2),
    Feast.DRAGON_BOAT: (5, 5),
    Feast.MID_AUTUMN: (8, 15),
}


def lunar_day(year: int, month: int, day: int) -> date:
    """Return the day of the common calendar of a lunar year, month and day."""
    return iso(Lunar.fromYmd(year, month, day).getSolar())


def iso(solar: Solar) -> date:
    """Return a lunar_python day as a date."""
    return date(solar.getYear(), solar.getMonth(), solar.getDay())


def feasts(year: int) -> dict[str, date]:
    """Return the feasts around the Spring Festival of `year`, by code, in table order."""
    days = {feast: lunar_day(year - 1, *when) for feast, when in BEFORE.items()}
    days |= {feast: lunar_day(year, *when) for feast, when in AFTER.items()}
    days[Feast.EVE] = days[Feast.SPRING_FESTIVAL] - timedelta(days=1)
    terms = Solar.fromYmd(year, 4, 1).getLunar().getJieQiTable()
    days[Feast.TOMB_SWEEPING] = iso(terms["清明"])
    return {feast.value: days[feast] for feast in Feast if feast in days}


def table_text() -> str:
    """Return the table as CSV text."""
    text = io.StringIO()
    writer = csv.DictWriter(text, ["year", *feasts(YEARS[0])], lineterminator="\n")
    writer.writeheader()
    writer.writerows({"year": year, **feasts(year)} for year in YEARS)
    return text.getvalue()


if __name__ == "__main__":
    path = reference_file("festival.csv")
    path.write_text(table_text(), encoding="utf-8", newline="\n")
    print(f"{path.name}: {len(YEARS)} years")
