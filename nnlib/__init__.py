"""nnlib: a neural network library to read. NumPy is all it needs.

Conventions
-----------
- Batch first: ``x`` is (n_samples, n_features), ``Dense.weight`` is (n_in, n_out),
  ``y = x @ weight + bias``.
- The loss is a mean over the batch, and only the loss: no layer or optimizer knows the batch size.
- Losses take logits; probabilities are for people (``net.predict``).
- float64 by default, float32 all the way through with ``dtype="float32"``.
- Randomness is explicit: ``rng`` is an int seed or a ``numpy.random.Generator``; the global state
  is not used.
- The slope of ReLU at 0 is 0. Arguments are never modified.

A module a chapter: ``perceptron`` (1), ``activations`` (2), ``losses`` (3), ``initializers``,
``autograd`` and ``gradcheck`` (4), ``optimizers`` and ``schedules`` (5), ``regularization`` (6),
``training`` (7).
What draws is in ``nnlib.show``, which is imported by itself.
"""

# fmt: off
# isort: off
from nnlib import activations, autograd, datasets, initializers
from nnlib.perceptron import Perceptron
from nnlib.activations import (
    Identity, Sigmoid, Tanh, ReLU, LeakyReLU, PReLU, ELU, SELU, GELU, SiLU, Softplus, Softmax,
)
from nnlib.protocol import Layer
from nnlib.layers import Dense, Dropout, BatchNorm, LayerNorm, RMSNorm
from nnlib.network import Sequential
from nnlib.losses import Loss, MSE, MAE, Huber, BinaryCrossEntropy, Focal, CrossEntropy
from nnlib.gradcheck import (
    check_gradients, gradient_errors, numerical_gradient, relative_error,
)
from nnlib.optimizers import (
    Optimizer, SGD, Momentum, Nesterov, AdaGrad, RMSprop, Adam, AMSGrad, AdamW,
    clip_by_norm, clip_by_value,
)
from nnlib.schedules import StepDecay, Exponential, Cosine, WarmUp, OneCycle
from nnlib.regularization import L1, L2, MaxNorm, EarlyStopping, mixup, kfold
from nnlib.training import (
    fit, evaluate, minibatches, range_test, accuracy, confusion_matrix, History, Diverged,
)
from nnlib.storage import save, load

__version__ = "0.1.0"

__all__ = [  # noqa: RUF022  (the order of the imports)
    "activations", "autograd", "datasets", "initializers", "Perceptron",
    "Identity", "Sigmoid", "Tanh", "ReLU", "LeakyReLU", "PReLU", "ELU", "SELU", "GELU", "SiLU",
    "Softplus", "Softmax", "Layer", "Dense", "Dropout", "BatchNorm", "LayerNorm", "RMSNorm",
    "Sequential", "Loss", "MSE", "MAE", "Huber", "BinaryCrossEntropy", "Focal", "CrossEntropy",
    "check_gradients", "gradient_errors", "numerical_gradient", "relative_error",
    "Optimizer", "SGD", "Momentum", "Nesterov", "AdaGrad", "RMSprop", "Adam", "AMSGrad", "AdamW",
    "clip_by_norm", "clip_by_value", "StepDecay", "Exponential", "Cosine", "WarmUp", "OneCycle",
    "L1", "L2", "MaxNorm", "EarlyStopping", "mixup", "kfold",
    "fit", "evaluate", "minibatches", "range_test", "accuracy", "confusion_matrix", "History",
    "Diverged", "save", "load",
]
