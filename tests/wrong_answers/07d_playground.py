# %% 07d-1: fewer can
smallest = "data=circles hidden=4"

# %% 07d-1: open at both ends
smallest = "data=circles hidden=2"

# %% 07d-1: one hidden layer
smallest = "data=circles hidden=3,3"

# %% 07d-1: asks for features=x1,x2
smallest = "data=circles features=x1^2,x2^2 hidden=1"

# %% 07d-1: that is no setting
smallest = 3

# %% 07d-2: the playground says
diverging, reason = "data=circles optimizer=sgd rate=0.1", "rate"

# %% 07d-2: change one control
diverging, reason = "data=circles optimizer=sgd rate=100 hidden=2", "rate"

# %% 07d-2: asks for optimizer=sgd
diverging, reason = "data=circles rate=30", "rate"

# %% 07d-2: which control did you change
diverging, reason = "data=circles optimizer=sgd rate=30", "batch"

# %% 07d-3: equal signs from different ones
xor_setting = "data=xor hidden=none features=x1^2,x2^2"

# %% 07d-3: asks for hidden=none
xor_setting = "data=xor hidden=8"

# %% 07d-3: learn faster
xor_setting = "data=xor hidden=none features=x1*x2,x1,x2,sin(x1) rate=0.0001 optimizer=sgd seed=1"

# %% 07d-4: too tame
overfit = cured = "data=moons noise=0.3 points=100 test=0.5 hidden=2"

# %% 07d-4: A stronger dose
overfit = "data=moons noise=0.3 points=100 test=0.5 hidden=32,32"
cured = overfit + " penalty=L2 strength=0.0001"

# %% 07d-4: penalty, strength and dropout only
overfit = "data=moons noise=0.3 points=100 test=0.5 hidden=32,32"
cured = "data=moons noise=0.3 points=100 test=0.5 hidden=2"

# %% 07d-4: asks for points=100
overfit = cured = "data=moons noise=0.3 hidden=32,32"

# %% 07d-5: the spirals are hard
prediction = "solved"

# %% 07d-5: is harmless here
prediction = "diverged"

# %% 07d-5: must first learn something
prediction = "overfit"
