"""Writes the generated pages of docs/ from the code; `--check` only says what is out of date."""

from __future__ import annotations

import argparse
import difflib
import inspect
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))

import click

import campaign.vocabulary as vocabulary
from campaign.cli import main as command_line
from campaign.settings import Rule, Settings, each_setting
from campaign.vocabulary import BOOK_TABLES, OUTPUT_TABLES, Field, Labelled, Table, Unit

ROOT = Path(__file__).parent.parent
HEAD = "<!-- Written by tools/write_docs.py; do not edit. -->\n"
CSV_FORMATS = {
    Unit.TEXT: "text",
    Unit.YUAN: "yuan, two decimals",
    Unit.RATIO: "fraction (0.05 is 5 %)",
    Unit.DATE: "date, 2027-01-08",
    Unit.DAY: "days",
    Unit.MONTH: "months",
    Unit.WEEK: "campaign week, the festival's is 0",
    Unit.COUNT: "number",
    Unit.FLAG: "True or False",
    Unit.SCORE: "score",
}


def glossary() -> str:
    """Return docs/glossary.md: words to keep apart, tables with their fields, closed lists."""
    tables = [value for value in vars(vocabulary).values() if isinstance(value, Table)]
    inner = [t for t in tables if t not in (*BOOK_TABLES.values(), *OUTPUT_TABLES.values())]
    parts = [
        "# Glossary",
        "Every field, table and closed list of `campaign.vocabulary`: the English name that the"
        " code and the files use, the Chinese label that people read, the unit and the meaning.",
        "## Words to keep apart",
        _words_to_keep_apart(),
        "## Tables of a loan book",
        *_tables(BOOK_TABLES.values()),
        "## Tables between the rooms",
        *_tables(inner),
        "## Tables of the plan",
        *_tables(OUTPUT_TABLES.values()),
        "## Columns that a manager fills in",
        "On the sheets 走访日程 and 电话 of his workbook:",
        _field_table(vocabulary.FILLED_FIELDS),
        "On the sheet 转介:",
        _field_table(vocabulary.REFERRAL_FIELDS),
        "## Closed lists",
        *_closed_lists(),
    ]
    return "\n\n".join(parts)


def settings_page() -> str:
    """Return docs/settings.md: every setting with its default, unit, range and source."""
    every = list(each_setting(Settings()))
    examples = sum(known.is_example for _, _, known, _ in every)
    parts = [
        "# Settings",
        "Every policy number of the program. `campaign settings` prints them as a commented"
        " TOML file; give the lines that differ to `campaign plan --settings campaign.toml`. An"
        " empty file equals these defaults. Money is yuan, ratios are fractions.",
        f"**{examples} of {len(every)} defaults are example assumptions (示例假设), marked ⚠:"
        " nothing binding supports them. Put your own bank's figures in their place before you"
        " rest a decision on them.**",
    ]
    for section in dict.fromkeys(section for section, *_ in every):
        group = getattr(Settings(), section)
        title = (inspect.getdoc(group) or "").removeprefix(f"[{section}]").strip()
        rows = [_setting_row(*rest) for own, *rest in every if own == section]
        header = ("setting", "名称", "default", "unit", "range", "", "source")
        parts += [f"## {section}", title, _markdown_table(header, rows)]
    return "\n\n".join(parts)


def tables_page() -> str:
    """Return docs/tables.md: the contract of the CSV tables that a campaign folder holds."""
    parts = [
        "# Tables of a campaign folder",
        "`campaign plan` writes one CSV file a table into `tables/`. UTF-8 with a byte-order"
        " mark, commas, a header of English names, money in yuan, dates as 2027-01-08; an empty"
        " cell is unknown, never zero. A column with a closed list holds its code, which"
        " [glossary.md](glossary.md) gives with the labels. Columns may be added, never renamed.",
        "From `candidates` and `capacity` alone anyone can compute the best possible total and"
        " compare it with `touches`. `source_row` and `source_rows` name sheets and true Excel"
        " rows: `借据!12;借据!87`.",
        _markdown_table(
            ("file", "名称", "key", "columns"),
            [
                (f"`tables/{name}.csv`", table.label, _names(table.key), str(len(table.fields)))
                for name, table in OUTPUT_TABLES.items()
            ],
        ),
    ]
    for name, table in OUTPUT_TABLES.items():
        rows = [
            (f"`{f.name}`", f.label, CSV_FORMATS[f.unit], _values(f), f.meaning)
            for f in table.fields
        ]
        header = ("column", "名称", "written as", "values", "meaning")
        key = f"Key: {_names(table.key)}." if table.key else "No key."
        parts += [f"## {name} ({table.label})", key, _markdown_table(header, rows)]
    return "\n\n".join(parts)


