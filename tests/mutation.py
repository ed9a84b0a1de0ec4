"""Plants mistakes in nnlib, one at a time, and sees whether the tests notice. No test itself.

    python tests/mutation.py                  all mutants of backward passes, a sample of the rest
    python tests/mutation.py layers.py --all  every mutant of one module
    python tests/mutation.py --list           what would be done

A mutant changes one operator, number, comparison, condition, call or statement. Each runs the tests
of its module in a copy of the tree, the quickest first, until one fails. What no test notices is
listed; the exit code is 1 unless ``HARMLESS`` explains each of them. Needs fork (Linux, macOS).
"""

import argparse
import ast
import copy
import importlib.machinery
import itertools
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
# The tests that a change of the module must upset, the quickest first.
TESTS = {
    "layers.py": [
        "test_gradients.py::test_layer_has_the_right_gradients",
        "test_layers.py",
        "test_promises.py",
        "test_reference.py",
        "test_network.py",
        "test_bad_input.py",
        "test_gradients.py",
    ],
    "activations.py": [
        "test_gradients.py::test_slope_of_function_is_its_derivative",
        "test_gradients.py::test_layer_has_the_right_gradients",
        "test_activations.py",
        "test_promises.py",
        "test_reference.py",
        "test_bad_input.py",
        "test_gradients.py",
    ],
    "losses.py": [
        "test_gradients.py::test_loss_has_the_right_gradient",
        "test_losses.py",
        "test_promises.py",
        "test_reference.py",
        "test_bad_input.py",
        "test_gradients.py",
    ],
    "optimizers.py": [
        "test_reference.py::test_optimizer_takes_pytorchs_100_steps",
        "test_optimizers.py",
        "test_promises.py",
        "test_bad_input.py",
        "test_training.py",
        "test_reference.py",
    ],
    "autograd.py": ["test_autograd.py", "test_gradients.py"],
}
DEFAULT = ["layers.py", "activations.py", "losses.py", "optimizers.py"]
# In these every mutant is run, whatever the number asked for.
ALWAYS = ("backward", "_slope", "_column_sums", "_move", "_average", "_descend", "_decay")

# Mutants that nobody could notice: module, function, a part of the changed line, why.
OWN_BUFFER = "a buffer that is written before it is read"
AT_ZERO = "both branches give the same at 0"
ONLY_OVERFLOW = "keeps exp or a power from overflowing; any such bound will do"
PLUS_MINUS_ONE = "1 / sign is sign for +1 and -1"
HARMLESS = [
    ("layers.py", "_ones", "ones.flags.writeable", "guards a cached array that nothing writes to"),
    ("layers.py", "Dropout.initialize", "spawn(2)[0]", "the first of two streams is the same one"),
    ("layers.py", "Dropout.forward", "> self.rate", "differs when a draw equals the rate exactly"),
    ("activations.py", "sigmoid", "z > 0", AT_ZERO),
    ("activations.py", "leaky_relu", "z >= 0", AT_ZERO),
    ("activations.py", "elu", "z >= 0", AT_ZERO),
    ("activations.py", "PReLU.forward", "_x >= 0", AT_ZERO),
    ("activations.py", "elu", "np.minimum(z, 1)", ONLY_OVERFLOW),
    ("activations.py", "elu_slope", "np.minimum(z, 1)", ONLY_OVERFLOW),
    ("activations.py", "gelu_slope", "31", ONLY_OVERFLOW),
    ("activations.py", "_gelu_inner", "31", ONLY_OVERFLOW),
    ("activations.py", "silu", "(deleted) z = _floats", "sigmoid(z) is of floats already"),
    ("activations.py", "silu_slope", "(deleted) z = _floats", "sigmoid(z) is of floats already"),
    ("activations.py", "Softmax.backward", "sum(axis=1,", "axis -1 of a 2-D array is axis 1"),
    ("losses.py", "BinaryCrossEntropy.value", "prediction / self._sign", PLUS_MINUS_ONE),
    ("losses.py", "BinaryCrossEntropy.backward", "grad /= self._sign", PLUS_MINUS_ONE),
    ("losses.py", "Focal.value", "prediction / self._sign", PLUS_MINUS_ONE),
    ("losses.py", "Focal.backward", "grad / self._sign", PLUS_MINUS_ONE),
    ("optimizers.py", "Optimizer._start", "self._scratch = np.ones_like", OWN_BUFFER),
    ("optimizers.py", "clip_by_norm", "norm >= number", "scaling by 1 changes nothing"),
    ("autograd.py", "Value.backward", "strict=False", "each rule gives one gradient a parent"),
    ("autograd.py", "_stretch", "summed.mean", "only the shape is used"),
]

