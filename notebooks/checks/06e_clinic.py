"""What the checks of notebook 06e accept, and what they say to answers that are not right."""

from nnlib.show.check import close, exercise

DIAGNOSES = (
    "vanishing",
    "exploding",
    "dead units",
    "overfitting",
    "rate too small",
    "split not shuffled",
    "wrong 1/n",
    "leak",
)
ELSEWHERE = "which instrument showed you that? Compare it with the healthy network once more."


def judge(answer, right, hints):
    if not isinstance(answer, str) or answer.strip().lower() not in DIAGNOSES:
        return f"answer with one of these, in quotes: {', '.join(DIAGNOSES)}."
    answer = answer.strip().lower()
    return None if answer == right else hints.get(answer, ELSEWHERE)


@exercise("06e-1")
def patient_a(diagnosis):
    hints = {
        "dead units": "no unit is silent: see the right side of units. How do the gradients go "
        "from the last layer to the first?",
        "rate too small": "a small rate moves all layers slowly. Do all layers get the same "
        "gradient here?",
        "exploding": "exploding would grow. In which direction do the gradients of A go?",
        "wrong 1/n": "the gradient check is 1.000 for every batch size.",
        "leak": "nothing is too good here: training is at 50% as well.",
        "split not shuffled": "both parts hold both classes, and training itself fails.",
        "overfitting": "who overfits is good in training. A is not.",
    }
    return judge(diagnosis, "vanishing", hints)


@exercise("06e-2")
def patient_b(diagnosis):
    hints = {
        "vanishing": "at the start the gradients of B are a hundred times the healthy ones.",
        "dead units": "no unit is silent: see the right side of units. And its spread?",
        "rate too small": "a small rate never overflows.",
        "wrong 1/n": "a sum for a mean can end like this, but the gradient check is 1.000.",
    }
    return judge(diagnosis, "exploding", hints)


@exercise("06e-3")
def patient_c(diagnosis):
    hints = {
        "vanishing": "a vanishing gradient falls from layer to layer. Here the gradients were "
        "healthy at the start, and are exactly 0 in all layers at the end.",
        "exploding": "that was the beginning: the loss has a peak. What is left of the units?",
        "rate too small": "read the loss at update 6: small steps don't throw it that far.",
        "wrong 1/n": "the gradient check is 1.000 for every batch size.",
    }
    return judge(diagnosis, "dead units", hints)


@exercise("06e-4")
def patient_d(diagnosis):
    hints = {
        "overfitting": "the curves look like it. Then look at the data: which classes are in "
        "validation?",
        "leak": "a leak makes validation too good. Here it is worse than a coin.",
        "exploding": "only the validation loss grows; gradients and spread are healthy.",
    }
    return judge(diagnosis, "split not shuffled", hints)


@exercise("06e-5")
def patient_e(diagnosis, factor):
    hints = {
        "rate too small": "a good guess from the curves. But a small rate passes the gradient "
        "check: look at tests.",
        "vanishing": "the gradients of E are small in all layers alike. They don't fall from last "
        "to first.",
        "dead units": "hardly a unit is silent, fewer than in the healthy network.",
    }
    hint = judge(diagnosis, "wrong 1/n", hints)
    if hint or close(factor, 1 / 64, 1e-3):
        return hint
    if close(factor, 64, 1e-3):
        return "the right disease; but the factor is claimed over right, so it is below 1."
    if close(factor, 1 / 64**2, 1e-2):
        return "one division is right and one is too many: what is left is a single factor."
    return "the right disease; for the factor read 0.125, 0.031, 0.008 for 8, 32, 128 rows."


@exercise("06e-6")
def patient_f(diagnosis):
    hints = {
        "overfitting": "training and validation agree within a point or two. It is the fresh rows "
        "that disagree.",
        "split not shuffled": "both parts hold both classes in the same proportion.",
        "dead units": "a few silent units are healthy. Look at column 3 of the data.",
    }
    return judge(diagnosis, "leak", hints)
