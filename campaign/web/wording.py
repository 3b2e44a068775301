"""Puts into a page's words what was written for the command line: options become fields."""

from __future__ import annotations

import re

from campaign.errors import CampaignError

_SAID = tuple(
    (re.compile(pattern), words)
    for pattern, words in (
        (r"请用 --unit .*?指明，或在表头写", "请选定金额单位，或在表头写"),
        (
            r"配方记得上一份文件(.*?)是用 --as-of 给的，这次没有给",
            r"上一份文件\1是您填的，这次没有填",
        ),
        (r"若不对，请用 --as-of 指明", "若不对，请填数据日期"),
        (r"（配方记得上一份文件也是这样给的：(.*?)，那", r"（上一份文件也是您填的：\1，那"),
        (r"请用 --as-of 指明，如 --as-of [\d-]+", "请填数据日期"),
        (r"请用 --as-of 指明；(最晚一笔.*?)，如 --as-of [\dx-]+", r"请填数据日期；\1"),
        (r"请用 --password-env 给出密码，或先取消密码", "请填打开密码，或在 Excel 中先取消密码"),
        (r"要看往年请用 --history", "要看往年请放到“去年同期台账”"),
        (r"（共 (\d+) 类错误，运行 campaign check 查看全部。）", r"（共 \1 类错误，见下表。）"),
        (r"请在配方 \[codes\.[^\]]*\] 下写 .*?，或在", "请在下面选定含义，或在"),
        (r"[；，]可在配方 \[codes\.[^\]]*\] 里写明", ""),
        (r"请在配方里指定，如 .*?，或改表头", "请在“读作”里选定，或改表头写清楚"),
        (r"，或在配方里写成“不用”", "，或在“读作”里选“不用”"),
        (r"，或加 --answer [^。]*", ""),
        (r"不用它请加 --answer .*?。", "请在下面选定它是什么，或选“不用”。"),
        (r"；若不是，请加 --answer [^。]*", "；若不是，请在下面改"),
        (
            r"请把表头改成通行的写法，或在配方 \[sheets\] 下写 .*?是什么字段",
            "请在“这张表是”里选贷款台账，再选定各列",
        ),
        (r"请在配方里指定用哪一列，如 [^。]*", "请选定用哪一列"),
        (r"若是，请在配方里[^。]*", "若是，请在“读作”里选定"),
        (r"如不对，请在配方 \[sheets\] 下写 .*?，或改表头写法", "如不对，请在“这张表是”里改"),
        (r"，或在配方里写明：[^。]*", ""),
        (r"如不对请在配方里指定", "如不对请在“读作”里改"),
        (r"，或用配方指定(?:各列)?", "，或在“读作”里指定"),
        (r"（[a-z_]+\.[a-z_]+）", ""),
        (r"请改正或在配方里写明", "请改正"),
        (r"要换新台账，请用 campaign plan 或 campaign replan --book", "要换新台账，请重新上传"),
        (r"请先运行 campaign plan，或换一个文件夹", "请先上传台账做出方案"),
        (r"请先运行 campaign plan", "请先上传台账做出方案"),
        (r"请用 campaign plan 重做一次，或直接给出台账", "请重新上传台账"),
        (r"请在设置 headroom.bank_capital 填写", "要检查请在“设置”里填本行资本净额"),
    )
)


def for_page(text: str) -> str:
    """Return a sentence as a page says it.

    >>> for_page("列“余额”没有注明单位；请用 --unit 万元（或元）指明，或在表头写（万元）。")
    '列“余额”没有注明单位；请选定金额单位，或在表头写（万元）。'
    """
    for pattern, words in _SAID:
        text = pattern.sub(words, text)
    return text


def sentence_of(error: CampaignError) -> str:
    """Return what an error says, for a page."""
    return for_page(str(error))