SWAPS = {
    ast.Add: [ast.Sub], ast.Sub: [ast.Add], ast.Mult: [ast.Div], ast.Div: [ast.Mult],
    ast.Pow: [ast.Mult], ast.Gt: [ast.GtE, ast.Lt], ast.GtE: [ast.Gt], ast.Lt: [ast.LtE, ast.Gt],
    ast.LtE: [ast.Lt], ast.Eq: [ast.NotEq], ast.NotEq: [ast.Eq], ast.Is: [ast.IsNot],
    ast.IsNot: [ast.Is], ast.In: [ast.NotIn], ast.NotIn: [ast.In], ast.And: [ast.Or],
    ast.Or: [ast.And],
}  # fmt: skip
NAMES = {
    "minimum": "maximum", "maximum": "minimum", "mean": "sum", "sum": "mean", "add": "subtract",
    "multiply": "divide", "divide": "multiply", "exp": "abs", "expm1": "exp", "tanh": "sin",
    "sqrt": "abs", "abs": "square", "sign": "abs", "logaddexp": "maximum", "var": "mean",
    "zeros_like": "ones_like", "ones_like": "zeros_like", "zeros": "ones", "ones": "zeros",
    "max": "min", "clip": "minimum",
}  # fmt: skip


class Mutant(NamedTuple):
    module: str
    function: str
    line: int
    before: str
    after: str
    source: str

    def __str__(self):
        return f"{self.module}:{self.line} {self.function}\n    - {self.before}\n    + {self.after}"

    def excuse(self):
        """Why it does no harm that no test notices; "" if nobody has said."""
        for module, function, part, reason in HARMLESS:
            here = (module, function) == (self.module, self.function)
            if here and part in self.after:
                return reason
        return ""


def mutants(module):
    """Yield every mutant of a module, in the order of its lines."""
    source = (ROOT / "nnlib" / module).read_text(encoding="utf-8")
    for function, node in code(ast.parse(source)):
        for old, new in changes(node):
            changed, line = spliced(source, old, new), old.lineno
            before, after = (text.splitlines()[line - 1].strip() for text in (source, changed))
            after = f"(deleted) {before}" if after == "pass" else after
            yield Mutant(module, function, line, before, after, changed)


def spliced(source, old, new):
    """The source with one node written anew."""
    lines = source.encode().splitlines(keepends=True)  # ast counts columns in bytes
    starts = [0, *itertools.accumulate(map(len, lines))]
    start, end = (
        starts[old.lineno - 1] + old.col_offset,
        starts[old.end_lineno - 1] + old.end_col_offset,
    )
    text = ast.unparse(ast.fix_missing_locations(new))
    # An operation may bind less tightly than what it replaces.
    loose = ast.BinOp | ast.UnaryOp | ast.Compare | ast.BoolOp | ast.IfExp
    text = f"({text})" if isinstance(new, loose) else text
    whole = source.encode()
    return (whole[:start] + text.encode() + whole[end:]).decode()


