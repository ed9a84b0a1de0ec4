# %% 07d-1
smallest = "data=circles hidden=3"  # three lines make a triangle

# %% 07d-2
diverging = "data=circles optimizer=sgd rate=30"
reason = "rate"

# %% 07d-3
xor_setting = "data=xor hidden=none features=x1*x2 rate=0.1"  # its sign is the answer

# %% 07d-4
overfit = "data=moons noise=0.3 points=100 test=0.5 hidden=32,32"
cured = "data=moons noise=0.3 points=100 test=0.5 hidden=32,32 penalty=L2 strength=0.03"

# %% 07d-5
prediction = "fades"  # each sigmoid multiplies the gradient by at most 1/4
