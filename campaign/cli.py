"""The command line: `campaign COMMAND`; the commands themselves stand in `campaign/commands`.

Exit codes: 0 done; 1 the work could not be done (one Chinese sentence says why);
2 the call was wrong, or `campaign check` found the book unusable.
"""

from __future__ import annotations

import click

from campaign import __version__
from campaign.cli_types import ChineseGroup
from campaign.commands import book, pages, planning, printing, season


@click.group(
    cls=ChineseGroup,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, message="campaign %(version)s")
def main() -> None:
    """开门红小微业务方案：读入贷款台账，算出增长从哪里来，给每位客户经理排好走访。"""


for command in (
    planning.demo,
    book.check,
    planning.plan,
    season.take_back,
    season.review,
    printing.print_command,
    season.promise,
    season.replan,
    season.backup,
    planning.backtest,
    planning.scenario,
    book.settings_command,
    book.fields,
    book.template,
    book.cards,
    book.make_book,
    pages.serve,
    pages.purge,
):
    main.add_command(command)


if __name__ == "__main__":
    main()