def cli_page() -> str:
    """Return docs/cli.md: every command with its arguments and options."""
    parts = [
        "# Commands",
        inspect.getdoc(command_line.callback) or "",
        (inspect.getdoc(inspect.getmodule(command_line.callback)) or "").split("\n\n", 1)[-1],
    ]
    for name, command in command_line.commands.items():
        arguments = [p for p in command.params if isinstance(p, click.Argument)]
        options = [p for p in command.params if isinstance(p, click.Option)]
        words = ["campaign", name, *(_argument(a) for a in arguments)]
        usage = " ".join([*words, *(["[OPTIONS]"] if options else [])])
        parts += [f"## {name}", f"    {usage}", inspect.cleandoc(command.help or "")]
        if options:
            rows = [_option_row(option) for option in options]
            parts.append(_markdown_table(("option", "default", "meaning"), rows))
    return "\n\n".join(parts)


PAGES = {
    "glossary.md": glossary,
    "settings.md": settings_page,
    "tables.md": tables_page,
    "cli.md": cli_page,
}


def main() -> int:
    """Write the pages, or with `--check` return 1 and show a diff where one is out of date."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 on a difference"
    )
    check = parser.parse_args().check
    stale = 0
    for name, page in PAGES.items():
        path = ROOT / "docs" / name
        text = HEAD + "\n" + page().rstrip("\n") + "\n"
        found = path.read_text(encoding="utf-8") if path.exists() else ""
        if text == found:
            continue
        stale += 1
        if check:
            lines = difflib.unified_diff(
                found.splitlines(), text.splitlines(), f"docs/{name}", "the code", lineterm=""
            )
            print("\n".join(lines))
        else:
            path.write_text(text, encoding="utf-8", newline="\n")
            print(f"docs/{name} written")
    if check and stale:
        print(f"{stale} page(s) out of date; run: python tools/write_docs.py")
    return int(check and stale > 0)


def _words_to_keep_apart() -> str:
    doc = inspect.getdoc(vocabulary) or ""
    return doc.split("Words to keep apart:", 1)[1].strip()


def _tables(tables: Iterable[Table]) -> Iterator[str]:
    for table in tables:
        yield f"### {table.name} ({table.label})"
        if table.key:
            yield f"Key: {_names(table.key)}."
        yield _field_table(table.fields)


def _field_table(fields: Iterable[Field]) -> str:
    rows = [(f"`{f.name}`", f.label, f.unit.value, _values(f), f.meaning) for f in fields]
    return _markdown_table(("field", "名称", "unit", "values", "meaning"), rows)


def _closed_lists() -> Iterator[str]:
    for name, enum in vars(vocabulary).items():
        if isinstance(enum, type) and issubclass(enum, Labelled) and enum is not Labelled:
            yield f"### {name}"
            yield inspect.getdoc(enum) or ""
            yield _markdown_table(("code", "名称"), [(f"`{m.value}`", m.label) for m in enum])


def _values(field: Field) -> str:
    if field.values is None:
        return ""
    name = field.values.__name__
    return f"[{name}](glossary.md#{name.lower()})"


def _names(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _setting_row(name: str, known: Rule, value: Any) -> tuple[str, ...]:
    mark = "⚠" if known.is_example else ""
    return f"`{name}`", known.label, _shown(value), known.unit, _range(known), mark, known.source


def _range(known: Rule) -> str:
    if known.choices:
        return "、".join(known.choices)
    if known.least is None and known.most is None:
        return ""
    return f"{_shown(known.least)} – {_shown(known.most)}"


def _shown(value: Any) -> str:
    if isinstance(value, Mapping):
        return "<br>".join(f"{key} {_shown(each)}" for key, each in value.items())
    if value is None:
        return "…"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        return f"{value:,.10g}" if abs(value) >= 10_000 else f"{value:.10g}"
    return f"`{value}`" if value else "(empty)"


def _argument(argument: click.Argument) -> str:
    word = argument.metavar or str(argument.name).upper()
    return word if argument.required else f"[{word}]"


def _option_row(option: click.Option) -> tuple[str, ...]:
    words = ", ".join(f"`{word}`" for word in (*option.opts, *option.secondary_opts))
    if not option.is_flag:
        words += f" {_kind(option)}"
    default = "required" if option.required else ""
    if option.show_default:
        default = f"`{option.default}`"
    return words + (" (repeatable)" if option.multiple else ""), default, option.help or ""


def _kind(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return "、".join(option.type.choices)
    return option.metavar or getattr(option.type, "name", "").upper()


def _markdown_table(header: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [header, tuple("---" for _ in header), *rows]
    return "\n".join("| " + " | ".join(_cell(c) for c in line) + " |" for line in lines)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main())
