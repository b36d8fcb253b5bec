"""Whether the values of a file have the types its keys ask for; all that is wrong is found, not only the first."""

import math
from typing import Final

import msgspec.inspect as mi

from catseye.config.findings import Findings, did_you_mean
from catseye.config.locate import KeyPath

LARGEST: Final = 1e12  # beyond this a number in a drawing is a slip of the hand


class _Unusable:
    """Stands where a value had to be left out."""


UNUSABLE: Final = _Unusable()
NAMELESS: Final = "\ufffe"  # stands for a missing or unusable name, so that the rest of its entry is judged all the same


def clean(value: object, kind: mi.Type, path: KeyPath, findings: Findings) -> object:
    """``value`` without what cannot be used, ready for ``msgspec.convert``; UNUSABLE where nothing is left of it.

    Entries of a list of tables are judged one by one: a broken one leaves UNUSABLE in its place. The document itself (the empty
    path) comes back as a dict that lacks its unusable keys.
    """
    if isinstance(kind, mi.UnionType):
        (kind,) = (member for member in kind.types if not isinstance(member, mi.NoneType))
    match kind:
        case mi.StructType() if isinstance(value, dict):
            return _table(value, kind, path, findings)
        case mi.VarTupleType() if isinstance(value, list):
            entries = [clean(entry, kind.item_type, (*path, i), findings) for i, entry in enumerate(value)]
            return entries if isinstance(kind.item_type, mi.StructType) else _whole(entries)
        case mi.DictType() if isinstance(value, dict):
            return _whole_dict(
                {key: clean(entry, kind.value_type, (*path, key), findings) for key, entry in value.items()}, kind, path, findings
            )
        case mi.TupleType() if isinstance(value, list) and len(value) == len(kind.item_types):
            pairs = zip(value, kind.item_types, strict=True)
            return _whole([clean(entry, item, (*path, i), findings) for i, (entry, item) in enumerate(pairs)])
    if _is_plain(value, kind):
        return value
    if isinstance(kind, mi.LiteralType) and isinstance(value, str):
        findings.error(path, f"{_shown(path)} is {value[:40]!r}.", did_you_mean(value, [str(known) for known in kind.values]))
    elif isinstance(kind, mi.FloatType) and isinstance(value, int | float) and not isinstance(value, bool):
        findings.error(path, f"{_shown(path)} is not a usable number.", "Write a plain decimal number.")
    else:
        findings.error(path, f"{_shown(path)} must be {expected(kind)}, not {_got(value)}.")
    return UNUSABLE


def _is_plain(value: object, kind: mi.Type) -> bool:
    if isinstance(value, bool) or isinstance(kind, mi.BoolType):
        return isinstance(value, bool) and isinstance(kind, mi.BoolType)
    match kind:
        case mi.StrType():
            return isinstance(value, str) and value != NAMELESS
        case mi.LiteralType():
            return value in kind.values
        case mi.IntType():
            return isinstance(value, int)
    return isinstance(kind, mi.FloatType) and isinstance(value, int | float) and abs(value) <= LARGEST


def _table(value: dict[str, object], kind: mi.StructType, path: KeyPath, findings: Findings) -> object:
    fields = {field.encode_name: field for field in kind.fields}
    hints = ""
    for key in value:
        if key not in fields:
            hint = did_you_mean(key, fields)
            hints += hint
            findings.error((*path, key), f"unknown key {key!r}.", hint)
    out = {key: clean(value[key], field.type, (*path, key), findings) for key, field in fields.items() if key in value}
    for key, field in fields.items():
        if field.required and key not in value:
            if f"mean {key!r}?" not in hints:
                findings.error(path, f"{_shown(path)} has no {key!r}.", f"Add {key} = ... ({expected(field.type)}).")
            out[key] = UNUSABLE
    if out.get("name") is UNUSABLE:
        out["name"] = NAMELESS
    if not path:
        return {key: entry for key, entry in out.items() if entry is not UNUSABLE}
    return UNUSABLE if UNUSABLE in out.values() else out


def _whole_dict(entries: dict[str, object], kind: mi.DictType, path: KeyPath, findings: Findings) -> object:
    """A table whose keys are names that the file's author chooses among those known."""
    known = [str(member) for member in kind.key_type.cls] if isinstance(kind.key_type, mi.EnumType) else list(entries)
    for key in entries:
        if key not in known:
            findings.error((*path, key), f"unknown key {key!r}.", did_you_mean(key, known))
    return UNUSABLE if UNUSABLE in entries.values() or not set(entries) <= set(known) else entries


def _whole(entries: list[object]) -> object:
    return UNUSABLE if UNUSABLE in entries else entries


def _shown(path: KeyPath) -> str:
    names = [part for part in path if isinstance(part, str)]
    last = path[-1] if path else ""
    if isinstance(last, str):
        return f"'{last}'"
    return f"entry {last + 1} of '{names[-1]}'" if isinstance(path[-2], str) else f"a number in '{names[-1]}'"


def expected(kind: mi.Type) -> str:
    """What a type asks for, in the words of someone who writes the file."""
    if isinstance(kind, mi.BoolType):
        return "true or false"
    words = "a number"
    match kind:
        case mi.StructType() | mi.DictType():
            words = "a table"
        case mi.VarTupleType(item_type=mi.StructType()):
            words = "a list of tables"
        case mi.VarTupleType(item_type=mi.StrType()):
            words = 'a list of texts ["...", "..."]'
        case mi.VarTupleType():
            words = "a list of points [[x, y], [x, y], ...]"
        case mi.TupleType(item_types=(mi.TupleType(), mi.TupleType())):
            words = "two points [[x, y], [x, y]]"
        case mi.TupleType(item_types=(mi.FloatType(), mi.FloatType())):
            words = "a point [x, y]"
        case mi.TupleType():
            words = f"a list of {len(kind.item_types)} {_plural(kind.item_types[0])}"
        case mi.LiteralType():
            words = " or ".join(f'"{value}"' for value in kind.values)
        case mi.StrType():
            words = "text in quotes"
        case mi.IntType():
            words = "a whole number"
    return words


def _plural(kind: mi.Type) -> str:
    return {"StrType": "texts", "IntType": "whole numbers"}.get(type(kind).__name__, "numbers")


def _got(value: object) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float():
            return "infinity" if abs(value) == math.inf else f"the number {value}" if abs(value) < LARGEST else "a huge number"
        case str():
            return f"the text {value[:40]!r}"
        case list():
            return f"a list of {len(value)}" if value else "an empty list"
        case dict():
            return "a table"
    return "a date or time"
