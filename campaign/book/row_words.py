"""What a text says of its row: a total, a footer, an example, a hint on how to fill in."""

from __future__ import annotations

import re
from collections.abc import Sequence

from campaign.book.raw_sheet import Cell

LONGEST = 40
TOTAL = re.compile(
    r"^.{0,20}(?:合计|小计|总计|累计|共计|总和|总额|汇总)(?:数|金额|余额)?[:：]?"
    r"(?:[(（].*[)）]|共?\d+[笔户家人个条])?$|^其中[:：]?|^(?:户均|人均)?平均"
)
GUIDE = re.compile(
    r"^[(（]?(?:必填|选填|非必填|可不填|可填|可空|填写|请填|按.{1,8}填|格式|文本|数字|日期型|下拉)"
)
PAIR = re.compile(r"^[^:：]{1,8}[:：].")
FOOTER = re.compile(
    r"^(?:制表|审核|填表|复核|制单|经办|负责人|主管|会计|编制|打印|导出|备注|说明|注|附注|单位负责人|统计人|联系人)"
    r".{0,4}[:：]|^注[:：\d]|^第?\s*\d+\s*页|^共\s*\d+\s*页|^以下空白|^-+$"
)
_TELLING_WORD = re.compile(
    r"[合小总累共]\s*计|总和|总额|汇总|其中|平均|制表|审核|填表|复核|制单|经办|负责|主管|会计|编制|打印|导出"
    r"|备注|说明|注|统计人|联系人|页|以下空白|示例|样例|举例|模板|必填|选填|填写|[:：]"
)
EXAMPLE = re.compile(r"^(?:示例|样例|举例|例[:：]|填写示例|模板)")


def is_aside(cell: Cell) -> bool:
    """Return whether a cell names a sum of other rows, or is a note below the table.

    >>> is_aside("城南支行小计"), is_aside("制表人：王会计"), is_aside("合计建材有限公司")
    (True, True, False)
    """
    if not isinstance(cell, str) or len(cell) > LONGEST:
        return False
    text = _closed(cell)
    return bool(TOTAL.match(text) or FOOTER.match(text))


def telling_texts(cells: Sequence[Cell]) -> set[str]:
    """Return the texts of a column that read like a total, a footer or an example."""
    kinds = set(map(type, cells))
    if str not in kinds:
        return set()
    texts = cells if kinds == {str} else [cell for cell in cells if isinstance(cell, str)]
    joined = "\n".join(texts)  # type: ignore[arg-type]
    if joined.isascii():
        return set()
    telling = set()
    for match in _TELLING_WORD.finditer(joined):
        start = joined.rfind("\n", 0, match.start()) + 1
        end = joined.find("\n", match.end())
        line = joined[start : end if end >= 0 else len(joined)]
        if _tells(line):
            telling.add(line)
    return telling


def _tells(text: str) -> bool:
    if len(text) > LONGEST:
        return bool(FOOTER.match(text))
    text = _closed(text)
    return any(kind.match(text) for kind in (TOTAL, FOOTER, EXAMPLE, GUIDE, PAIR))


def _closed(text: str) -> str:
    return re.sub(r"\s", "", text)
