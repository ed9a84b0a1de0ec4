"""Set up the course and start it. Nothing but Python 3.11 or newer is needed beforehand.

python run.py lab       open JupyterLab on the notebooks
python run.py test      run all tests
python run.py check     look over all files, in seconds: format, spelling, links, stored outputs
python run.py outputs   execute the notebooks again and store their outputs
python run.py pages     write the notebooks as web pages, into build/pages
python run.py bench     run the benchmarks

Further arguments go to the program that is started: python run.py test -k losses
The first call installs what requirements.lock lists into .venv, each file checked against its
hash. Nothing is written outside this folder, and deleting .venv undoes it all.
"""

import hashlib
import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent
ENV = ROOT / ".venv"
PYTHON = ENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
LOCK = ROOT / "requirements.lock"
STAMP = ENV / "installed.sha256"

LAB = [
    "--ServerApp.root_dir=.",
    "--LabApp.default_url=/lab/tree/notebooks",
    "--LabApp.news_url=None",  # no question about news, no request to a web site
    "--LanguageServerManager.autodetect=False",  # it would run npm, which writes to the home folder
]
COMMANDS = {
    "lab": ["-m", "jupyterlab", *LAB],
    "test": ["-m", "pytest", "--numprocesses=auto"],
    "check": ["-m", "pre_commit", "run", "--all-files"],
    "outputs": ["-m", "tests.validation.regenerate"],
    "pages": ["-m", "tests.validation.pages"],
    "bench": ["-m", "benchmarks"],
}
# What the tools keep on disk goes into .venv.
PLACES = {
    "UV_CACHE_DIR": "cache/uv",
    "JUPYTER_CONFIG_DIR": "jupyter/config",
    "JUPYTER_DATA_DIR": "jupyter/data",
    "JUPYTER_RUNTIME_DIR": "jupyter/runtime",
    "IPYTHONDIR": "ipython",
    "MPLCONFIGDIR": "matplotlib",
    "PRE_COMMIT_HOME": "cache/pre-commit",
}
# Sums split the same way on every machine; and small matrices are faster on one thread.
THREADS = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
}
QUIET = {"TQDM_DISABLE": "1"}  # no progress bars in outputs; in the lab they are welcome


def main():
    if sys.version_info < (3, 11):
        sys.exit("run.py needs Python 3.11 or newer, this is " + sys.version.split()[0] + ".")
    if len(sys.argv) < 2 or sys.argv[1] not in COMMANDS:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    if not works() or not STAMP.is_file() or STAMP.read_text() != wanted():
        try:
            set_up()
        except (OSError, subprocess.CalledProcessError) as error:
            sys.exit(
                f"Setting up .venv failed: {error}\nIt needs the network this once. Mend what is "
                "said above and try again; if it fails in the same way, delete .venv first."
            )
    sys.exit(start(sys.argv[1], sys.argv[2:]))


def works(code="import sys"):
    """Whether the Python in .venv can run ``code``; half made, or its origin removed, it cannot."""
    if not PYTHON.is_file():
        return False
    return subprocess.run([PYTHON, "-c", code], capture_output=True, check=False).returncode == 0


def wanted():
    """Return a hash of what .venv is made from, its place too: nnlib is installed by its path."""
    parts = [LOCK.read_bytes(), (ROOT / "pyproject.toml").read_bytes(), str(ROOT).encode()]
    return hashlib.sha256(b"\n".join(parts)).hexdigest()


def set_up():
    """Make .venv if there is no sound one; install the lock and nnlib itself into it."""
    print("Setting up .venv, once (a download of about 250 MB) ...", file=sys.stderr, flush=True)
    uv = shutil.which("uv")
    if not works("import sys" if uv else "import pip"):
        shutil.rmtree(ENV, ignore_errors=True)
        venv = [uv, "venv", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
        call(*venv, ENV)
    STAMP.unlink(missing_ok=True)
    install = [*([uv] if uv else get_uv()), "pip", "install", "--python", PYTHON]
    call(*install, "--compile-bytecode", "--require-hashes", "-r", LOCK)
    # The lock holds hatchling, which builds nnlib: nothing more is fetched.
    call(*install, "--no-deps", "--no-build-isolation", "--editable", ROOT)
    STAMP.write_text(wanted())


def get_uv():
    """Put uv, four times faster than pip, into .venv: the lock's version, its hash checked."""
    entry = re.search(r"^uv==.*?(?=^\S|\Z)", LOCK.read_text(), re.MULTILINE | re.DOTALL).group()
    only_uv = ENV / "uv.txt"
    only_uv.write_text(entry)
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--no-cache-dir"]
    call(*pip, "--disable-pip-version-check", "--require-hashes", "-r", only_uv)
    return [PYTHON, "-m", "uv"]


def call(*words):
    subprocess.run([str(word) for word in words], check=True, env=environment())


def environment(**extra):
    """Return what is set for the programs that are started; what the caller has set goes first."""
    places = {name: str(ENV / place) for name, place in PLACES.items()}
    return places | extra | os.environ


def start(command, arguments):
    """Run the command in .venv and return its exit code."""
    words = [PYTHON, *COMMANDS[command], *arguments]
    variables = environment(**THREADS, **({} if command == "lab" else QUIET))
    # A tool that calls "python" means this one.
    variables["PATH"] = os.pathsep.join([str(Path(PYTHON).parent), variables.get("PATH", "")])
    process = subprocess.Popen(words, cwd=ROOT, env=variables)
    # Ctrl-C reaches the program too and is its affair (JupyterLab asks first): wait for its end.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, lambda *_: process.terminate())
    return process.wait()


if __name__ == "__main__":
    main()
