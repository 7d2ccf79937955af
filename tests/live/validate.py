#!/usr/bin/python3
# SPDX-License-Identifier: GPL-2.0-only
"""Validates JSON files against a schema, and a copy of each that was spoilt in every place, which
has to be refused. What the schemas beside it define by the same name has to be the same.

Usage: validate.py SCHEMA FILE...
Exit code: 0 valid, and no spoilt copy was; 1 not; 77 no validator."""

import copy
import json
import pathlib
import sys

try:
    import jsonschema
except ImportError:
    print("skipped: no python3-jsonschema")
    sys.exit(77)


def objects(schema, value, at=()):
    """Every object and list of objects that the schema speaks of, by its place."""
    if isinstance(value, dict):
        yield at
        for key, inner in value.items():
            yield from objects(schema, inner, at + (key,))
    elif isinstance(value, list):
        # One of each list that is alike stands for all.
        for i, inner in enumerate(value[:3]):
            yield from objects(schema, inner, at + (i,))


def other_definitions(path, schema):
    """Each stands alone, and so repeats what others have: those that do not agree, by name."""
    own = schema.get("$defs", {})
    for other in sorted(pathlib.Path(path).parent.glob("*.schema.json")):
        theirs = json.loads(other.read_text(encoding="utf-8")).get("$defs", {})
        yield from (f"{other}: {name}" for name in own if theirs.get(name, own[name]) != own[name])


def find(value, at):
    for key in at:
        value = value[key]
    return value


def spoilt(value, at, closed):
    """A copy with a key more where the schema knows all of them, one less, one of another type."""
    if closed:
        more = copy.deepcopy(value)
        find(more, at)["surplus"] = 1
        yield "a key more", more
    if at[-1:] == ("nowhere",) or at[-2:-1] == ("missing",):
        return  # Its keys are names, of entries.
    for key in ("tool", "format", "verdict", "evidence", "class", "leg", "register", "signals", "rows",
                "xsavage_format", "kernel", "id", "runs", "kinds", "kind", "tested", "components", "nowhere",
                "file", "where"):
        if key in find(value, at):
            less = copy.deepcopy(value)
            del find(less, at)[key]
            yield f"no {key}", less
            other = copy.deepcopy(value)
            find(other, at)[key] = None
            yield f"{key}: null", other


def main():
    with open(sys.argv[1], encoding="utf-8") as f:
        schema = json.load(f)
    validator = jsonschema.validators.validator_for(schema)
    validator.check_schema(schema)
    if validator is not jsonschema.Draft202012Validator:
        print(f"{sys.argv[1]}: the validator does not know its draft")
        return 1
    differing = list(other_definitions(sys.argv[1], schema))
    if differing:
        print(f"{sys.argv[1]}: another definition in", ", ".join(differing))
        return 1
    check = validator(schema)
    for path in sys.argv[2:]:
        with open(path, encoding="utf-8") as f:
            value = json.load(f)
        errors = list(check.iter_errors(value))
        for error in errors:
            print(f"{path}: {'/'.join(map(str, error.absolute_path))}: {error.message[:300]}")
        if errors:
            return 1
        spoils = 0
        for at in objects(schema, value):
            # Google Benchmark's own.
            closed = not (at and at[0] == "benchmarks") and "caches" not in at
            for what, bad in spoilt(value, at, closed):
                spoils += 1
                if check.is_valid(bad):
                    print(f"{path}: {'/'.join(map(str, at))}: taken with {what}")
                    return 1
        if spoils < 3:
            print(f"{path}: too little in it")
            return 1
        print(f"{path}: valid; {spoils} spoilt copies are not")
    return 0


sys.exit(main())
