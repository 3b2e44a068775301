"""Days, banks and amounts in the words of a title, a file name or an option."""

from __future__ import annotations

import calendar
import re
import unicodedata
from datetime import date

_DAY = re.compile(r"(?<!\d)((?:19|20)\d{2})\s*[年./\-_]\s*(\d{1,2})\s*[月./\-_]\s*(\d{1,2})(?!\d)")
_COMPACT = re.compile(r"(?<!\d)((?:19|20)\d{2})(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(?!\d)")
_MONTH = re.compile(
    r"(?<!\d)((?:19|20)\d{2})\s*[年./\-_]\s*(\d{1,2})\s*月?(?!\d)|(?<!\d)(20\d{2})(0[1-9]|1[0-2])(?!\d)"
)
_BANK = re.compile(
    r"[\u4e00-\u9fff]{1,16}?(?:农村商业银行|农村合作银行|村镇银行|农商银行|商业银行|银行|农商行|农信社"
    r"|农村信用合作联社|农村信用联社|信用联社|联社|信用社)(?:股份有限公司)?"
)
_BEFORE_BANK = re.compile(
    r"^(?:填报单位|编报单位|报送单位|单位|机构|年|月末?|日|末|截至|截止|附件|关于|一|二|三|表)+"
)
_NO_BANK = ("他行", "其他银行", "外行", "本银行")


def day_in(text: str) -> date | None:
    """Return the last day that a text names; a bare month means its last day.

    >>> day_in("截至2026年11月15日"), day_in("台账20261031"), day_in("2026年9月末贷款明细")
    (datetime.date(2026, 11, 15), datetime.date(2026, 10, 31), datetime.date(2026, 9, 30))
    >>> day_in("附件2") is None
    True
    """
    text = unicodedata.normalize("NFKC", text)
    for pattern in (_DAY, _COMPACT):
        found = [_day(*match) for match in pattern.findall(text)]
        real = [day for day in found if day]
        if real:
            return real[-1]
    for match in reversed(list(_MONTH.finditer(text))):
        year, month = int(match[1] or match[3]), int(match[2] or match[4])
        if 1 <= month <= 12:
            return date(year, month, calendar.monthrange(year, month)[1])
    return None


def _day(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def bank_in(text: str) -> str:
    """Return the bank that a title names, or an empty text.

    >>> bank_in("清河农商银行贷款台账（2026年11月15日）"), bank_in("贷款明细表")
    ('清河农商银行', '')
    """
    if any(word in text for word in _NO_BANK):
        return ""
    match = _BANK.search(re.sub(r"[\s:：;；]+", " ", text))
    return _BEFORE_BANK.sub("", match.group()) if match else ""
