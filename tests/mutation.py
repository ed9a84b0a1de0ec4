"""Plants mistakes in nnlib, one at a time, and sees whether the tests notice. No test itself.

    python tests/mutation.py                  all mutants of backward passes, a sample of the rest
    python tests/mutation.py layers.py --all  every mutant of one module
    python tests/mutation.py --list           what would be done

A mutant changes one operator, number, comparison, condition, call or statement. Each runs the tests
of its module in a copy of the tree, the quickest first, until one fails. What no test notices is
listed; the exit code is 1 unless ``HARMLESS`` explains each of them.
"""

import argparse
import ast
import copy
import itertools
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from typing import NamedTuple

ROOT = Path(__file__).resolve().parent.parent
# The tests that a change of the module must upset, those that find most first.
TESTS = {
    "layers.py": [
        "test_gradients",
        "test_layers",
        "test_reference",
        "test_network",
        "test_bad_input",
    ],
    "activations.py": ["test_gradients", "test_activations", "test_reference", "test_bad_input"],
    "losses.py": ["test_gradients", "test_losses", "test_reference", "test_bad_input"],
    "optimizers.py": ["test_reference", "test_optimizers", "test_bad_input", "test_training"],
    "autograd.py": ["test_autograd", "test_gradients"],
}
DEFAULT = ["layers.py", "activations.py", "losses.py", "optimizers.py"]
# In these every mutant is run, whatever the number asked for.
ALWAYS = ("backward", "_slope", "_column_sums", "_move", "_update_moments", "_descend", "_decay")

# Mutants that change nothing a user could see: (module, function, line, change) and the reason.
HARMLESS: dict[tuple[str, str, str, str], str] = {}

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
    text: str
    change: str
    source: str

    @property
    def key(self):
        return self.module, self.function, self.text, self.change

    def __str__(self):
        return f"{self.module}:{self.line} {self.function}: {self.change}\n      {self.text}"


def mutants(module):
    """Yield every mutant of a module, in the order of its lines."""
    source = (ROOT / "nnlib" / module).read_text(encoding="utf-8")
    for function, node in code(ast.parse(source)):
        for change, old, new in changes(node):
            where = source.splitlines()[node.lineno - 1].strip()
            yield Mutant(module, function, node.lineno, where, change, spliced(source, old, new))


def spliced(source, old, new):
    """The source with one node written anew."""
    lines = source.encode().splitlines(keepends=True)  # ast counts columns in bytes
    starts = [0, *itertools.accumulate(map(len, lines))]
    start, end = (
        starts[old.lineno - 1] + old.col_offset,
        starts[old.end_lineno - 1] + old.end_col_offset,
    )
    text = ast.unparse(ast.fix_missing_locations(new))
    text = f"({text})" if isinstance(old, ast.expr) else text
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
    """Yield (description, node to replace, replacement) for each mistake to plant here."""
    kind = type(node).__name__
    if hasattr(node, "op") and type(node.op) in SWAPS:
        for new in SWAPS[type(node.op)]:
            yield f"{type(node.op).__name__} to {new.__name__}", node, altered(node, op=new())
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        for new in SWAPS[type(node.ops[0])]:
            ops = [new(), *node.ops[1:]]
            yield f"{type(node.ops[0]).__name__} to {new.__name__}", node, altered(node, ops=ops)
    if isinstance(node, ast.UnaryOp):
        yield f"{type(node.op).__name__} dropped", node, node.operand
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        new = not node.value if isinstance(node.value, bool) else node.value + 1
        yield f"{node.value} to {new}", node, ast.Constant(new)
    if isinstance(node, ast.If | ast.IfExp):
        yield f"condition of {kind} reversed", node.test, ast.UnaryOp(ast.Not(), node.test)
    if isinstance(node, ast.Attribute) and node.attr in NAMES:
        yield f"{node.attr} to {NAMES[node.attr]}", node, altered(node, attr=NAMES[node.attr])
    if isinstance(node, ast.Attribute) and node.attr == "T":
        yield "transpose dropped", node, node.value
    if isinstance(node, ast.Call) and any(word.arg == "out" for word in node.keywords):
        keywords = [word for word in node.keywords if word.arg != "out"]
        yield "out= dropped", node, altered(node, keywords=keywords)
    if isinstance(node, ast.Assign | ast.AugAssign | ast.Expr | ast.Raise):
        yield f"{kind} deleted", node, ast.Pass()
    if isinstance(node, ast.Return) and node.value is not None:
        yield "return of nothing", node, ast.Return(ast.Constant(None))


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
        places: Queue = Queue()
        for i in range(options.jobs):
            places.put(tree_copy(Path(folder) / str(i)))
        healthy(places.queue[0], sorted({mutant.module for mutant in chosen}))
        with ThreadPoolExecutor(options.jobs) as pool:
            survived = [
                m for m, alive in pool.map(lambda m: trial(m, places, options), chosen) if alive
            ]
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
        shutil.copytree(
            ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__", "browser")
        )
    shutil.copy(ROOT / "pyproject.toml", place)
    return place


def run_tests(place, module, timeout):
    """Return whether the tests of the module pass there; taking too long counts as failing."""
    files = [f"tests/{name}.py" for name in TESTS[module] if (place / f"tests/{name}.py").is_file()]
    options = ["-x", "-q", "--noconftest", "-p", "no:cacheprovider", "-o", "addopts="]
    threads = {name: "1" for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")}
    environment = os.environ | threads | {"PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, "-m", "pytest", *options, *files]
    try:
        done = subprocess.run(
            command, cwd=place, env=environment, capture_output=True, text=True, timeout=timeout,
            check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return False, "took too long"
    return done.returncode == 0, done.stdout


def healthy(place, modules):
    for module in modules:
        passed, output = run_tests(place, module, timeout=600)
        if not passed:
            sys.exit(
                f"{output[-2000:]}\nThe tests of {module} fail without any mutant: mend them first."
            )


def trial(mutant, places, options):
    place = places.get()
    path = place / "nnlib" / mutant.module
    original = path.read_text()
    try:
        path.write_text(mutant.source)
        alive, _ = run_tests(place, mutant.module, options.timeout)
    finally:
        path.write_text(original)
        places.put(place)
    print("S" if alive else ".", end="", flush=True)
    return mutant, alive


def report(chosen, survived, seconds):
    unexplained = [mutant for mutant in survived if mutant.key not in HARMLESS]
    caught = len(chosen) - len(survived)
    print(f"\n\n{len(chosen)} mutants: {caught} caught, {len(survived)} survived, "
          f"{len(unexplained)} of them unexplained. {seconds / 60:.1f} minutes")  # fmt: skip
    for mutant in survived:
        print(f"  {mutant}\n      {HARMLESS.get(mutant.key, 'NOT EXPLAINED: ' + repr(mutant.key))}")
    return 1 if unexplained else 0


if __name__ == "__main__":
    sys.exit(main())
