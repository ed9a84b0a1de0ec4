"""What the checks of notebook 00 accept, and what they say to answers that are not right."""

import numpy as np

from nnlib.show.check import close, exercise


@exercise("00-1")
def meetings(n):
    if close(n, 5):
        return None
    if close(n, 2):
        return (
            "2 is what the title says at 1.2 turns, where the slider stood. Move it to 2.6 first."
        )
    if close(n, 2.6):
        return "2.6 is where the slider stands. The answer is the last number of the title."
    if close(n, 3):
        return "there are rings on both colours. Count all of them, not those of one arm."
    return "set the slider to 2.6 turns and write down the last number of the title."


@exercise("00-2")
def final_marks(final):
    marks = np.array([[2.0, 1.0, 3.0], [1.0, 1.0, 2.0], [3.0, 4.0, 5.0], [1.0, 2.0, 1.0]])
    shares = np.array([0.5, 0.3, 0.2])
    if close(final, marks @ shares):
        return None
    if close(final, marks * shares):
        return "the marks are weighted but not added up: * works entry by entry. Which sign adds?"
    if close(final, marks.mean(axis=1)):
        return "this is the plain mean of each student. The marks count 0.5, 0.3 and 0.2."
    shape = np.shape(final)
    if shape == (3,):
        return "three numbers came out, one a column. There are four students, and each is a row."
    if shape == (4, 1):
        return "the numbers should lie in shape (4,), yours is (4, 1). Use shares as it is."
    if shape == ():
        return "one number came out for four students. The sum should run over one axis only."
    return "each final mark is the dot product of a row of marks with shares."


@exercise("00-3")
def centred_rows(centred):
    square = np.array([[1.0, 2.0, 6.0], [4.0, 4.0, 4.0], [0.0, 3.0, 9.0]])
    if close(centred, square - square.mean(axis=1, keepdims=True)):
        return None
    if close(centred, square - square.mean(axis=1)):
        return (
            "the means are those of the rows, but shape (3,) was laid along the columns. "
            "Give the means shape (3, 1)."
        )
    if close(centred, square - square.mean(axis=0)):
        return "now every column has mean 0. For the rows the columns must go: axis 1."
    if close(centred, square - square.mean()):
        return "one mean of the whole table was taken from all. Each row has a mean of its own."
    if close(centred, square.mean(axis=1)) or close(centred, square.mean(axis=1)[:, np.newaxis]):
        return "these are the means of the rows. Subtract them from square."
    if np.shape(centred) != (3, 3):
        return f"the answer has the shape of square, (3, 3); yours is {np.shape(centred)}."
    means = np.asarray(centred, dtype=float).mean(axis=1).round(4)
    return f"the rows of your answer have the means {means}; all should be 0."


@exercise("00-4")
def inner_slope(slope):
    hints = {
        14: "2 (3x + 1) is the slope of the square alone. Multiply by the slope of what is inside.",
        49: "49 is the value of f at 2, not its slope.",
        21: "the inner slope, 3, is there. The slope of the square at u = 3x + 1 is 2u, not u.",
        12: "you squared each term by itself. Let u = 3x + 1 and multiply the slopes of u^2 and u.",
        36: "you dropped the 1: it belongs to the inner function, so it counts in 2 (3x + 1).",
    }
    if close(slope, 42, 1e-5):
        return None
    found = [hint for value, hint in hints.items() if close(slope, value, 1e-5)]
    return found[0] if found else "with u = 3x + 1: slope of u^2, times slope of u, at x = 2."


@exercise("00-5")
def step_down(x1, x2):
    got = [x1, x2]
    if close(got, [1.6, 0.4]):
        return None
    if close(got, [2.4, 1.6]):
        return "this is a step uphill: the gradient was added. Subtract it."
    if close(got, [-2, -5]):
        return "the whole gradient was subtracted. Take 0.1 of it."
    if close(got, [4, 6]):
        return "this is the gradient at (2, 1). Now take the step: point minus 0.1 times gradient."
    if close(got, [0.4, 0.6]):
        return "this is the step itself. Subtract it from where you stand."
    if close(got, [1.6, 0.8]):
        return "x1 is right. The slope of 3 x2^2 is 6 x2: the factor 3 counts as well."
    if close(x1, 1.6):
        return "x1 is right. For x2 the slope is 6 x2 at x2 = 1."
    return "the gradient at (2, 1) is (2 x1, 6 x2). New point: old point minus 0.1 times gradient."
