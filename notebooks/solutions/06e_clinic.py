# %% 06e-1
# The gradient falls from 0.30 in layer 6 to 0.0002 in layer 1, and no unit is silent.
diagnosis_a = "vanishing"

# %% 06e-2
# Gradients a hundred times the healthy ones at the start, spread growing from layer to layer.
diagnosis_b = "exploding"

# %% 06e-3
# Healthy at the start, a peak in the loss, then two silent layers and gradients of exactly 0.
diagnosis_c = "dead units"

# %% 06e-4
# Validation holds class 1 only, in a region that training does not know.
diagnosis_d = "split not shuffled"

# %% 06e-5
# The gradient check shows 1/8, 1/32 and 1/128 for batches of 8, 32 and 128.
diagnosis_e = "wrong 1/n"
factor = 1 / 64

# %% 06e-6
# Column 3 is made from labels, those of the validation rows among them.
diagnosis_f = "leak"
