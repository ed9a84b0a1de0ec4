# %% 06e-1: no unit is silent
diagnosis_a = "dead units"

# %% 06e-1: all layers slowly
diagnosis_a = "rate too small"

# %% 06e-1: would grow
diagnosis_a = "exploding"

# %% 06e-1: with one of these
diagnosis_a = "sick"

# %% 06e-2: a hundred times the healthy ones
diagnosis_b = "vanishing"

# %% 06e-2: And its spread
diagnosis_b = "dead units"

# %% 06e-2: never overflows
diagnosis_b = "rate too small"

# %% 06e-2: a sum for a mean
diagnosis_b = "wrong 1/n"

# %% 06e-3: falls from layer to layer
diagnosis_c = "vanishing"

# %% 06e-3: that was the beginning
diagnosis_c = "exploding"

# %% 06e-3: throw it that far
diagnosis_c = "rate too small"

# %% 06e-3: which instrument
diagnosis_c = "leak"

# %% 06e-4: the curves look like it
diagnosis_d = "overfitting"

# %% 06e-4: worse than a coin
diagnosis_d = "leak"

# %% 06e-4: only the validation loss grows
diagnosis_d = "exploding"

# %% 06e-5: passes the gradient check
diagnosis_e, factor = "rate too small", 1 / 64

# %% 06e-5: in all layers alike
diagnosis_e, factor = "vanishing", 1 / 64

# %% 06e-5: below 1
diagnosis_e, factor = "wrong 1/n", 64

# %% 06e-5: a single factor
diagnosis_e, factor = "wrong 1/n", 1 / 4096

# %% 06e-5: for the factor read
diagnosis_e, factor = "wrong 1/n", 1 / 32

# %% 06e-6: agree within a point or two
diagnosis_f = "overfitting"

# %% 06e-6: in the same proportion
diagnosis_f = "split not shuffled"

# %% 06e-6: a few silent units
diagnosis_f = "dead units"
