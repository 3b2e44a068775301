"""Commands about the book that comes in: check, fields, template, cards, settings, make-book."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from campaign.cli_options import BOOKS, READING, SETTINGS, read_options
from campaign.commands.shared import stages
from campaign.errors import CampaignError

if TYPE_CHECKING:
    from campaign.findings import Ask
    from campaign.workflow import CampaignRequest


@click.command()
@BOOKS
@click.option(
    "--json",
    "json_to",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="把结果写成 JSON；- 表示屏幕。",
)
@click.option(
    "--bad-rows",
    "bad_rows",
    type=click.Path(dir_okay=False, path_type=Path),
    help="把需要核对的行连同原因写成一本工作簿。",
)
@click.option(
    "--save-recipe",
    "recipe_to",
    type=click.Path(dir_okay=False, path_type=Path),
    help="把这次的列对应、单位和答案存成配方，下次用 --recipe 照此读；没定的写成注释。",
)
@SETTINGS
@READING
def check(
    books: tuple[Path, ...],
    json_to: str | None,
    bad_rows: Path | None,
    recipe_to: Path | None,
    **given: Any,
) -> None:
    """读入台账，说明读懂了什么、哪里不清楚。可用退出码 0，不可用 2。"""
    from campaign.reading import open_questions
    from campaign.request import CampaignRequest
    from campaign.settings import load_settings
    from campaign.tell import check_lines

    notes: list[str] = []
    request = CampaignRequest(books)
    try:
        settings = load_settings(given.pop("settings_file"))
        request = CampaignRequest(books, settings=settings, **read_options(given, books))
        report, asks = _checked(request, bad_rows, notes)
    except CampaignError as error:
        report, asks = open_questions(request, error)
    if recipe_to:
        notes.append(_saved_recipe(request, recipe_to))
    if json_to:
        _write_json(report, json_to)
    if json_to != "-":
        click.echo("\n".join([*check_lines(report, asks), *notes]))
    raise click.exceptions.Exit(0 if report["usable"] else 2)


def _saved_recipe(request: CampaignRequest, path: Path) -> str:
    """Write what the files were read with as a recipe; return what to say of it."""
    from campaign.book.recipe_draft import OPEN
    from campaign.reading import recipe_text
    from campaign.render.files import write_atomically

    text = recipe_text(request)
    write_atomically(path, text.encode("utf-8"))
    still = text.count(f"# {OPEN}")
    open_ones = f"，其中 {still} 处待定，已写成注释" if still else ""
    return f"已写出配方 {path}{open_ones}；下次用 --recipe {path} 照此读取"


def _checked(
    request: CampaignRequest, bad_rows: Path | None, notes: list[str]
) -> tuple[dict[str, Any], list[Ask]]:
    """Return report and questions of a book; write its rows in question where asked, and note it."""
    from campaign.book.report import check_report
    from campaign.findings import asks_of
    from campaign.reading import check_books, write_bad_rows

    with stages() as progress:
        progress("读取台账")
        if bad_rows is None:
            book, report = check_books(request)
            return report, asks_of(book.findings)
        book, count = write_bad_rows(request, bad_rows)
    notes.append(f"已写出 {bad_rows}：{count} 行需要核对")
    return check_report(book), asks_of(book.findings)


@click.command("settings")
def settings_command() -> None:
    """打印全部设置（带单位、范围、来源的 TOML）。"""
    from campaign.settings import Settings, settings_toml

    click.echo(settings_toml(Settings()), nl=False)


@click.command()
def fields() -> None:
    """列出认识的字段：表、字段、名称、单位、常见写法。"""
    from campaign.tell import field_lines

    click.echo("\n".join(field_lines()))


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def template(out: Path) -> None:
    """写出一份空的导入模板（带下拉选项）。"""
    from campaign.book.template import write_template

    write_template(out)
    click.echo(f"已写出 {out}")


@click.command()
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
def cards(out: Path) -> None:
    """写出行业卡（行业营销与风险指引），改好后用 plan --cards 带上。"""
    from campaign.book.card_file import write_cards
    from campaign.learn.cards import industry_cards

    write_cards(industry_cards(), out)
    click.echo(f"已写出 {out}；改好后 campaign plan … --cards {out}")


@click.command("make-book")
@click.argument("out", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--loans", type=click.IntRange(20, 5_000_000), required=True, help="借据笔数。")
@click.option("--managers", type=click.IntRange(1, 20_000), help="客户经理人数；不给则随借据笔数。")
@click.option("--seed", type=int, default=2027, show_default=True, help="随机种子。")
@click.option("--with-truth", is_flag=True, help="旁边写出真值，供测试；方案不会读它。")
def make_book(out: Path, loans: int, managers: int | None, seed: int, with_truth: bool) -> None:
    """造一家任意大小的虚拟银行，带一年前的台账。"""
    from campaign.synthetic import make_book as write_book

    with stages() as progress:
        progress("生成虚拟银行")
        paths = write_book(out, loans, seed, with_truth=with_truth, managers=managers)
    for path in paths:
        click.echo(f"已写出 {path}")


def _write_json(report: dict[str, Any], to: str) -> None:
    import json

    text = json.dumps(report, ensure_ascii=False, indent=1)
    if to == "-":
        click.echo(text)
    else:
        Path(to).write_text(text + "\n", encoding="utf-8")
