"""The vocabulary keeps its promises: one label a thing, a meaning and a unit for each."""

from __future__ import annotations

import ast
import re
from collections import Counter

import pytest

import campaign.vocabulary as vocabulary
from campaign.vocabulary import Field, Labelled, Table, Unit
from tests.source_code import modules

TABLES = [value for value in vars(vocabulary).values() if isinstance(value, Table)]
ENUMS = [
    value
    for value in vars(vocabulary).values()
    if isinstance(value, type) and issubclass(value, Labelled) and value is not Labelled
]
FIELDS = [(table, field) for table in TABLES for field in table.fields]


def twice(words) -> list[str]:
    return [word for word, count in Counter(words).items() if count > 1]


def test_every_table_and_closed_list_is_exported():
    exported = {name: getattr(vocabulary, name) for name in vocabulary.__all__}
    assert twice(vocabulary.__all__) == []
    assert [value for value in (*TABLES, *ENUMS) if value not in exported.values()] == []


def test_table_names_and_labels_are_unique():
    assert twice((table.name, table in vocabulary.BOOK_TABLES.values()) for table in TABLES) == []
    assert twice((table.label, table in vocabulary.BOOK_TABLES.values()) for table in TABLES) == []


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_table_has_one_field_a_name_and_a_label(table):
    assert twice(table.columns) == []
    assert twice(field.label for field in table.fields) == []
    assert set(table.key) <= set(table.columns)


@pytest.mark.parametrize(("table", "field"), FIELDS, ids=lambda value: value.name)
def test_a_field_has_an_english_name_a_chinese_label_a_meaning_and_a_unit(table, field):
    assert re.fullmatch(r"[a-z][a-z0-9_]*", field.name)
    assert re.search(r"[一-鿿]", field.label)
    assert len(field.meaning) > 3
    assert isinstance(field.unit, Unit)
    assert field.values is None or field.unit is Unit.TEXT


def test_a_name_has_one_unit_in_the_tables_that_are_read():
    units = Counter({(f.name, f.unit) for t in vocabulary.BOOK_TABLES.values() for f in t.fields})
    assert twice(name for name, _ in units) == []


@pytest.mark.parametrize("enum", ENUMS, ids=lambda enum: enum.__name__)
def test_an_enum_has_stable_english_codes_and_unique_labels(enum):
    assert all(re.fullmatch(r"[A-Za-z][a-z_]*", member.value) for member in enum)
    assert twice(member.label for member in enum) == []
    assert [enum.of_label(member.label) for member in enum] == list(enum)
    assert enum.of_label("没有这一项") is None


def test_an_empty_table_has_every_column_typed():
    for table in TABLES:
        empty = table.empty()
        assert list(empty.columns) == table.columns
        assert [str(empty[f.name].dtype) for f in table.fields] == [
            f.unit.dtype for f in table.fields
        ]


def test_result_columns_of_the_workbook_are_fields_too():
    for field in (*vocabulary.FILLED_FIELDS, *vocabulary.REFERRAL_FIELDS, vocabulary.ROW_KEY):
        assert isinstance(field, Field)
        assert field.meaning


def test_the_names_of_the_sources_are_written_in_the_vocabulary_alone():
    labels = {source.label for source in vocabulary.Source}
    again = [
        f"{name}:{node.lineno} {node.value}"
        for name, tree in modules().items()
        if not name.startswith("campaign.vocabulary")
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in labels
    ]
    assert again == []
