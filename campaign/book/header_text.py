"""The words of a column header: its name, its unit, and the legend of codes it may carry."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field

MONEY_UNITS = {
    "元": 1.0,
    "千元": 1e3,
    "万元": 1e4,
    "百万元": 1e6,
    "千万元": 1e7,
    "亿元": 1e8,
}
# How a recipe may name the unit of a rate; 小数 is a fraction a year.
RATE_UNITS = frozenset({"%", "‰", "月‰", "月%", "小数"})
# What is said of a column or a sheet that is to be left out.
UNUSED = "不用"
_MONEY_WORDS = {
    **{unit: unit for unit in MONEY_UNITS},
    "万": "万元",
    "亿": "亿元",
    "千": "千元",
    "百万": "百万元",
    "w": "万元",
    "rmb": "元",
    "cny": "元",
    "¥": "元",
    "人民币": "元",
}
_RATE_SIGNS = {"%": "%", "‰": "‰", "%%": "‰", "百分比": "%", "百分数": "%", "千分比": "‰"}
_PERIODS = {
    "年": "年",
    "每年": "年",
    "年化": "年",
    "月": "月",
    "每月": "月",
    "日": "日",
    "天": "日",
}
_OTHER_UNITS = frozenset(
    [
        "户",
        "笔",
        "次",
        "天",
        "日",
        "月",
        "年",
        "人",
        "个",
        "岁",
        "期",
        "家",
        "张",
        "套",
        "分",
        "0-5",
        "0~5",
        "-2~2",
        "-2-2",
        "个月",
        "bp",
    ]
)

_BRACKETS = re.compile(r"[(\[{【〔<《]([^()\[\]{}【】〔〕<>《》]*)[)\]}】〕>》]")
_LOOSE_UNIT = re.compile(r"[(\[【]?\s*(人民币)?((?:百|千|千百)?万?亿?元|万|%|‰)\s*[)\]】]?$")
_JUNK = re.compile(
    r"[\s\ufeff\u200b\u200c\u200d\u2060*※★☆●▲△■◆#:：;；,，、。.．_\-—/\\|·•\"'“”‘’`~!！?？^]+"
)
_NUMBERING = re.compile(r"^(?:[(（]?[0-9一二三四五六七八九十]{1,2}[)）.．、]|[①-⑳])\s*(?=[^\d.])")
_YEAR_OF_SALES = re.compile(r"20\d{2}年度?(?=.*(?:收入|销售|营业|产值))")
_PAIR = re.compile(
    r"(?<![0-9A-Za-z])([0-9]{1,3}|[A-Z])\s*[:：.、\-—–=_]\s*([^\s;；,，、:：()（）\d][^\s;；,，、:：()（）]{0,15})"
)
# What 起 and 止 mean below a group called 起止日期.
ENDS = {
    **dict.fromkeys(("起", "自", "始", "起始", "开始", "起日", "始日"), "起始日期"),
    **dict.fromkeys(("止", "至", "讫", "终", "截止", "终止", "止日", "讫日"), "到期日期"),
}
# A group over the two days of a loan, which says nothing more.
_SPAN = re.compile(r"(?:贷款|借款|借据|合同)?(?:期限|日期|时间)(?:情况|信息)?")
BOTH_ENDS = re.compile(r"起[止讫](?:日期|时间|日)?")
# 1正常2关注3次级: codes and names without anything between them.
_CLOSE_PAIR = re.compile(r"(\d{1,2}|[A-Z])\s*([\u4e00-\u9fff]{1,10})")
_CLOSE_LEGEND = re.compile(r"(?:\s*(?:\d{1,2}|[A-Z])\s*[\u4e00-\u9fff]{1,10}[;；,，、/\s]*){2,}")
_COUNTED = frozenset("年月日天期户笔万元个人次")
_NOTE = re.compile(
    r"必填|选填|可填|填写|取数|文本|格式|下拉|可选|示例|例如|如[:：]|yyyy|不填|勿|手工|自动|系统|单选|参见|见|注|截止|截至|\d{4}"
)


@dataclass(frozen=True)
class HeaderText:
    """A header as read and as compared.

    Attributes:
        raw: As it stands, the levels joined by |.
        name: Normalised lowest level with bracketed qualifiers, without unit and notes.
        bare: The same without anything in brackets.
        group: Normalised upper levels, joined.
        unit: Money unit, `%`, `‰`, `月‰` and so on; empty if none is written.
        legend: Codes that the header itself explains, code → text.
    """

    raw: str
    name: str
    bare: str
    group: str = ""
    unit: str = ""
    legend: dict[str, str] = field(default_factory=dict)


def read_header(levels: Sequence[str]) -> HeaderText:
    """Return the parts of a header from its levels, top to bottom.

    >>> read_header(["贷款余额（万元）"]).unit, read_header(["贷款余额（万元）"]).name
    ('万元', '贷款余额')
    >>> read_header(["借款信息", "到期日期*"]).group, read_header(["借款信息", "到期日期*"]).name
    ('借款信息', '到期日期')
    >>> read_header(["期限", "到期日期"]).group
    ''
    >>> read_header(["客户类型(1：个人 2：企业)"]).legend, read_header(["状态(1正常2逾期)"]).legend
    ({'1': '个人', '2': '企业'}, {'1': '正常', '2': '逾期'})
    """
    levels = [level for level in levels if level.strip()] or [""]
    parts = [_Part(level) for level in levels]
    legend = {code: text for part in parts for code, text in part.legend.items()}
    unit = next((part.unit for part in reversed(parts) if part.unit), "")
    group = "".join(part.name for part in parts[:-1] if not _SPAN.fullmatch(part.name))
    raw = "|".join(level.strip() for level in levels)
    name, bare = parts[-1].name, parts[-1].bare
    if BOTH_ENDS.search(group) and bare in ENDS:
        name = bare = ENDS[bare]
        group = BOTH_ENDS.sub("", group)
    return HeaderText(raw, name, bare, group, unit, legend)


def normalised(text: str) -> str:
    """Return text as compared: one width, lower case, no blanks, marks or stars.

    >>> normalised(" 借据 编号＊：")
    '借据编号'
    """
    return _JUNK.sub("", unicodedata.normalize("NFKC", text)).lower()


class _Part:
    """One level of a header, taken apart."""

    def __init__(self, level: str) -> None:
        text = _NUMBERING.sub("", unicodedata.normalize("NFKC", level).strip())
        self.legend = _legend(text)
        self.unit = ""
        qualifiers = []
        for inner in _BRACKETS.findall(text):
            unit = unit_in(inner)
            if unit:
                self.unit = self.unit or unit
            elif not self.legend and not _is_note(inner):
                qualifiers.append(inner)
        outside = _BRACKETS.sub("", text)
        if self.legend:
            outside = re.split(r"[(（\n]|(?<=\S)\s*[1１]\s*[:：.、\-=]", outside)[0]
        outside = self._take_loose_unit(_YEAR_OF_SALES.sub("", outside))
        self.bare = normalised(outside)
        self.name = self.bare + normalised("".join(qualifiers))

    def _take_loose_unit(self, text: str) -> str:
        """Cut a unit that stands without brackets, or with half of them."""
        text = text.strip()
        match = _LOOSE_UNIT.search(text)
        if not match or not match.start():
            return text
        before = text[: match.start()].strip()
        if before[-1:] in ("美", "欧", "日", "单", "港", "多", "二", "三", "几"):
            return text
        self.unit = self.unit or unit_in(match.group(2)) or ""
        return before


def unit_in(text: str) -> str:
    """Return the unit that a bracket or a unit line names, or an empty text.

    >>> unit_in("单位：万元、户"), unit_in("月‰"), unit_in("%"), unit_in("年"), unit_in("他行")
    ('万元', '月‰', '%', '年', '')
    """
    text = unicodedata.normalize("NFKC", text).strip().lower()
    words = [word for word in re.split(r"[\s/、,，;；:：。]+", text) if word]
    money = [_MONEY_WORDS[w] for w in map(_money_word, words) if w in _MONEY_WORDS]
    if money:
        return money[0] if len(set(money)) == 1 else "混合"
    signs = [sign for word, sign in _RATE_SIGNS.items() if word in text]
    period = next((_PERIODS[p] for p in _PERIODS if text.startswith(p) or text.endswith(p)), "")
    if signs and re.fullmatch(r"[年月日天每化度利率/:：、%‰()百千分比数单位\s]*", text):
        sign = "‰" if "‰" in signs else signs[0]
        return ("" if period in ("年", "") else period) + sign
    if text in _PERIODS:
        return _PERIODS[text]
    return text if text in _OTHER_UNITS else ""


def _money_word(word: str) -> str:
    return word.removeprefix("单位").removeprefix("人民币").removesuffix("人民币") or word


def _legend(text: str) -> dict[str, str]:
    pairs = _PAIR.findall(text)
    if len(pairs) >= 2:
        return dict(pairs)
    for inner in _BRACKETS.findall(text):
        close = _CLOSE_PAIR.findall(inner) if _CLOSE_LEGEND.fullmatch(inner) else []
        if len({code for code, _ in close}) >= 2 and not _COUNTED & {name for _, name in close}:
            return dict(close)
    return {}


def _is_note(inner: str) -> bool:
    return len(inner) > 12 or bool(_NOTE.search(inner.lower()))
