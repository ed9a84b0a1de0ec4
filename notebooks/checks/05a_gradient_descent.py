"""What the checks of notebook 05a accept, and what they say to answers that are not right."""

import numpy as np

from nnlib.show.check import close, exercise


@exercise("05a-1")
def how_many_steps(n):
    if n == 10:
        return None
    hints = {
        9: "after 9 steps |x| is 0.0013: one more is needed. Round up.",
        24: "you multiplied by 1 - 0.3. The slope is 2x, so the factor is 1 - 2 · 0.3.",
        8: "this comes out for a start at 1, or for a factor of 0.3. Here they are 5 and 0.4.",
    }
    return hints.get(n, "5 · 0.4^t must be below 0.001. Solve for t, and round up.")


@exercise("05a-2")
def from_a_random_start(walk):
    path = walk(np.random.default_rng(0))
    if not isinstance(path, np.ndarray):
        return f"random_walk must return an array, it returns {type(path).__name__}."
    if path.shape == (20, 2):
        return "20 steps have 21 places: the start belongs to the path."
    if path.shape != (21, 2):
        return f"the path must have the shape (21, 2), yours has {path.shape}."
    if np.array_equal(path, walk(np.random.default_rng(1))):
        return "two generators give the same walk. Draw the start from rng."
    starts = np.array([walk(np.random.default_rng(seed))[0] for seed in range(200)])
    if np.abs(starts).max() > 5:
        return "some starts lie outside the square from -5 to 5. Is the distribution uniform?"
    if starts.min() > -4:
        return "the starts do not fill the square: its corners are at -5 and 5 on both axes."
    if np.allclose(starts[:, 0], starts[:, 1]):
        return "w1 and w2 start at the same number. Draw two."
    factor = path[1] / path[0]
    if np.all(factor > 1):
        return "this walk goes up: each step must be against the gradient."
    if not np.allclose(path[1:], 0.8 * path[:-1]):
        return f"a step should multiply by 0.8, your first one multiplies by {factor.round(3)}."
    return None


@exercise("05a-3")
def limits_of_a_ravine(limit, best):
    if close(limit, 2 / 25) or close(best, 2 / 28):
        return "3 and 25 are not the curvatures: the slope of 25 w² is 50 w, so c = 50."
    if close(limit, 2 / 6):
        return "this is the limit of the flat direction. The steep one sets it."
    if close(limit, 1 / 50):
        return (
            "at 1/c the factor is 0, so the steep direction lands at once. The limit is twice that."
        )
    if not close(limit, 2 / 50):
        return "the limit is 2 over the largest curvature, and that is 50."
    if close(best, 1 / 50) or close(best, 1 / 6):
        return (
            "limit is right. The best rate for one direction alone is not the compromise for both."
        )
    if not close(best, 2 / 56):
        return "limit is right. The compromise is 2 over the sum of the two curvatures."
    return None


@exercise("05a-4")
def count_the_updates(n_updates, last_batch):
    if n_updates == 640 and last_batch == 8:
        return None
    hints = {
        620: "you dropped the last batch of each epoch. It is smaller, but it makes an update.",
        625: "1000 / 32 is not whole. An epoch has whole batches, and the next one starts afresh.",
        32: "that is one epoch. There are 20.",
        20: "an epoch is not an update. How many batches are in one?",
    }
    if n_updates != 640:
        return hints.get(n_updates, "31 full batches and a smaller one an epoch, 20 epochs.")
    return "n_updates is right. What is left of 1,000 after 31 batches of 32?"


@exercise("05a-5")
def a_batch_for_a_tenth(batch_size):
    if close(batch_size, 1024):
        return None
    if close(batch_size, 128):
        return "8 times the examples divide the noise by √8 only. How many divide it by 8?"
    if close(batch_size, 64):
        return "64 is how many times larger the batch must be. It was 16."
    if close(batch_size, 1600):
        return "the noise is to fall to 0.1, not to a tenth of what it was."
    if close(batch_size, 2) or close(batch_size, 0.25):
        return "a smaller batch has more noise, not less."
    return "by what factor must the noise fall? The batch must grow by its square."
