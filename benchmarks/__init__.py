"""nnlib timed side by side with what a user would pick instead. Run ``python -m benchmarks``.

workloads.py   the work: data, network, batches, start, the same for everyone
peers/         one file a contender: nnlib, NumPy bare and by the book, scikit-learn, PyTorch, JAX
workers.py     a process a contender, so that each imports only its own and owns its threads
race.py        the workers in turn, a block of steps at a time, after their losses were compared
cold.py        new processes: from nothing to a trained network, import time, peak memory
report.py      table, picture and verdict, written between the markers of README.md
"""