def code(tree):
    """Yield (name of the function, node) for what is run: no annotations, docstrings, messages."""

    def visit(node, function):
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            inner = f"{function}.{node.name}".strip(".")
            if node.name in ("__repr__", "config"):
                return
            defaults = used_defaults(node) if isinstance(node, ast.FunctionDef) else []
            for child in defaults + node.body:
                yield from visit(child, inner)
            return
        if isinstance(node, ast.JoinedStr | ast.Import | ast.ImportFrom) or is_text(node):
            return
        if hasattr(node, "lineno"):
            yield function, node
        for name, child in ast.iter_fields(node):
            if name not in ("annotation", "returns", "exc"):
                for part in child if isinstance(child, list) else [child]:
                    if isinstance(part, ast.AST):
                        yield from visit(part, function)

    yield from visit(tree, "")


def used_defaults(function):
    """Default values of the arguments that the function's body mentions."""
    arguments = function.args.args[len(function.args.args) - len(function.args.defaults) :]
    names = {node.id for node in ast.walk(function) if isinstance(node, ast.Name)}
    pairs = zip(arguments, function.args.defaults, strict=True)
    return [default for argument, default in pairs if argument.arg in names]


def is_text(node):
    value = node.value if isinstance(node, ast.Expr) else node
    return isinstance(value, ast.Constant) and isinstance(value.value, str)


def changes(node):
    """Yield (node to replace, replacement) for each mistake to plant here."""
    if hasattr(node, "op"):
        for new in SWAPS.get(type(node.op), []):
            yield node, altered(node, op=new())
    if isinstance(node, ast.Compare):
        for new in SWAPS.get(type(node.ops[0]), []):
            yield node, altered(node, ops=[new(), *node.ops[1:]])
    if isinstance(node, ast.UnaryOp):
        yield node, node.operand
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        new = not node.value if isinstance(node.value, bool) else node.value + 1
        yield node, ast.Constant(new)
    if isinstance(node, ast.If | ast.IfExp):
        yield node.test, ast.UnaryOp(ast.Not(), node.test)
    if isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield node, altered(node, attr=NAMES[node.attr])
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield node, node.value
    if isinstance(node, ast.Call) and any(word.arg == "out" for word in node.keywords):
        yield node, altered(node, keywords=[word for word in node.keywords if word.arg != "out"])
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr | ast.Raise):
        yield node, ast.Pass()
    if isinstance(node, ast.Return) and node.value is not None:
        yield node, ast.Return(ast.Constant(None))


def altered(node, **fields):
    new = copy.copy(node)
    for name, value in fields.items():
        setattr(new, name, value)
    return new


def main():
    options = parse()
    chosen = choose(options)
    if options.list:
        print(*chosen, sep="\n")
        print(f"{len(chosen)} mutants")
        return 0
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="nnlib-mutation-") as folder:
        tree_copy(Path(folder))
        os.chdir(folder)
        healthy(sorted({mutant.module for mutant in chosen}))
        with processes(options.jobs) as pool:
            alive = [
                passed for passed, _ in pool.imap(trial, [(m, options.timeout) for m in chosen])
            ]
        os.chdir(ROOT)
    survived = [mutant for mutant, passed in zip(chosen, alive, strict=True) if passed]
    return report(chosen, survived, time.monotonic() - began)


def parse():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("modules", nargs="*", default=DEFAULT, help=f"default: {' '.join(DEFAULT)}")
    parser.add_argument("--count", type=int, default=400, help="mutants in all (400)")
    parser.add_argument("--all", action="store_true", help="every mutant")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="at a time (cores)")
    parser.add_argument("--timeout", type=float, default=90, help="seconds a mutant (90)")
    parser.add_argument("--list", action="store_true", help="only list the mutants")
    return parser.parse_args()


