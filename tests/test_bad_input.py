"""Mistakes that a learner makes: the error says what came and what is right; nothing changes."""

# ruff: noqa: E501  (one line a mistake: call, error, words of its message)

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import nnlib as nn
from nnlib import datasets

NAN, INF = float("nan"), float("inf")
X = np.random.default_rng(0).normal(size=(6, 2))
Y = np.array([0, 1, 0, 1, 1, 0])
BCE, CE, MSE = nn.BinaryCrossEntropy(), nn.CrossEntropy(), nn.MSE()


def network(*, n_out: int = 1, dtype: str = "float64") -> nn.Sequential:
    return nn.Sequential(
        nn.Dense(2, 3), nn.BatchNorm(3), nn.ReLU(), nn.Dense(3, n_out), rng=0, dtype=dtype
    )


def fit(
    *, net: Any = None, loss: Any = BCE, optimizer: Any = None, x: Any = X, y: Any = Y, **more: Any
) -> Any:
    net = network() if net is None else net
    optimizer = nn.SGD(0.1) if optimizer is None else optimizer
    options = {"train": (x, y), "epochs": 2, "progress": False} | more
    return nn.fit(net, loss, optimizer, **options)


def spoiled(value: float) -> np.ndarray:
    x = X.copy()
    x[4, 1] = value
    return x


def forwarded() -> nn.Sequential:
    net = network()
    net.forward(X)
    return net


def after_a_step(optimizer: nn.Optimizer) -> nn.Optimizer:
    optimizer.step(np.ones(3), np.ones(3))
    return optimizer


@dataclass
class Case:
    """A call, the type of the error, and words that its message must hold."""

    call: Callable[[], Any]
    error: type[Exception]
    words: str


