"""What the command line takes, and how it refuses: places, days, amounts, in Chinese."""

from __future__ import annotations

import difflib
import os
import sys
from datetime import date
from pathlib import Path
from typing import Any

import click

from campaign.errors import CampaignError

# Set to any value, a defect of ours shows its traceback.
DEBUG = "CAMPAIGN_DEBUG"


class Place(click.Path):
    """A file or folder, refused in Chinese."""

    def __init__(self, refusal: str, **rules: Any) -> None:
        """Keep what to say of a path that breaks the rules of `click.Path`."""
        super().__init__(path_type=Path, **rules)
        self.refusal = refusal

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the path, or say what is wrong with it."""
        try:
            return super().convert(value, param, ctx)
        except click.BadParameter:
            self.fail(f"“{value}”{self.refusal}", param, ctx)


EXISTING = Place("不存在，或不是文件；请检查文件名和路径。", exists=True, dir_okay=False)
FOLDER = Place("是文件；请给一个文件夹。", file_okay=False)
SOURCE = Place("不存在；请给方案文件夹或台账文件。", exists=True)
CAMPAIGN = Place("不是文件夹；请给方案所在的文件夹。", exists=True, file_okay=False)


class ChineseGroup(click.Group):
    """A group that says what went wrong in one Chinese sentence, never a traceback."""

    def resolve_command(self, ctx: click.Context, args: list[str]) -> Any:
        """Return the command asked for; say in Chinese that there is none, and a near one."""
        name = args[0]
        if self.get_command(ctx, name) is None and not name.startswith("-"):
            near = difflib.get_close_matches(name, self.list_commands(ctx), n=1)
            ctx.fail(f"没有 {name} 这个命令" + (f"，是否要写 {near[0]}？" if near else "。"))
        return super().resolve_command(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; turn our errors into one line and exit code 1."""
        try:
            return super().invoke(ctx)
        except CampaignError as error:
            click.echo(f"错误：{error}", err=True)
            ctx.exit(1)
        except MemoryError:
            click.echo("错误：内存不足。请关闭其他程序，或把台账拆成几份再试。", err=True)
            ctx.exit(1)
        except (click.ClickException, click.Abort, click.exceptions.Exit, BrokenPipeError):
            raise
        except Exception as error:
            if DEBUG in os.environ:
                raise
            from campaign.tell import defect_sentence

            click.echo(defect_sentence(error), err=True)
            ctx.exit(1)

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run as a program, with usage errors in Chinese."""
        if not extra.get("standalone_mode", True):
            return super().main(*args, **extra)
        try:
            code = super().main(*args, **{**extra, "standalone_mode": False})
            sys.stdout.flush()
        except click.UsageError as error:
            from campaign.tell import usage_sentence

            click.echo(f"用法有误：{usage_sentence(error)}", err=True)
            if error.ctx is not None:
                click.echo(f"请看 {error.ctx.command_path} --help", err=True)
            sys.exit(2)
        except click.ClickException as error:
            click.echo(f"错误：{error.format_message()}", err=True)
            sys.exit(1)
        except click.Abort:
            click.echo("已取消。", err=True)
            sys.exit(1)
        except BrokenPipeError:  # the reader, as head, has seen enough
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        sys.exit(code if isinstance(code, int) else 0)


class Day(click.ParamType):  # type: ignore[type-arg]
    """A day as 2026-11-15."""

    name = "日期"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the day, or say what was read."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(str(value).strip())
        except ValueError:
            self.fail(f"读到“{value}”，不是日期；请写成 2026-11-15 的样子。", param, ctx)


class Amount(click.ParamType):  # type: ignore[type-arg]
    """Money as 3亿, 5000万 or 12000000 (yuan)."""

    name = "金额"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> float:
        """Return yuan, or say what was read."""
        from campaign.settings.amounts import parse_amount

        amount = parse_amount(str(value))
        if amount is None:
            self.fail(f"读到“{value}”，不是金额；请写成 3亿、5000万 或 12000000。", param, ctx)
        return amount
