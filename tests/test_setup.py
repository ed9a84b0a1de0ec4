"""The set-up keeps its promises: lists that agree, a lock, imports one way, a wheel, run.py."""

from __future__ import annotations

import ast
import copy
import importlib.util
import json
import os
import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from email.message import Message
from email.parser import Parser
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
import yaml
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from rattler import MatchSpec, VersionSpec
from rattler import Version as CondaVersion

ROOT = Path(__file__).resolve().parents[1]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")


def run_python(*words: str | Path, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run this Python from the top folder and return what it printed, whatever its exit code."""
    options = {"cwd": ROOT, "capture_output": True, "text": True, "timeout": 120} | options
    return subprocess.run([sys.executable, *map(str, words)], check=False, **options)


# --------------------------------------------------------------- environment.yml and pyproject.toml

# PyPI's name -> conda's, where they differ. matplotlib-base is matplotlib without Qt.
CONDA_NAMES = {"matplotlib": "matplotlib-base", "isal": "python-isal"}


def direct(project: dict[str, Any], *extras: str) -> dict[str, Requirement]:
    """Return what ``project`` asks for with these extras, by name; ``nnlib[...]`` is followed."""
    lines = list(project["dependencies"])
    for extra in extras:
        lines += project["optional-dependencies"][extra]
    found: dict[str, Requirement] = {}
    for requirement in map(Requirement, lines):
        if requirement.name == project["name"]:
            found |= direct(project, *requirement.extras)
        else:
            found[canonicalize_name(requirement.name)] = requirement
    return found


def admits(range_: str, version: str, conda: bool) -> bool:
    """Whether ``version`` lies in the range, read as conda or as pip reads it."""
    if conda:
        return VersionSpec(range_ or "*").matches(CondaVersion(version))
    return SpecifierSet(range_).contains(version, prereleases=True)


def around(*ranges: str) -> set[str]:
    """Return versions at, below and above each number in the ranges: sets differ there first."""
    numbers = {n for range_ in ranges for n in re.findall(r"\d+(?:\.\d+)*", range_)}
    probes = {"0", "1000"}
    for number in numbers:
        parts = [int(part) for part in number.split(".")]
        for place in range(len(parts)):
            for step in (-1, 0, 1):
                moved = [*parts[:place], max(0, parts[place] + step)]
                probes |= {".".join(map(str, moved + tail)) for tail in ([], [1], [99])}
        probes.add(".".join(map(str, parts)))
    return probes


def listed(environment: dict[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Return name -> range of environment.yml's conda part and of its pip part, nnlib left out."""
    conda: dict[str, str] = {}
    pip: dict[str, str] = {}
    for line in environment["dependencies"]:
        if isinstance(line, dict):
            wanted = [Requirement(entry) for entry in line["pip"] if not entry.startswith("-")]
            pip = {str(canonicalize_name(r.name)): str(r.specifier) for r in wanted}
        else:
            spec = MatchSpec(line)
            assert spec.name is not None
            conda[spec.name.normalized] = spec.version or ""
    return conda, pip


def disagreements(project: dict[str, Any], environment: dict[str, Any]) -> list[str]:
    """Return a sentence for each package that one list has and the other has not, or otherwise."""
    conda, pip = listed(environment)
    found = []
    for name in ("python", "pip"):
        if name not in conda:
            found.append(f"environment.yml lacks {name}")
    if not admits(project["requires-python"], conda.pop("python", "0").strip("=.*"), conda=False):
        found.append("environment.yml has a Python that pyproject.toml refuses")
    conda.pop("pip", None)
    for name, requirement in direct(project, "test").items():
        theirs = CONDA_NAMES.get(name, name)
        other, is_conda = (pip.pop(name), False) if name in pip else (conda.pop(theirs, None), True)
        ours = str(requirement.specifier)
        if other is None:
            found.append(f"environment.yml lacks {theirs}")
        elif any(admits(ours, v, False) != admits(other, v, is_conda) for v in around(ours, other)):
            found.append(f"{name}: {ours!r} in pyproject.toml, {other!r} in environment.yml")
    return found + [f"pyproject.toml lacks {name}" for name in [*conda, *pip]]


def test_environment_yml_asks_for_what_pyproject_asks_for() -> None:
    assert disagreements(PYPROJECT["project"], ENVIRONMENT) == []


@pytest.mark.parametrize(
    ("old", "new", "fault"),
    [
        ("numpy>=2.0", "numpy>=2.1", "numpy: "),
        ("numpy>=2.0", "numpy>2.0", "numpy: "),
        ("numpy>=2.0", "numpy>=2.0,<3", "numpy: "),
        ("numpy>=2.0", "numpy", "numpy: "),
        ("numpy>=2.0", "numpy=2.0", "numpy: "),
        ("numpy>=2.0", None, "environment.yml lacks numpy"),
        ("numpy>=2.0", "numpie>=2.0", "environment.yml lacks numpy"),
        ("pip", "pandas", "pyproject.toml lacks pandas"),
        ("python=3.13", "python=3.10", "environment.yml has a Python that"),
    ],
)
def test_a_planted_disagreement_is_found(old: str, new: str | None, fault: str) -> None:
    changed = copy.deepcopy(ENVIRONMENT)
    place = changed["dependencies"].index(old)
    changed["dependencies"][place : place + 1] = [] if new is None else [new]
    assert any(found.startswith(fault) for found in disagreements(PYPROJECT["project"], changed))


@pytest.mark.parametrize("same", ["numpy >=2.0", "numpy>=2.0,>=1.5", "numpy>=2.0|>=3"])
def test_another_spelling_of_the_same_range_agrees(same: str) -> None:
    changed = copy.deepcopy(ENVIRONMENT)
    changed["dependencies"][changed["dependencies"].index("numpy>=2.0")] = same
    assert disagreements(PYPROJECT["project"], changed) == []


# -------------------------------------------------------------------------------- requirements.lock


def locked() -> Iterator[tuple[Requirement, list[str]]]:
    """Yield each entry of the lock with its hashes."""
    for entry in re.split(r"\n(?=\S)", LOCK.strip()):
        head, *hashes = [line.strip() for line in entry.replace("\\\n", "\n").split("\n")]
        yield Requirement(head), hashes


def places() -> Iterator[dict[str, str]]:
    """Yield the marker environments that the lock is for."""
    for python in ("3.11", "3.12", "3.13", "3.14"):
        for system, os_name in (("linux", "posix"), ("darwin", "posix"), ("win32", "nt")):
            yield {
                **{key: str(value) for key, value in default_environment().items()},
                "python_version": python,
                "python_full_version": f"{python}.0",
                "sys_platform": system,
                "os_name": os_name,
            }


def test_the_lock_holds_an_admitted_version_of_each_requirement_everywhere() -> None:
    entries = [requirement for requirement, _ in locked()]
    wanted = direct(PYPROJECT["project"], "test")
    wanted |= {"uv": Requirement(PYPROJECT["dependency-groups"]["setup"][0])}
    for place in places():
        here = {
            str(canonicalize_name(entry.name)): next(iter(entry.specifier)).version
            for entry in entries
            if entry.marker is None or entry.marker.evaluate(place)
        }
        missing = [n for n, r in wanted.items() if n not in here or here[n] not in r.specifier]
        assert not missing, f"not in requirements.lock for {place}: {missing}"


def test_each_entry_of_the_lock_is_pinned_and_hashed_and_names_no_host() -> None:
    for requirement, hashes in locked():
        assert re.fullmatch(r"==[\w.!+]+", str(requirement.specifier)), requirement
        assert hashes, f"{requirement} has no hash"
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", line) for line in hashes)
    assert "://" not in LOCK


# ------------------------------------------------------------------------------------------ imports

BASE = {"_checks", "protocol", "activations"}
STANDALONE = "autograd datasets gradcheck losses optimizers perceptron regularization schedules"
# What each module of the core may import of the others, at run time. A new module needs a row.
MAY_IMPORT: dict[str, set[str]] = {
    "_checks": set(),
    "protocol": {"_checks"},
    "activations": {"_checks", "protocol"},
    "initializers": {"_checks"},
    "layers": BASE | {"initializers"},
    "network": BASE | {"initializers", "layers"},
    **{name: BASE for name in STANDALONE.split()},
    "storage": BASE | {"layers", "network"},
    "training": BASE | {"losses", "network", "optimizers", "regularization", "schedules"},
}


def imported(source: str) -> set[str]:
    """Return the modules of nnlib that the source imports anywhere but under TYPE_CHECKING."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test):
            node.body = []
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            module = f"{'nnlib.' * bool(node.level)}{node.module or ''}".rstrip(".")
            whole = module == "nnlib"
            found |= {f"nnlib.{alias.name}" for alias in node.names} if whole else {module}
    return {name.split(".")[1] for name in found if name.startswith("nnlib.")}


@pytest.mark.parametrize("path", sorted((ROOT / "nnlib").glob("*.py")), ids=lambda path: path.stem)
def test_imports_run_one_way(path: Path) -> None:
    found = imported(path.read_text(encoding="utf-8"))
    assert "show" not in found, f"{path.name} imports nnlib.show, which needs more than NumPy"
    if path.stem != "__init__":
        forbidden = found - MAY_IMPORT[path.stem]
        assert not forbidden, f"{path.name} may not import {sorted(forbidden)}"


def test_an_import_against_the_direction_is_seen() -> None:
    assert imported("def f():\n    from nnlib import show, layers") == {"show", "layers"}
    assert imported("import nnlib.show.style") == {"show"}
    assert imported("from nnlib.show.style import INK") == {"show"}
    assert imported("from . import show") == imported("from .show import style") == {"show"}
    assert imported("if TYPE_CHECKING:\n    from nnlib.training import History") == set()


def test_import_nnlib_loads_numpy_and_nothing_else() -> None:
    code = (
        "import sys; before = set(sys.modules); import nnlib; "
        "names = {name.split('.')[0] for name in set(sys.modules) - before}; "
        "print(*sorted(names - set(sys.stdlib_module_names)))"
    )
    result = run_python("-c", code)
    assert result.stdout.split() == ["nnlib", "numpy"], result.stderr


# -------------------------------------------------------------------------------------------- wheel


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel, offline, and return its path."""
    folder = tmp_path_factory.mktemp("wheel")
    result = run_python("-m", "hatchling", "build", "--target", "wheel", "--directory", folder)
    assert result.returncode == 0, result.stdout + result.stderr
    (path,) = folder.glob("*.whl")
    return path


def metadata(wheel: Path) -> Message:
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        return Parser().parsestr(archive.read(name).decode())


def test_the_wheel_requires_numpy_only(wheel: Path) -> None:
    lines = metadata(wheel).get_all("Requires-Dist") or []
    always = [line for line in lines if "extra ==" not in line]
    assert [Requirement(line).name for line in always] == ["numpy"]


def test_the_wheel_holds_library_and_data_and_works_alone(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    assert {path.name for path in tmp_path.iterdir() if path.suffix != ".dist-info"} == {"nnlib"}
    inside = {path.name for path in (tmp_path / "nnlib/data").iterdir()}
    assert inside == {path.name for path in (ROOT / "data").glob("*.[cm][sd]*")}
    code = (
        "import json, nnlib; x, y = nnlib.datasets.load_spirals(); "
        "print(json.dumps([nnlib.__file__, str(nnlib.datasets._find('spirals.csv')), len(x)]))"
    )
    result = run_python("-c", code, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(tmp_path)})
    assert result.returncode == 0, result.stderr
    module, file, n_rows = json.loads(result.stdout)
    assert all(Path(name).is_relative_to(tmp_path) for name in (module, file))
    assert n_rows == 1000


# ------------------------------------------------------------------------------------ tracked files

# Written in parts, so that this file does not name them either.
HOSTS = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npmjs", "org"))]
HOSTS += [".".join(parts) for parts in (("npmjs", "com"), ("anaconda", "org"), ("debian", "org"))]
FOLDERS = [str(folder) for folder in (ROOT, Path.home()) if len(folder.parts) > 1]
LOCAL = re.compile(
    "|".join(rf"(?<![\w.]){re.escape(folder)}(?![\w-])" for folder in FOLDERS)
    + r"|/home/\w+/|/Users/\w+/|[A-Z]:\\+Users\\"
)


def tracked() -> list[Path]:
    """Return the files that git tracks or would offer to add; skip where there is no git."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        result = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip("not a git work tree")
    return [ROOT / name for name in result.stdout.split("\0") if name and (ROOT / name).is_file()]


def local_names(text: str) -> list[str]:
    """Return the registry hosts and the paths of this machine that the text names."""
    return [host for host in HOSTS if host in text] + [m.group() for m in LOCAL.finditer(text)]


def test_no_tracked_file_names_a_registry_host_or_a_path_of_this_machine() -> None:
    found = {}
    for path in tracked():
        names = local_names(path.read_text(encoding="utf-8", errors="replace"))
        if names:
            found[path.relative_to(ROOT).as_posix()] = sorted(set(names))
    assert not found


def test_a_host_or_a_local_path_would_be_seen() -> None:
    for text in (f"see https://{HOSTS[0]}/simple", f'File "{ROOT}/nnlib/x.py"', f"{ROOT}\n"):
        assert local_names(text), text
    assert not local_names("data/README.md and nnlib/home.py")


# ------------------------------------------------------------------------------------------- run.py


@pytest.fixture
def run() -> ModuleType:
    """Return run.py as a module; importing it starts nothing."""
    spec = importlib.util.spec_from_file_location("run", ROOT / "run.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("words", [[], ["tests"], ["--help"]])
def test_run_without_a_known_command_says_how_and_ends_with_2(words: list[str]) -> None:
    result = run_python("run.py", *words)
    assert result.returncode == 2
    assert "python run.py lab " in result.stderr
    assert "python run.py test " in result.stderr


def test_run_says_which_python_it_needs(run: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    old = SimpleNamespace(version_info=(3, 10, 14), version="3.10.14 (main)", exit=sys.exit)
    monkeypatch.setattr(run, "sys", old)
    with pytest.raises(SystemExit, match=r"needs Python 3\.11 or newer, this is 3\.10\.14\."):
        run.main()


def test_an_old_python_can_read_run_as_far_as_that() -> None:
    ast.parse((ROOT / "run.py").read_text(encoding="utf-8"), feature_version=(3, 7))


def test_run_gives_pip_only_the_entry_of_uv_with_its_hashes(
    run: ModuleType, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    calls: list[tuple[Any, ...]] = []
    monkeypatch.setattr(run, "ENV", tmp_path)
    monkeypatch.setattr(run, "call", lambda *words: calls.append(words))
    run.get_uv()
    head, *hashes = (tmp_path / "uv.txt").read_text().strip().split("\n")
    assert re.fullmatch(r"uv==[\d.]+ \\", head)
    assert len(hashes) > 5
    assert all(line.strip().startswith("--hash=sha256:") for line in hashes)
    assert "--require-hashes" in calls[0]


def test_run_passes_arguments_and_exit_code_on_and_sets_the_steady_variables() -> None:
    program = (
        "import os, sys; print(*sys.argv[1:], *map(os.environ.get, "
        "['OPENBLAS_NUM_THREADS', 'TQDM_DISABLE', 'MPLCONFIGDIR'])); sys.exit(7)"
    )
    code = (
        "import run, sys; run.PYTHON = sys.executable; command, *words = sys.argv[1:]; "
        f"run.COMMANDS[command] = ['-c', {program!r}]; sys.exit(run.start(command, words))"
    )
    chosen = ("OPENBLAS_NUM_THREADS", "TQDM_DISABLE", "MPLCONFIGDIR")
    clean = {name: value for name, value in os.environ.items() if name not in chosen}
    result = run_python("-c", code, "test", "-k", "losses", env=clean)
    inside = str(ROOT / ".venv" / "matplotlib")
    assert (result.returncode, result.stdout) == (7, f"-k losses 1 1 {inside}\n"), result.stderr
    result = run_python("-c", code, "lab", env=clean)
    assert result.stdout == f"1 None {inside}\n", result.stderr
    result = run_python("-c", code, "test", env={**clean, "OPENBLAS_NUM_THREADS": "2"})
    assert result.stdout == f"2 1 {inside}\n", result.stderr


# --------------------------------------------------------------------------- continuous integration


def test_the_workflow_covers_systems_pythons_and_the_oldest_numpy() -> None:
    text = (ROOT / ".github/workflows/ci.yml").read_text(encoding="utf-8")
    jobs = yaml.safe_load(text)["jobs"]
    matrix = jobs["locked"]["strategy"]["matrix"]
    assert matrix["os"] == ["ubuntu-latest", "macos-latest", "windows-latest"]
    assert matrix["python"] == ["3.11", "3.14"]
    assert jobs["locked"]["steps"][-1]["run"] == "bash .ci/run"
    (numpy,) = PYPROJECT["project"]["dependencies"]
    oldest = Requirement(re.search(r'"(numpy==.*?)"', text)[1])  # type: ignore[index]
    assert f"{oldest}".startswith(numpy.replace(">=", "==")), "the job oldest-numpy has another"


# --------------------------------------------------------------------------------------------- data


def test_data_make_writes_the_committed_files_byte_for_byte(tmp_path: Path) -> None:
    result = run_python("data/make.py", tmp_path)
    assert result.returncode == 0, result.stderr
    committed = {path.name: path.read_bytes() for path in (ROOT / "data").glob("*.csv")}
    assert committed
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == committed
