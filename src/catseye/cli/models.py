"""``catseye models``: which detectors are installed, and how they get there."""

import argparse
import sys

import msgspec

_HELP = """\
Detectors live in a folder of their own below CATSEYE_HOME. Nothing is installed before its SHA-256 was checked, and nothing that
could recognise a person or read a plate is installed at all."""


def add_parser(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Add ``models`` to the command line."""
    parser = commands.add_parser("models", help="list, add and verify detectors", description=_HELP)
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True)

    listing = actions.add_parser("list", help="what is installed and what is used")
    listing.add_argument("--json", action="store_true", help="for programs")
    listing.set_defaults(run=_list)

    add = actions.add_parser("add", help="install an OpenVINO IR (.xml, with its .bin beside it) or an ONNX file")
    add.add_argument("origin", metavar="PATH|URL")
    add.add_argument(
        "--sha256",
        nargs="+",
        default=[],
        metavar="HEX",
        help="its expected hash, as published; for an IR that of the .xml, then of the .bin; known models need none",
    )
    add.set_defaults(run=_add)

    actions.add_parser("fetch", help="install the default detector from npm").set_defaults(run=_fetch)
    actions.add_parser("verify", help="hash every installed file anew").set_defaults(run=_verify)

    default = actions.add_parser("default", help="choose the detector to use")
    default.add_argument("name", metavar="NAME", help="a detector, FINDER+NAMER for a pair, or 'auto' for the best installed")
    default.set_defaults(run=_default)

    remove = actions.add_parser("remove", help="delete a model")
    remove.add_argument("name", metavar="NAME")
    remove.set_defaults(run=_remove)


def _list(args: argparse.Namespace) -> int:
    from catseye.app import model_store, models_in_use

    store = model_store()
    models, in_use = store.installed(), models_in_use()
    if args.json:
        rows = [msgspec.to_builtins(model) | {"in_use": model.name in in_use} for model in models]
        print(msgspec.json.format(msgspec.json.encode(rows), indent=2).decode())
        return 0
    if not models:
        print("No model is installed. catseye models fetch installs the default detector.")
        return 0
    table = [("", "NAME", "KIND", "FINDS", "INPUT", "SHA-256")]
    for model in models:
        size = f"{model.input_size[0]}x{model.input_size[1]}" if model.input_size else "any"
        mark = "*" if model.name in in_use else ""
        table.append((mark, model.name, model.kind, ", ".join(model.road_users) or "-", size, model.sha256[:12]))
    widths = [max(len(row[column]) for row in table) for column in range(len(table[0]))]
    for row in table:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
    print("\n* in use. Choose another with: catseye models default NAME")
    return 0


def _add(args: argparse.Namespace) -> int:
    from catseye.app import model_store, models_in_use

    store = model_store()
    model = store.add(args.origin, args.sha256)
    print(f"Installed {model.name} ({model.kind}: {model.family}), SHA-256 {model.sha256[:12]}…")
    print(f"In use now: {', '.join(models_in_use())}.")
    return 0


def _fetch(_args: argparse.Namespace) -> int:
    from catseye.app import model_store

    model_store().fetch(print)
    return 0


def _verify(_args: argparse.Namespace) -> int:
    from catseye.app import model_store

    store = model_store()
    models = store.installed()
    problems = [problem for model in models if (problem := store.problem(model))]
    for problem in problems:
        sys.stderr.write(f"{problem}\n")
    if problems:
        sys.stderr.write("Remove what was changed and install it again.\n")
        return 4
    print(f"{len(models)} installed, every file as its hash says." if models else "No model is installed.")
    return 0


def _default(args: argparse.Namespace) -> int:
    from catseye.app import model_store, models_in_use

    store = model_store()
    store.set_default(args.name)
    print(f"In use now: {', '.join(models_in_use())}.")
    return 0


def _remove(args: argparse.Namespace) -> int:
    from catseye.app import model_store

    model_store().remove(args.name)
    print(f"Removed {args.name}.")
    return 0