def choose(options):
    """All mutants of backward passes, and of the rest a sample that is the same every time."""
    found = [mutant for module in options.modules for mutant in mutants(module)]
    always = [m for m in found if any(word in m.function for word in ALWAYS)]
    rest = [m for m in found if m not in always]
    n = len(rest) if options.all else min(len(rest), max(0, options.count - len(always)))
    kept = set(always) | set(random.Random(0).sample(rest, n))
    return [mutant for mutant in found if mutant in kept]


def tree_copy(place):
    for name in ("nnlib", "tests", "data"):
        skip = shutil.ignore_patterns("__pycache__", "browser", "validation")
        shutil.copytree(ROOT / name, place / name, ignore=skip)
    shutil.copy(ROOT / "pyproject.toml", place)


def processes(jobs):
    """A pool of processes that have NumPy and pytest loaded already, a new one for each task."""
    os.environ |= {f"{library}_NUM_THREADS": "1" for library in ("OPENBLAS", "OMP", "MKL")}
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    for name in ("numpy", "pytest", "hypothesis.extra.numpy"):
        importlib.import_module(name)
    return multiprocessing.get_context("fork").Pool(jobs, maxtasksperchild=1)


def healthy(modules):
    """Stop unless all tests pass without a mutant. Their byte code is kept for the runs to come."""
    sys.dont_write_bytecode = False
    with processes(1) as pool:
        for module in modules:
            passed, output = pool.apply(run_tests, (module, 600))
            if not passed:
                sys.exit(
                    f"{output[-3000:]}\nThe tests of {module} fail without a mutant: mend them."
                )
    for path in Path("nnlib/__pycache__").iterdir():  # of the copy: mutants compile from source
        path.unlink()


def trial(task):
    """Run the tests of one mutant, which exists in this process only."""
    mutant, timeout = task
    sys.dont_write_bytecode = True
    read = importlib.machinery.SourceFileLoader.get_data
    target = os.path.join("nnlib", mutant.module)

    def get_data(self, path):
        return mutant.source.encode() if path.endswith(target) else read(self, path)

    importlib.machinery.SourceFileLoader.get_data = get_data
    passed, output = run_tests(mutant.module, timeout)
    print("S" if passed else ".", end="", flush=True)
    return passed, output


def run_tests(module, timeout):
    """Return whether the tests of the module pass, and their output. Being slow is failing."""
    import pytest

    sys.path[0] = os.getcwd()
    # Raised in a test, it fails that test; again every 10 seconds, in case a test catches it.
    signal.signal(signal.SIGALRM, late)
    signal.setitimer(signal.ITIMER_REAL, timeout, 10)
    files = [
        f"tests/{name}" for name in TESTS[module] if os.path.exists(f"tests/{name}".split("::")[0])
    ]
    options = ["-x", "-q", "--noconftest", "-p", "no:cacheprovider", "-o", "addopts="]
    with tempfile.TemporaryFile() as out:
        terminal = os.dup(1)
        os.dup2(out.fileno(), 1)
        code = pytest.main([*options, *files])
        sys.stdout.flush()
        os.dup2(terminal, 1)
        signal.setitimer(signal.ITIMER_REAL, 0)
        out.seek(0)
        text = out.read().decode(errors="replace")
    tested = sys.modules.get("nnlib")  # none when the mutant breaks its import: caught, too
    if tested and not tested.__file__.startswith(os.getcwd()):
        sys.exit("The tests imported another nnlib than the copy.")
    return code == 0, text


def late(*_):
    raise TimeoutError("the tests of this mutant take too long")


def report(chosen, survived, seconds):
    unexplained = [mutant for mutant in survived if not mutant.excuse()]
    caught = len(chosen) - len(survived)
    print(f"\n\n{len(chosen)} mutants: {caught} caught, {len(survived)} survived, "
          f"{len(unexplained)} of them unexplained. {seconds / 60:.1f} minutes")  # fmt: skip
    for mutant in survived:
        print(f"{mutant}\n    {mutant.excuse() or 'NOT EXPLAINED'}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
