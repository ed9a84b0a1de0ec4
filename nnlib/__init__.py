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

from nnlib import activations, autograd, datasets, initializers
from nnlib.activations import (
    ELU,
    GELU,
    SELU,
    Identity,
    LeakyReLU,
    PReLU,
    ReLU,
    Sigmoid,
    SiLU,
    Softmax,
    Softplus,
    Tanh,
)
from nnlib.gradcheck import check_gradients, gradient_errors, numerical_gradient, relative_error
from nnlib.layers import BatchNorm, Dense, Dropout, LayerNorm, RMSNorm
from nnlib.losses import MAE, MSE, BinaryCrossEntropy, CrossEntropy, Focal, Huber, Loss
from nnlib.network import Sequential
from nnlib.optimizers import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    AMSGrad,
    Momentum,
    Nesterov,
    Optimizer,
    RMSprop,
    clip_by_norm,
    clip_by_value,
)
from nnlib.perceptron import Perceptron
from nnlib.protocol import Layer
from nnlib.regularization import L1, L2, EarlyStopping, MaxNorm, kfold, mixup
from nnlib.schedules import Cosine, Exponential, OneCycle, StepDecay, WarmUp
from nnlib.storage import load, save
from nnlib.training import (
    Diverged,
    History,
    accuracy,
    confusion_matrix,
    evaluate,
    fit,
    minibatches,
    range_test,
)

__version__ = "0.1.0"

__all__ = [
    "ELU",
    "GELU",
    "L1",
    "L2",
    "MAE",
    "MSE",
    "SELU",
    "SGD",
    "AMSGrad",
    "AdaGrad",
    "Adam",
    "AdamW",
    "BatchNorm",
    "BinaryCrossEntropy",
    "Cosine",
    "CrossEntropy",
    "Dense",
    "Diverged",
    "Dropout",
    "EarlyStopping",
    "Exponential",
    "Focal",
    "History",
    "Huber",
    "Identity",
    "Layer",
    "LayerNorm",
    "LeakyReLU",
    "Loss",
    "MaxNorm",
    "Momentum",
    "Nesterov",
    "OneCycle",
    "Optimizer",
    "PReLU",
    "Perceptron",
    "RMSNorm",
    "RMSprop",
    "ReLU",
    "Sequential",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "StepDecay",
    "Tanh",
    "WarmUp",
    "accuracy",
    "activations",
    "autograd",
    "check_gradients",
    "clip_by_norm",
    "clip_by_value",
    "confusion_matrix",
    "datasets",
    "evaluate",
    "fit",
    "gradient_errors",
    "initializers",
    "kfold",
    "load",
    "minibatches",
    "mixup",
    "numerical_gradient",
    "range_test",
    "relative_error",
    "save",
]
