"""What the checks of notebook 07a accept, and what they say to answers that are not right."""

import numpy as np

from nnlib.show.check import close, exercise


@exercise("07a-1")
def largest_noise_for_95_percent(noise):
    if close(noise, 0.06):
        return None
    if noise >= 1:
        return "the answer is a noise, as on the slider: a number between 0.02 and 0.15."
    if 0.06 < noise < 0.07:
        return "the slider moves in steps of 0.01. Which of its positions is the last?"
    if noise < 0.06:
        return "the limit is above 95% there, but there is a larger noise for which it still is."
    return "the limit is below 95% there. Move the slider down until it is 95% or more."


@exercise("07a-2")
def standardize_by_hand(answer, raw_train):
    point = np.array([[0.5, -0.2]])
    mean, std = raw_train.mean(axis=0), raw_train.std(axis=0)
    if np.shape(answer) != (1, 2):
        return f"the shape should be (1, 2), one row of two features; yours is {np.shape(answer)}."
    if close(answer, (point - mean) / std):
        return None
    if close(answer, np.zeros((1, 2))) or not np.isfinite(answer).all():
        return "that used the point's own mean or spread. Use mean and std of the training part."
    if close(answer, point - mean):
        return "the mean is taken off, and the standard deviation is still missing."
    if close(answer, point / std):
        return "it is divided by the standard deviation, but the mean was not taken off."
    if close(answer, (point - mean) / std**2):
        return "that divides by the variance. Divide by its root, the standard deviation."
    if close(answer, (point - mean) / raw_train.std()):
        return "one spread for both features: take the standard deviation along axis 0."
    return "the training part's mean and std: subtract the one, divide by the other."


@exercise("07a-3")
def updates_of_the_run(n_updates, last_batch):
    if close(n_updates, 1100):
        return "that leaves the last, smaller batch of each epoch out. The loop keeps it."
    if close(n_updates, 750 / 64 * 100) or close(n_updates, 1171) or close(n_updates, 1172):
        return "updates come whole: round the number of batches in an epoch up, then multiply."
    if close(n_updates, 12):
        return "that is the number in one epoch."
    if close(n_updates, 2400):
        return "that is the loop above, with batches of 32. Here they hold 64."
    if not close(n_updates, 1200):
        return "batches in an epoch, rounded up, times the number of epochs."
    if close(last_batch, 64):
        return "the updates are right. But 750 is no multiple of 64: how many points are left over?"
    if not close(last_batch, 46):
        return "the updates are right. The last batch has what 11 full batches leave over."
    return None


DIAGNOSES = ("rate too small", "rate too large", "overfitting", "fine")


@exercise("07a-4")
def diagnose(run_a, run_b, run_c):
    for name, answer in zip("ABC", (run_a, run_b, run_c), strict=True):
        if answer not in DIAGNOSES:
            return f"run {name}: {answer!r} is none of {', '.join(map(repr, DIAGNOSES))}."
    if run_a != "rate too small":
        return "run A still falls at its end, slowly, and both losses fall alike. What would help?"
    if run_b != "overfitting":
        return "run B: compare its two losses. Only one of them goes on falling."
    if run_c != "rate too large":
        return "run C starts high, then stands still at ln 2, its units dead. What killed them?"
    return None


@exercise("07a-5")
def fold_the_standardizer(raw_weight, raw_bias, W, b, standardize):
    mean, std = standardize.mean, standardize.std
    weight = W / std[:, np.newaxis]
    if np.shape(raw_weight) != W.shape:
        return f"raw_weight should have the shape {W.shape}, yours has {np.shape(raw_weight)}."
    if close(raw_weight, W * std[:, np.newaxis]):
        return "you multiplied the weights by std. Inputs are no longer divided: who divides now?"
    if close(raw_weight, W):
        return "raw_weight is still W. Raw inputs are larger or smaller by std, a row of W each."
    if not close(raw_weight, weight):
        return "raw_weight: divide row i of W by std[i], so std must stand as a column (2, 1)."
    if np.shape(raw_bias) != b.shape:
        return f"raw_bias should have the shape {b.shape}, yours has {np.shape(raw_bias)}."
    if close(raw_bias, b + mean @ weight):
        return "raw_weight is right. The sign of the mean's part in raw_bias is wrong."
    if close(raw_bias, b):
        return "raw_weight is right. raw_bias must also make up for the mean that is not taken off."
    if close(raw_bias, b - mean @ W):
        return "raw_weight is right. In raw_bias the mean goes through raw_weight, not through W."
    if not close(raw_bias, b - mean @ weight):
        return "raw_weight is right. Put x = 0 into both formulas: what must raw_bias be?"
    return None