TAKEN = network()
CASES: dict[str, Case] = {
    # networks and layers
    "no layers": Case(lambda: nn.Sequential(rng=0), ValueError, "at least one layer, got none"),
    "class, not instance": Case(lambda: nn.Sequential(nn.Dense(2, 1), nn.ReLU, rng=0), TypeError, "layer 1 of Sequential must be a Layer, got <class 'nnlib.activations.ReLU'>. Write its parentheses"),
    "a list of layers": Case(lambda: nn.Sequential([nn.Dense(2, 1)], rng=0), TypeError, "layer 0 of Sequential must be a Layer, got [Dense(2, 1)]"),
    "same layer twice": Case(lambda: nn.Sequential(*[nn.Dense(2, 2, rng=0)] * 2), ValueError, "same layer object stands twice"),
    "layer of another network": Case(lambda: nn.Sequential(TAKEN.layers[0], rng=0), ValueError, "Dense(2, 3) is part of another network: pass copy.deepcopy(layer)"),
    "widths that do not fit": Case(lambda: nn.Sequential(nn.Dense(2, 3), nn.Dense(4, 1), rng=0), ValueError, "Dense(4, 1) expects 4 input features, but the layer before it gives 3"),
    "norm width": Case(lambda: nn.Sequential(nn.Dense(2, 3), nn.BatchNorm(4), rng=0), ValueError, "expects 4 features, but gets 3"),
    "PReLU width": Case(lambda: nn.Sequential(nn.Dense(2, 3), nn.PReLU(1), rng=0), ValueError, "expects 1 features, but gets 3"),
    "no rng": Case(lambda: nn.Sequential(nn.Dense(2, 3)), TypeError, "rng must be an int seed or a numpy.random.Generator, got None"),
    "rng a float": Case(lambda: nn.Sequential(nn.Dense(2, 3), rng=0.5), TypeError, "rng must be an int seed or a numpy.random.Generator, got 0.5"),
    "rng negative": Case(lambda: nn.Sequential(nn.Dense(2, 3), rng=-1), ValueError, "rng must be a seed of at least 0, got -1"),
    "rng a bool": Case(lambda: nn.Sequential(nn.Dense(2, 3), rng=True), TypeError, "rng must be an int seed"),
    "rng legacy": Case(lambda: nn.Sequential(nn.Dense(2, 3), rng=np.random), TypeError, "rng must be an int seed"),
    "dtype float16": Case(lambda: network(dtype="float16"), ValueError, "dtype must be 'float64' or 'float32', got 'float16'"),
    "dtype int": Case(lambda: network(dtype="int64"), ValueError, "dtype must be 'float64' or 'float32', got 'int64'"),
    "dtype unknown": Case(lambda: network(dtype="number"), ValueError, "dtype must be 'float64' or 'float32', got 'number'"),
    "unknown init": Case(lambda: nn.Dense(2, 3, init="hee"), ValueError, "init must be one of 'zeros', 'normal', 'glorot', 'glorot_normal', 'he', 'lecun', 'orthogonal'; got 'hee'"),
    "init of wrong shape": Case(lambda: nn.Dense(2, 3, init=np.ones((3, 2))), ValueError, "Dense(2, 3): init must have shape (2, 3), got (3, 2)"),
    "init with nan": Case(lambda: nn.Dense(1, 1, init=[[NAN]]), ValueError, "init must be finite"),
    "bias of wrong shape": Case(lambda: nn.Dense(2, 3, bias=[1, 2]), ValueError, "bias must have shape (3,), got (2,)"),
    "width zero": Case(lambda: nn.Dense(0, 3), ValueError, "n_in must be at least 1, got 0"),
    "width a float": Case(lambda: nn.Dense(2, 3.0), TypeError, "n_out must be a whole number, got 3.0"),
    "Dense without weights": Case(lambda: nn.Dense(2, 3).forward(X), RuntimeError, "has no weights yet: put it in a Sequential(..., rng=0) or make it with rng=0"),
    "dropout rate one": Case(lambda: nn.Dropout(1.0), ValueError, "rate must be at least 0 and below 1, got 1.0"),
    "dropout rate negative": Case(lambda: nn.Dropout(-0.1), ValueError, "rate must be at least 0 and below 1, got -0.1"),
    "dropout rate in percent": Case(lambda: nn.Dropout(50), ValueError, "rate must be at least 0 and below 1, got 50"),
    "dropout without rng": Case(lambda: nn.Dropout(0.5).forward(X, training=True), RuntimeError, "has no rng"),
    "negative slope": Case(lambda: nn.LeakyReLU(-1), ValueError, "negative_slope must be at least 0"),
    "alpha zero": Case(lambda: nn.ELU(0), ValueError, "alpha must be above 0, got 0"),
    "eps zero": Case(lambda: nn.LayerNorm(3, eps=0), ValueError, "eps must be above 0"),
    "batch norm momentum": Case(lambda: nn.BatchNorm(3, momentum=1.0), ValueError, "momentum must be at least 0 and below 1, got 1.0"),
    "unknown activation": Case(lambda: nn.activations.get("rely"), ValueError, "activation must be one of 'step', 'identity', 'sigmoid'"),
    "activation of text": Case(lambda: nn.activations.relu("abc"), TypeError, "z must be an array of numbers, got str 'abc'"),
    "temperature zero": Case(lambda: nn.activations.softmax([1, 2], 0), ValueError, "temperature must be above 0, got 0"),
    # inputs
    "features": Case(lambda: network().forward(np.ones((2, 5))), ValueError, "Dense(2, 3) expected 2 input features, got 5 (input shape (2, 5))"),
    "1-D input": Case(lambda: network().forward(np.ones(2)), ValueError, "Dense(2, 3) expected a 2-D input (n, 2), got shape (2,). For one example pass x[np.newaxis, :]"),
    "3-D input": Case(lambda: network().forward(np.ones((2, 2, 2))), ValueError, "expected a 2-D input (n, 2), got shape (2, 2, 2)"),
    "empty batch": Case(lambda: network().forward(np.ones((0, 2))), ValueError, "Dense(2, 3) got an empty batch (input shape (0, 2))"),
    "text input": Case(lambda: network().forward([["a", "b"]]), TypeError, "x must be an array of numbers, got list"),
    "complex input": Case(lambda: network().forward(X * 1j), TypeError, "x must be an array of numbers"),
    "ragged input": Case(lambda: network().forward([[1, 2], [3]]), TypeError, "x must be an array of numbers, got list '[[1, 2], [3]]'"),
    "None": Case(lambda: network().forward(None), TypeError, "x must be an array of numbers, got NoneType"),
    "norm features": Case(lambda: nn.LayerNorm(3).forward(X), ValueError, "expected 3 input features, got 2"),
    "PReLU features": Case(lambda: nn.PReLU(3).forward(X), ValueError, "expected (n, 3), got shape (6, 2)"),
    "predict nan": Case(lambda: network().predict(spoiled(NAN)), ValueError, "x must be finite, got 1 NaN or infinite values, the first at index (4, 1)"),
    "predict 1-D": Case(lambda: network().predict(np.ones(2)), ValueError, "x must be 2-D, (n_samples, n_features), got shape (2,)"),
    "predict nothing": Case(lambda: network().predict(np.ones((0, 2))), ValueError, "x is empty"),
    "backward before forward": Case(lambda: network().backward(np.ones((6, 1))), RuntimeError, "backward was called before forward"),
    "layer backward first": Case(lambda: nn.Tanh().backward(X), RuntimeError, "Tanh().backward was called before forward"),
    "dropout backward first": Case(lambda: nn.Dropout(0.5).backward(X), RuntimeError, "called before forward"),
    "flat gradient": Case(lambda: forwarded().backward(np.ones(6)), ValueError, "grad_out must have the shape of the last output, (6, 1), got (6,)"),
    "gradient of another batch": Case(lambda: forwarded().backward(np.ones((5, 1))), ValueError, "(6, 1), got (5, 1)"),
    "state of another network": Case(lambda: network().restore(network(n_out=2).state()), ValueError, "state does not fit"),
    # losses
    "MSE (n,) against (n, 1)": Case(lambda: MSE.forward(np.ones((6, 1)), Y), ValueError, "MSE() expected target of shape (6, 1), as prediction has, got (6,). Pass target[:, np.newaxis]"),
    "MSE (n, 1) against (n,)": Case(lambda: MSE.forward(np.ones(6), Y[:, np.newaxis]), ValueError, "expected target of shape (6,), as prediction has, got (6, 1). Pass target[:, 0]"),
    "MAE lengths": Case(lambda: nn.MAE().forward(np.ones((6, 1)), np.ones((5, 1))), ValueError, "expected target of shape (6, 1), as prediction has, got (5, 1)"),
    "Huber target a number": Case(lambda: nn.Huber().forward(np.ones((6, 1)), 1.0), ValueError, "got ()"),
    "target nan": Case(lambda: MSE.forward([1.0, 2.0], [1.0, NAN]), ValueError, "target must be finite, got 1 NaN or infinite values, the first at index (1,)"),
    "target text": Case(lambda: MSE.forward([1.0], ["a"]), TypeError, "target must be an array of numbers"),
    "target too large for float32": Case(lambda: MSE.forward(np.ones(1, np.float32), [1e300]), ValueError, "target must be finite"),
    "prediction text": Case(lambda: MSE.forward(["a"], [1.0]), TypeError, "prediction must be an array of numbers"),
    "loss of nothing": Case(lambda: MSE.forward(np.ones((0, 1)), np.ones((0, 1))), ValueError, "MSE() got an empty batch (prediction shape (0, 1))"),
    "BCE label 2": Case(lambda: BCE.forward(np.ones((2, 1)), [1, 2]), ValueError, "BinaryCrossEntropy() expected target values 0 or 1, got 2 (1 such values)"),
    "BCE label -1": Case(lambda: BCE.forward(np.ones((2, 1)), [1, -1]), ValueError, "expected target values 0 or 1, got -1"),
    "BCE two logits": Case(lambda: BCE.forward(np.ones((6, 2)), Y), ValueError, "expected target of shape (6, 2), as prediction has, got (6,)"),
    "BCE lengths": Case(lambda: BCE.forward(np.ones((5, 1)), Y), ValueError, "expected target of shape (5, 1), as prediction has, got (6,)"),
    "CE label too large": Case(lambda: CE.forward(np.ones((2, 3)), [0, 3]), ValueError, "target must hold whole class numbers 0 to 2, got 3 (1 such values)"),
    "CE label negative": Case(lambda: CE.forward(np.ones((2, 3)), [0, -1]), ValueError, "0 to 2, got -1"),
    "CE label 0.5": Case(lambda: CE.forward(np.ones((2, 3)), [0, 0.5]), ValueError, "0 to 2, got 0.5"),
    "CE label nan": Case(lambda: CE.forward(np.ones((2, 3)), [0, NAN]), ValueError, "0 to 2, got nan"),
    "CE label 1e300": Case(lambda: CE.forward(np.ones((2, 3)), [0, 1e300]), ValueError, "0 to 2, got 1e+300"),
    "CE names": Case(lambda: CE.forward(np.ones((2, 3)), ["cat", "dog"]), TypeError, "target must hold whole class numbers, got dtype <U3"),
    "CE one-hot": Case(lambda: CE.forward(np.ones((2, 3)), np.eye(3)[:2]), ValueError, "CrossEntropy() expected class indices of shape (2,), got (2, 3). For one-hot rows pass target.argmax(axis=1)"),
    "CE column": Case(lambda: CE.forward(np.ones((2, 3)), [[0], [1]]), ValueError, "expected class indices of shape (2,), got (2, 1)"),
    "CE 1-D logits": Case(lambda: CE.forward(np.ones(3), [0]), ValueError, "expected logits (n, n_classes), got shape (3,)"),
    "CE nothing": Case(lambda: CE.forward(np.ones((0, 3)), []), ValueError, "expected logits (n, n_classes), got shape (0, 3)"),
    "loss backward first": Case(lambda: nn.MSE().backward(), RuntimeError, "MSE().backward was called before forward"),
    "CE backward first": Case(lambda: nn.CrossEntropy().backward(), RuntimeError, "called before forward"),
    "unknown reduction": Case(lambda: nn.MSE("none"), ValueError, "reduction must be one of 'mean', 'sum'; got 'none'"),
    "delta negative": Case(lambda: nn.Huber(-1), ValueError, "delta must be above 0, got -1"),
    "gamma negative": Case(lambda: nn.Focal(-1), ValueError, "gamma must be at least 0, got -1"),
    # optimizers, clipping, schedules
    "learning rate negative": Case(lambda: nn.Adam(-0.1), ValueError, "learning_rate must be above 0, got -0.1"),
    "learning rate zero": Case(lambda: nn.SGD(0), ValueError, "learning_rate must be above 0, got 0"),
    "learning rate nan": Case(lambda: nn.SGD(NAN), ValueError, "learning_rate must be above 0, got nan"),
    "learning rate inf": Case(lambda: nn.SGD(INF), ValueError, "learning_rate must be above 0"),
    "learning rate text": Case(lambda: nn.SGD("0.1"), TypeError, "learning_rate must be a number, got '0.1'"),
    "learning rate made negative": Case(lambda: setattr(nn.SGD(0.1), "learning_rate", -1), ValueError, "learning_rate must be at least 0, got -1"),
    "momentum one": Case(lambda: nn.Momentum(momentum=1.0), ValueError, "momentum must be at least 0 and below 1, got 1.0"),
    "beta one": Case(lambda: nn.Adam(beta2=1), ValueError, "beta2 must be at least 0 and below 1, got 1"),
    "decay negative": Case(lambda: nn.AdamW(weight_decay=-1), ValueError, "weight_decay must be at least 0, got -1"),
    "n_decayed negative": Case(lambda: nn.AdamW(n_decayed=-1), ValueError, "n_decayed must be at least 0, got -1"),
    "theta a list": Case(lambda: nn.SGD(0.1).step([1.0], np.ones(1)), TypeError, "theta must be a float array that can be changed in place, got [1.0]"),
    "theta of ints": Case(lambda: nn.SGD(0.1).step(np.array([1]), np.ones(1)), TypeError, "theta must be a float array"),
    "grad a list": Case(lambda: nn.SGD(0.1).step(np.ones(1), [1.0]), ValueError, "grad must be an array like theta, (1,) float64, got [1.0]"),
    "grad of another shape": Case(lambda: nn.SGD(0.1).step(np.ones(2), np.ones(3)), ValueError, "grad must be an array like theta, (2,) float64, got (3,) float64"),
    "float32 and float64": Case(lambda: nn.Adam().step(np.ones(2, np.float32), np.ones(2)), ValueError, "(2,) float32, got (2,) float64"),
    "optimizer of another network": Case(lambda: after_a_step(nn.Adam()).step(np.ones(2), np.ones(2)), ValueError, "expected theta and grad of shape (3,)"),
    "clip to zero": Case(lambda: nn.clip_by_norm(np.ones(2), 0), ValueError, "max_norm must be above 0, got 0"),
    "clip a list": Case(lambda: nn.clip_by_value([1.0], 1), TypeError, "grad must be a float array that can be changed in place, got [1.0]"),
    "clip value negative": Case(lambda: nn.clip_by_value(np.ones(2), -1), ValueError, "max_value must be above 0, got -1"),
    "step decay every zero": Case(lambda: nn.StepDecay(0.1, 0), ValueError, "every must be at least 1, got 0"),
    "exponential factor": Case(lambda: nn.Exponential(0.1, 0), ValueError, "factor must be above 0, got 0"),
    "cosine upwards": Case(lambda: nn.Cosine(0.1, 10, lowest=0.2), ValueError, "lowest must be at least 0 and at most 0.1, got 0.2"),
    "cosine steps": Case(lambda: nn.Cosine(0.1, 2.5), TypeError, "n_steps must be a whole number, got 2.5"),
    "one cycle rise": Case(lambda: nn.OneCycle(0.1, 10, rise=1.0), ValueError, "rise must be above 0 and below 1, got 1.0"),
    "one cycle too short": Case(lambda: nn.OneCycle(0.1, 1), ValueError, "n_steps must be at least 2, got 1"),
    "warm-up into a number": Case(lambda: nn.WarmUp(0.1, 5, then=0.1), TypeError, "then must be an object with a method __call__, got 0.1"),
    # regularization
    "penalty negative": Case(lambda: nn.L2(-1), ValueError, "strength must be at least 0, got -1"),
    "max norm zero": Case(lambda: nn.MaxNorm(0), ValueError, "limit must be above 0, got 0"),
    "patience zero": Case(lambda: nn.EarlyStopping(patience=0), ValueError, "patience must be at least 1, got 0"),
    "min_delta negative": Case(lambda: nn.EarlyStopping(min_delta=-1), ValueError, "min_delta must be at least 0"),
    "one fold": Case(lambda: nn.kfold(10, 1, rng=0), ValueError, "n_folds must be at least 2, got 1"),
    "too many folds": Case(lambda: nn.kfold(3, 5, rng=0), ValueError, "n_folds must be at most n_samples, 3, got 5"),
    "folds without rng": Case(lambda: nn.kfold(10), TypeError, "rng must be an int seed"),
    "mixup lengths": Case(lambda: nn.mixup(X, Y[:4], rng=0), ValueError, "x and y must have the same number of examples, got 6 and 4"),
    "mixup alpha": Case(lambda: nn.mixup(X, Y, alpha=0, rng=0), ValueError, "alpha must be above 0, got 0"),
    # training
    "x and y lengths": Case(lambda: fit(y=Y[:5]), ValueError, "train x and train y must have the same number of examples, got 6 and 5"),
    "x nan": Case(lambda: fit(x=spoiled(NAN)), ValueError, "train x must be finite, got 1 NaN or infinite values, the first at index (4, 1)"),
    "x inf": Case(lambda: fit(x=spoiled(-INF)), ValueError, "train x must be finite"),
    "x too large for float32": Case(lambda: fit(net=network(dtype="float32"), x=spoiled(1e300)), ValueError, "train x must be finite"),
    "validation nan": Case(lambda: fit(validation=(spoiled(NAN), Y)), ValueError, "validation x must be finite"),
    "x 1-D": Case(lambda: fit(x=X[:, 0]), ValueError, "train x must be 2-D, (n_samples, n_features), got shape (6,)"),
    "x 3-D": Case(lambda: fit(x=X[np.newaxis]), ValueError, "train x must be 2-D"),
    "x empty": Case(lambda: fit(x=X[:0], y=Y[:0]), ValueError, "train x is empty"),
    "x text": Case(lambda: fit(x=[["a", "b"]] * 6), TypeError, "train x must be an array of numbers"),
    "x features": Case(lambda: fit(x=np.ones((6, 3))), ValueError, "Dense(2, 3) expected 2 input features, got 3"),
    "y scalar": Case(lambda: fit(y=1), ValueError, "train y must be an array with one target an example, got the single value 1"),
    "y label": Case(lambda: fit(y=Y + 1), ValueError, "expected target values 0 or 1, got 2"),
    "y class too large": Case(lambda: fit(net=network(n_out=2), loss=CE, y=Y * 2), ValueError, "whole class numbers 0 to 1, got 2"),
    "y flat for MSE": Case(lambda: fit(loss=MSE), ValueError, "expected target of shape (6, 1), as prediction has, got (6,)"),
    "y nan": Case(lambda: fit(loss=MSE, y=np.full((6, 1), NAN)), ValueError, "target must be finite"),
    "validation y label": Case(lambda: fit(validation=(X, Y + 5)), ValueError, "expected target values 0 or 1, got 5"),
    "train not a pair": Case(lambda: fit(train=X), TypeError, "train must be a pair (x, y), got ndarray"),
    "train three": Case(lambda: fit(train=(X, Y, [1])), TypeError, "train must be a pair (x, y), got tuple of 3"),
    "validation a number": Case(lambda: fit(validation=0.2), TypeError, "validation must be a pair (x, y), got float"),
    "epochs zero": Case(lambda: fit(epochs=0), ValueError, "epochs must be at least 1, got 0"),
    "epochs a float": Case(lambda: fit(epochs=1e3), TypeError, "epochs must be a whole number, got 1000.0"),
    "batch size zero": Case(lambda: fit(batch_size=0), ValueError, "batch_size must be at least 1, got 0"),
    "batch size negative": Case(lambda: fit(batch_size=-4), ValueError, "batch_size must be at least 1, got -4"),
    "max_norm zero": Case(lambda: fit(max_norm=0), ValueError, "max_norm must be above 0, got 0"),
    "fit rng": Case(lambda: fit(rng=None), TypeError, "rng must be an int seed"),
    "loss class": Case(lambda: fit(loss=nn.MSE), TypeError, "loss got the class MSE. Write its parentheses: MSE(...)"),
    "loss name": Case(lambda: fit(loss="mse"), TypeError, "loss must be an object with a method check, got 'mse'"),
    "optimizer class": Case(lambda: fit(optimizer=nn.Adam), TypeError, "optimizer got the class Adam. Write its parentheses"),
    "optimizer name": Case(lambda: fit(optimizer="adam"), TypeError, "optimizer must be an object with a method step, got 'adam'"),
    "net a layer list": Case(lambda: fit(net=[nn.Dense(2, 1)]), TypeError, "net must be an object with a method forward"),
    "penalty a number": Case(lambda: fit(penalty=0.01), TypeError, "penalty must be an object with a method gradient, got 0.01"),
    "penalty class": Case(lambda: fit(penalty=nn.L2), TypeError, "penalty got the class L2"),
    "constraint a number": Case(lambda: fit(constraint=3.0), TypeError, "constraint must be an object with a method apply, got 3.0"),
    "schedule a number": Case(lambda: fit(schedule=0.1), TypeError, "schedule must be an object with a method __call__, got 0.1"),
    "metric name": Case(lambda: fit(metric="accuracy"), TypeError, "metric must be an object with a method __call__, got 'accuracy'"),
    "callback alone": Case(lambda: fit(callbacks=nn.EarlyStopping()), TypeError, "callbacks must be a list, got EarlyStopping("),
    "callback class": Case(lambda: fit(callbacks=[nn.EarlyStopping]), TypeError, "callbacks got the class EarlyStopping"),
    "early stopping without validation": Case(lambda: fit(callbacks=[nn.EarlyStopping()]), ValueError, "EarlyStopping monitors 'validation_loss', but fit records train_loss, gradient_norm, learning_rate. For validation_loss pass validation=(x, y)"),
    "early stopping misspelt": Case(lambda: fit(callbacks=[nn.EarlyStopping(monitor="val_loss")], validation=(X, Y)), ValueError, "monitors 'val_loss', but fit records train_loss, validation_loss"),
    "batches lengths": Case(lambda: nn.minibatches(X, Y[:4], 2, rng=0), ValueError, "x and y must have the same number of examples, got 6 and 4"),
    "batches of zero": Case(lambda: nn.minibatches(X, Y, 0, rng=0), ValueError, "batch_size must be at least 1, got 0"),
    "batches of nothing": Case(lambda: nn.minibatches(X[:0], Y[:0], 2, rng=0), ValueError, "x is empty"),
    "batches of a number": Case(lambda: nn.minibatches(X, 1, 2, rng=0), TypeError, "x and y must be arrays"),
    "accuracy lengths": Case(lambda: nn.accuracy(np.ones((6, 1)), Y[:5]), ValueError, "target must have shape (6,), got (5,)"),
    "accuracy label": Case(lambda: nn.accuracy(np.ones((6, 1)), Y + 1), ValueError, "whole class numbers 0 to 1, got 2"),
    "accuracy 1-D": Case(lambda: nn.accuracy(np.ones(6), Y), ValueError, "probability must be 2-D"),
    "confusion lengths": Case(lambda: nn.confusion_matrix(np.ones((6, 1)), Y[:5]), ValueError, "probability and target must have the same number of examples, got 6 and 5"),
    "range upside down": Case(lambda: nn.range_test(network(), BCE, nn.SGD(0.1), (X, Y), lowest=1.0, highest=0.1), ValueError, "highest must be above 1, got 0.1"),
    "range from zero": Case(lambda: nn.range_test(network(), BCE, nn.SGD(0.1), (X, Y), lowest=0), ValueError, "lowest must be above 0, got 0"),
    "range of one step": Case(lambda: nn.range_test(network(), BCE, nn.SGD(0.1), (X, Y), n_steps=1), ValueError, "n_steps must be at least 2, got 1"),
    "gradient check in float32": Case(lambda: nn.check_gradients(network(dtype="float32"), BCE, X, Y), TypeError, "a gradient check needs float64, this network is float32"),
    # data, perceptron, files
    "samples": Case(lambda: datasets.make_spirals(1, rng=0), ValueError, "n_samples must be at least 2, got 1"),
    "noise negative": Case(lambda: datasets.make_moons(10, noise=-1, rng=0), ValueError, "noise must be at least 0, got -1"),
    "turns zero": Case(lambda: datasets.make_spirals(10, turns=0, rng=0), ValueError, "turns must be above 0, got 0"),
    "data without rng": Case(lambda: datasets.make_circles(10), TypeError, "rng must be an int seed"),
    "one class": Case(lambda: datasets.make_blobs(10, n_classes=1, rng=0), ValueError, "n_classes must be at least 2, got 1"),
    "split share": Case(lambda: datasets.split(X, Y, 1.0, rng=0), ValueError, "share must be above 0 and below 1, got 1.0"),
    "split lengths": Case(lambda: datasets.split(X, Y[:5], rng=0), ValueError, "x and y must have the same number of examples, got 6 and 5"),
    "split leaves nothing": Case(lambda: datasets.split(X, Y, 0.01, rng=0), ValueError, "share 0.01 of 6 examples leaves one part empty"),
    "split one-hot": Case(lambda: datasets.split(X, np.eye(2)[Y], rng=0), ValueError, "y must hold one class an example, (6,), got shape (6, 2)"),
    "standardize nan": Case(lambda: datasets.Standardizer(spoiled(NAN)), ValueError, "x must be finite"),
    "standardize features": Case(lambda: datasets.Standardizer(X)(np.ones((2, 3))), ValueError, "x must have 2 features, got 3"),
    "unknown gate": Case(lambda: datasets.load_logic_gate("xnor"), ValueError, "name must be one of 'and', 'or', 'nand', 'nor', 'xor'; got 'xnor'"),
    "missing data file": Case(lambda: datasets.load_spirals("nowhere.csv"), FileNotFoundError, "no data file 'nowhere.csv'"),
    "missing network file": Case(lambda: nn.load("nowhere.npz"), FileNotFoundError, "no file 'nowhere.npz'"),
    "csv as network": Case(lambda: nn.load(Path(__file__).parents[1] / "data" / "spirals.csv"), ValueError, "spirals.csv' is not a network saved by nnlib"),
    "perceptron labels": Case(lambda: nn.Perceptron(2).fit(X, Y * 2 - 1), ValueError, "y must be (6,) of 0 and 1"),
    "perceptron column": Case(lambda: nn.Perceptron(2).fit(X, Y[:, np.newaxis]), ValueError, "y must be (6,) of 0 and 1, got shape (6, 1)"),
    "perceptron features": Case(lambda: nn.Perceptron(3).predict(X), ValueError, "expected 3 input features, got 2"),
    "perceptron nan": Case(lambda: nn.Perceptron(2).predict(spoiled(NAN)), ValueError, "x must be finite"),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_error_names_the_argument_and_what_came(name: str) -> None:
    case = CASES[name]
    with pytest.raises(case.error) as caught:
        case.call()
    assert type(caught.value) is case.error
    assert case.words in str(caught.value)


def snapshot(net: nn.Sequential, optimizer: nn.Optimizer) -> dict[str, Any]:
    moments = {name: getattr(optimizer, name).copy() for name in optimizer.state_names}
    return net.state() | moments | {"rate": optimizer.learning_rate, "steps": optimizer.n_steps}


BAD_FITS: dict[str, dict[str, Any]] = {
    "x nan": {"x": spoiled(NAN)},
    "lengths": {"y": Y[:5]},
    "labels": {"y": Y + 1},
    "validation": {"validation": (X, Y + 1)},
    "epochs": {"epochs": 0},
    "batch size": {"batch_size": 0},
    "rng": {"rng": "0"},
    "penalty": {"penalty": 0.1},
    "constraint": {"constraint": nn.MaxNorm},
    "schedule": {"schedule": "cosine"},
    "metric": {"metric": 1},
    "max_norm": {"max_norm": -1},
    "callbacks": {"callbacks": [nn.EarlyStopping()]},
    "loss": {"loss": CE},
    "features": {"x": np.ones((6, 3))},
}


@pytest.mark.parametrize("name", BAD_FITS)
def test_a_refused_fit_leaves_network_and_optimizer_as_they_were(name: str) -> None:
    net, optimizer = network(), nn.Adam(0.01)
    fit(net=net, optimizer=optimizer)
    before = snapshot(net, optimizer)
    if name == "loss":
        BAD_FITS[name]["y"] = Y + 7
    with pytest.raises((ValueError, TypeError)):
        fit(net=net, optimizer=optimizer, **BAD_FITS[name])
    for key, value in snapshot(net, optimizer).items():
        np.testing.assert_array_equal(value, before[key], err_msg=key)


def test_a_refused_network_leaves_its_layers_usable() -> None:
    first, taken = nn.Dense(2, 3, rng=0), network()
    weight, out = first.weight.copy(), taken.forward(X)
    for wrong in (nn.Dense(4, 1), nn.ReLU, taken.layers[0], taken):
        with pytest.raises((ValueError, TypeError)):
            nn.Sequential(first, wrong, rng=1)
    np.testing.assert_array_equal(first.weight, weight)
    np.testing.assert_array_equal(taken.forward(X), out)
    assert first.weight.base is None
    nn.Sequential(first, nn.ReLU())


def test_a_network_can_be_part_of_one_other_network_only() -> None:
    inner = nn.Sequential(nn.Dense(2, 2), rng=0)
    outer = nn.Sequential(inner, nn.Dense(2, 1), rng=0)
    with pytest.raises(ValueError, match="part of another network"):
        nn.Sequential(inner, rng=0)
    nn.Sequential(copy.deepcopy(inner), rng=0)
    outer.theta[:] = 0
    assert not outer.forward(X).any()


def test_a_refused_clip_or_restore_changes_nothing() -> None:
    grad = np.array([3.0, 4.0])
    for clip in (nn.clip_by_norm, nn.clip_by_value):
        with pytest.raises(ValueError, match="must be above 0"):
            clip(grad, -1.0)
    np.testing.assert_array_equal(grad, [3, 4])
    net = network()
    wrong = {key: array + 1 for key, array in net.state().items()}
    wrong["1.running_var"] = np.ones(9)
    before = net.state()
    with pytest.raises(ValueError, match="state does not fit"):
        net.restore(wrong)
    for key, array in net.state().items():
        np.testing.assert_array_equal(array, before[key])


def test_a_failed_save_names_no_success(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        nn.save(network(), tmp_path / "no_such_folder" / "net.npz")
    assert list(tmp_path.iterdir()) == []
