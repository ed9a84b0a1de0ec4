"""What the checks of notebook 06a accept, and what they say to answers that are not right."""

import numpy as np

import nnlib as nn
from nnlib.show.check import close, exercise

NAMES = ("underfitting", "overfitting", "good fit")


@exercise("06a-1")
def name_the_illness(model_a, model_b, model_c, model_d):
    answers = {"A": model_a, "B": model_b, "C": model_c, "D": model_d}
    for model, answer in answers.items():
        if answer not in NAMES:
            return f"model {model} should be one of {', '.join(map(repr, NAMES))}; got {answer!r}."
    if model_c != "underfitting":
        return "model C misses even its training points, far above the noise, and the gap is small."
    if model_d == "good fit":
        return "model D looks fine on its training points. Compare its validation error with 0.09."
    if model_d == "underfitting":
        return "model D fits its training points to within the noise, so it is flexible enough."
    if model_a == "overfitting":
        return "model A is a little below the noise in training, as every fit is. Look at the gap."
    if model_a != "good fit":
        return "model A is near the noise on both parts: no model could do much better."
    if model_b != "overfitting":
        return "model B is far below the noise in training. What did it learn there?"
    return None


@exercise("06a-2")
def points_for_a_small_variance(n_points):
    if close(n_points, 180):
        return None
    hints = {
        158: "degree 7 has one weight more than 7: there is the constant, too.",
        600: "the law needs the square of the standard deviation.",
        525: "the law needs the square of the standard deviation, and the number of weights is 8.",
        181: "180 points give exactly 0.004, and that is allowed.",
    }
    if 157 <= n_points < 158:
        return hints[158]
    if n_points == 22 or n_points == 23:
        return "you divided by 0.032. Solve variance = noise² times weights / n for n."
    return hints.get(n_points, "solve sigma² p / n = 0.004 for n, with p weights.")


@exercise("06a-3")
def deal_three_parts(three_parts):
    dealt = three_parts(50, np.random.default_rng(0))
    if not isinstance(dealt, tuple | list) or len(dealt) != 3:
        return "three_parts must return three arrays: training, validation, test."
    parts = [np.asarray(part) for part in dealt]
    if any(part.ndim != 1 or part.dtype.kind not in "iu" for part in parts):
        return "each part should be a 1-D array of row numbers."
    sizes = [len(part) for part in parts]
    rows = np.concatenate(parts)
    if len(np.unique(rows)) < len(rows):
        return "some rows are in two parts, or twice in one. Deal one permutation, then cut it."
    if sizes != [30, 10, 10]:
        return f"of 50 rows the parts should hold 30, 10 and 10; yours hold {sizes}."
    if not np.array_equal(np.sort(rows), np.arange(50)):
        return "the row numbers should be 0 to n - 1, each once."
    if np.array_equal(rows, np.arange(50)):
        return "the rows are still in their order: a part would hold one end of the data only."
    other = np.concatenate(three_parts(50, np.random.default_rng(1)))
    if np.array_equal(rows, other):
        return "two generators deal the same parts: draw from rng."
    return None


@exercise("06a-4")
def count_the_trainings(n_trainings, n_examples):
    if close(n_trainings, 40):
        return "those are the trainings of the cross-validation. One more follows, on all examples."
    if close(n_trainings, 13) or close(n_trainings, 14):
        return "each of the 8 rates needs its own 5 trainings: multiply."
    if close(n_trainings, 48):
        return "only the winner is trained again on all examples, not each of the eight."
    if not close(n_trainings, 41):
        return "8 rates, 5 folds each, and one training at the end."
    if close(n_examples, 40):
        return "the number of trainings is right. 40 examples are held out; how many are left?"
    if close(n_examples, 200):
        return "the number of trainings is right. But a fifth is held out in each of them."
    if not close(n_examples, 160):
        return "the number of trainings is right. Each trains on four of the five folds."
    return None


def _scores(x, y, fold_score):
    """Return the honest score, the leaky one, and that with inputs picked on the held-out rows."""

    def pick(rows):
        return np.argsort(-np.abs(x[rows].T @ y[rows]))[:10]

    folds = list(nn.kfold(len(y), 5, rng=0))
    everything = np.arange(len(y))
    pickers = (lambda t, h: t), (lambda t, h: everything), (lambda t, h: h)
    return [
        np.mean([fold_score(x, y, pick(choose(*fold)), *fold) for fold in folds])
        for choose in pickers
    ]


@exercise("06a-5")
def choose_inside_the_folds(honest_score, fold_score):
    rng, seen = np.random.default_rng(7), []
    for _ in range(4):
        x, y = rng.standard_normal((50, 300)), rng.choice([-1, 1], 50)
        answer = honest_score(x, y)
        if np.ndim(answer) != 0:
            return "honest_score should return one number, the mean over the folds."
        honest, leaky, upside_down = _scores(x, y, fold_score)
        seen.append((float(answer), honest, leaky, upside_down))
    answers, honest, leaky, upside_down = np.array(seen).T
    if close(answers, honest, 1e-9):
        return None
    if close(answers, leaky, 1e-9):
        return "the same as before: all rows, the held-out ones included, still choose the inputs."
    if close(answers, upside_down, 1e-9):
        return "now the held-out rows choose. Choose with the training rows of the fold."
    if np.ptp(answers) == 0:
        return "it says the same for any data."
    return "inside the loop: rows of train choose ten inputs, then fold_score. Same folds, rng=0."
