"""Answers to questions: what is kept of them, what is still wrong with them, and how they read."""

from tracker.rules.answer_problems import is_blank, is_link, missing, problems
from tracker.rules.answer_text import entry_rows, plain, plain_entry, plain_field
from tracker.rules.answer_values import AnswerRefused, normal, number_text
from tracker.rules.entry_fields import ENTRY_FIELDS, INSTITUTION_FIELDS, EntryField, FieldKind, entry_field
from tracker.rules.word_count import character_count, word_count

__all__ = [
    "ENTRY_FIELDS",
    "INSTITUTION_FIELDS",
    "AnswerRefused",
    "EntryField",
    "FieldKind",
    "character_count",
    "entry_field",
    "entry_rows",
    "is_blank",
    "is_link",
    "missing",
    "normal",
    "number_text",
    "plain",
    "plain_entry",
    "plain_field",
    "problems",
    "word_count",
]
