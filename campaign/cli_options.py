"""Options that several commands share, and the request that they make together."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from campaign.cli_types import EXISTING, Amount, Day
from campaign.errors import BookUnreadable

if TYPE_CHECKING:
    from campaign.book.recipe import Recipe
    from campaign.workflow import CampaignRequest

PASSWORD_TRIES = 3
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

BOOKS = click.argument("books", nargs=-1, required=True, type=EXISTING, metavar="BOOK...")
AS_OF = click.option("--as-of", type=Day(), help="台账的数据日期，如 2026-11-15。")
UNIT = click.option(
    "--unit", type=click.Choice(["元", "千元", "万元", "亿元"]), help="台账没写单位时，金额的单位。"
)
RECIPE = click.option("--recipe", type=EXISTING, help="上次确认过的列对应关系（TOML）。")
PASSWORD = click.option(
    "--password-env",
    metavar="NAME",
    help="存放打开密码的环境变量名；不给则在终端里问。密码不落盘。",
)
ANSWER = click.option(
    "--answer",
    "answers",
    multiple=True,
    metavar="问题[:对象]=答案",
    help="回答 check 提的问题，可多次，如 隐藏表:旧账=装入；优先于配方里的答案。",
)
HISTORY = click.option(
    "--history", multiple=True, type=EXISTING, metavar="OLD_BOOK", help="往年台账，可多次。"
)
SETTINGS = click.option("--settings", "settings_file", type=EXISTING, help="campaign.toml。")
HOLIDAYS = click.option(
    "--holidays",
    multiple=True,
    type=EXISTING,
    help="本行放假安排 holidays_YYYY.csv，优先于内置日历。",
)
CARDS = click.option(
    "--cards",
    multiple=True,
    type=EXISTING,
    help="本行行业卡，写了的行业按它；campaign cards 写出一份来改。",
)
START = click.option("--start", type=Day(), help="活动开始日。")
END = click.option("--end", type=Day(), help="活动结束日。")
TARGET = click.option("--target", type=Amount(), help="净增目标，如 3亿。")


def together(*options: Decorator) -> Decorator:
    """Return one decorator for several options, which keep their order in the help."""

    def decorate(command: Callable[..., Any]) -> Callable[..., Any]:
        for option in reversed(options):
            command = option(command)
        return command

    return decorate


READING = together(AS_OF, UNIT, RECIPE, ANSWER, PASSWORD)
PLANNING = together(
    *(HISTORY, SETTINGS, HOLIDAYS, CARDS, AS_OF, START, END, TARGET, UNIT, RECIPE, ANSWER, PASSWORD)
)


def read_options(given: dict[str, Any], books: Sequence[Path] = ()) -> dict[str, Any]:
    """Return options with password, recipe and answers in place of what names them.

    A locked book without `--password-env` is asked about on a terminal.

    Raises:
        BookUnreadable: The environment holds no password under the name given, or none of
            the passwords typed in was right.
        SettingsError: The recipe or an answer cannot be understood.
    """
    name = given.pop("password_env", None)
    recipe = given.pop("recipe", None)
    answers = given.pop("answers", ())
    if name is not None:
        if name not in os.environ:
            raise BookUnreadable(f"环境变量 {name} 没有设置。", "请先设好再运行。")
        given["password"] = os.environ[name]
    elif password := asked_password([*books, *given.get("history", ())]):
        given["password"] = password
    if recipe is not None or answers:
        given["recipe"] = _recipe(recipe, answers)
    return given


def _recipe(path: Path | None, answers: Sequence[str]) -> Recipe:
    """Return the recipe of a file with answers from the command line, which go before it."""
    from campaign.book.answers import answers_of_texts
    from campaign.book.recipe import NO_RECIPE, Recipe, load_recipe, merged

    known = load_recipe(path) if path else NO_RECIPE
    return merged(known, Recipe(answers=answers_of_texts(answers)))


def asked_password(books: Sequence[Path]) -> str | None:
    """Return the password of the first locked book, typed in unseen; None without a terminal.

    Raises:
        BookUnreadable: Three passwords were wrong.
    """
    from campaign.book.decrypt import WrongPassword, decrypted, locked_bytes

    if not on_terminal():
        return None
    for book in books:
        data = locked_bytes(book)
        if data is None:
            continue
        for left in reversed(range(PASSWORD_TRIES)):
            words = f"“{book.name}”有打开密码，请输入（不显示）"
            password: str = click.prompt(words, hide_input=True, err=True)
            try:
                decrypted(data, book.name, password)
            except WrongPassword:
                more = f"，还可以试 {left} 次" if left else ""
                click.echo(f"密码不对{more}。", err=True)
            else:
                return password
        raise BookUnreadable(
            f"“{book.name}”的密码输错 {PASSWORD_TRIES} 次，没有打开。",
            "请问清密码，或先在 Excel 中取消密码。",
        )
    return None


def on_terminal() -> bool:
    """Return whether someone sits at a terminal and can be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def request_of(books: tuple[Path, ...], given: dict[str, Any]) -> CampaignRequest:
    """Return the request that books and the options of `PLANNING` make.

    Raises:
        CampaignError: The settings, the recipe or the password cannot be had.
    """
    from campaign.settings import load_settings
    from campaign.workflow import CampaignRequest

    settings = load_settings(given.pop("settings_file"))
    return CampaignRequest(books, settings=settings, **read_options(given, books))


def scenario_request(sources: tuple[Path, ...], given: dict[str, Any]) -> CampaignRequest:
    """Return the request of a campaign folder, or of books with the options of `PLANNING`.

    Raises:
        CampaignError: The folder remembers nothing, or its books have moved or changed.
    """
    from campaign.trials import remembered

    if not any(path.is_dir() for path in sources):
        return request_of(sources, given)
    if len(sources) > 1:
        raise click.UsageError("请给一个方案文件夹，或者给台账文件，两者不能混用。")
    password = given.pop("password_env")
    if any(value not in (None, ()) for value in given.values()):
        raise click.UsageError("方案文件夹记得当初的台账和选项；要改的请用 --set。")
    return remembered(sources[0], **read_options({"password_env": password}))
