"""What the checks of notebook 01 accept, and what they say to answers that are not right."""

import numpy as np

from nnlib import Perceptron
from nnlib.datasets import load_logic_gate
from nnlib.show.check import close, exercise


@exercise("01-1")
def by_hand(z, output):
    if close(z, 0.7):
        return "0.7 is the weighted sum without the bias. Add the bias."
    if close(z, 1.1):
        return "you subtracted a negative bias. It is added as it is, so it makes the sum smaller."
    if close(z, 1.0):
        return "1.0 is the sum of the inputs and the bias. Multiply each input by its weight first."
    if not close(z, 0.3):
        return "multiply each input by its weight, add the two products, then add the bias."
    if not close(output, 1):
        return "z is right. The step gives 1 when z is above 0."
    return None


@exercise("01-2")
def nand_line(w1, w2, b):
    x, y = load_logic_gate("nand")
    z = x @ np.array([w1, w2], dtype=float) + float(b)
    fires = (z > 0).astype(int)
    if np.array_equal(fires, y):
        return None
    if np.array_equal(fires, 1 - y):
        return "this is AND, the exact opposite. Turn the arrow round: change all three signs."
    if not fires.any():
        return "it never fires. For (0, 0) only the bias counts, and NAND wants a 1 there."
    if fires.all():
        return "it always fires. For (1, 1) the weights must pull the sum down to 0 or below."
    wrong = [f"({a:.0f}, {c:.0f})" for (a, c), f, t in zip(x, fires, y, strict=True) if f != t]
    return f"{' and '.join(wrong)} on the wrong side of your line."


@exercise("01-3")
def or_gate(neuron):
    if not isinstance(neuron, Perceptron):
        return (
            f"the answer should be a trained nn.Perceptron, this is {type(neuron).__name__}. "
            "fit trains the neuron in place and returns the number of passes."
        )
    if not neuron.updates:
        return "this perceptron has not been trained: call its fit with x_or and y_or."
    x, y = load_logic_gate("or")
    said = neuron.predict(x)
    if np.array_equal(said, y):
        return None
    if np.array_equal(said, load_logic_gate("and")[1]):
        return "this one has learned AND. Train it on y_or."
    return f"for the four inputs it says {said}, OR is {y}. Did it see enough passes?"


@exercise("01-4")
def bound(value):
    if close(value, 40.5, 1e-4):
        return None
    if close(value, 40.5**0.5, 1e-2):
        return "this is R divided by the margin. The bound is its square."
    if close(value, 27.0, 1e-2):
        return "27.0 is the bound with the bias -0.5, as in the cell above. Here the bias is -0.4."
    if close(value, 51.0, 1e-2):
        return "51.0 is the bound for AND. Pass the data of OR."
    return (
        "call mistake_bound with x_or, y_or and np.array([1, 1, -0.4]), and round to one decimal."
    )


@exercise("01-5")
def xor_network(W1, b1, W2, b2):
    x, y = load_logic_gate("xor")
    W1, b1, W2, b2 = (np.asarray(a, dtype=float) for a in (W1, b1, W2, b2))
    if W1.shape != (2, 2) or b1.shape != (2,):
        return f"W1 must be (2, 2) and b1 (2,); yours are {W1.shape} and {b1.shape}."
    if W2.size != 2 or b2.size != 1:
        return f"W2 must hold two weights and b2 one bias; yours are {W2.shape} and {b2.shape}."
    hidden = (x @ W1 + b1 > 0).astype(int)
    said = (hidden @ W2.reshape(2) + b2.reshape(()) > 0).astype(int)
    if np.array_equal(said, y):
        if np.array_equal(hidden[:, 1], load_logic_gate("and")[1]):
            return None
        return "this is XOR, but the second hidden unit is not AND. Make it fire for (1, 1) only."
    if np.array_equal(said, 1 - y):
        return "every answer is reversed: this network computes XNOR."
    if (hidden == hidden[0]).all():
        return "the hidden units say the same for all four inputs. Look at W1 and b1."
    if np.array_equal(hidden[:, 0], hidden[:, 1]):
        return "both hidden units always agree, so one is wasted."
    return (
        f"the network says {said}, XOR is {y}. Your hidden units give {hidden.tolist()}. "
        "A column of W1 holds the weights of one unit."
    )


@exercise("01-6")
def parameters(n):
    hints = {
        2720: "you counted the weights only. Each unit has a bias as well.",
        58: "you counted the biases only.",
        122: "you counted units. Count weights: inputs times outputs for each layer.",
        986: "the input is 8 by 8 pixels: 64 features, not 8.",
        2608: "one layer is missing: 64 to 32, 32 to 16 and 16 to 10 make three.",
    }
    if n == 2778:
        return None
    return hints.get(n, "add n_in * n_out + n_out over the layers 64 to 32, 32 to 16 and 16 to 10.")
