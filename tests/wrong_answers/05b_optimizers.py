# %% 05b-1: the mean's own rate
rate = 0.02

# %% 05b-1: the other way round
rate = 0.02 / (1 - 0.95)

# %% 05b-1: belongs to 0.9
rate = 0.02 / 10

# %% 05b-1: what is left
rate = 0.02 * 0.95

# %% 05b-1: for a constant gradient
rate = 0.1

# %% 05b-2: with correction
first_step = 1

# %% 05b-2: divides by its root
first_step = 0.2 / 0.01

# %% 05b-2: m alone
first_step = 0.2

# %% 05b-2: turned over
first_step = 0.1 / 0.2

# %% 05b-2: the share 1 - β, not β
first_step = 0.8 / np.sqrt(0.99)


# %% 05b-3: L2 inside Adam
def adamw(gradient, start, n_steps, rate, decay):
    return adam(lambda w: gradient(w) + decay * w, start, n_steps, rate)


# %% 05b-3: do not shrink
def adamw(gradient, start, n_steps, rate, decay):
    return adam(gradient, start, n_steps, rate)


# %% 05b-3: shrink too much
def adamw(gradient, start, n_steps, rate, decay, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, m, v = np.array(start), np.zeros(len(start)), np.zeros(len(start))
    for t in range(1, n_steps + 1):
        g = gradient(theta)
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        theta = theta - rate * m_hat / (np.sqrt(v_hat) + eps) - decay * theta
    return theta


# %% 05b-3: the weights grow
def adamw(gradient, start, n_steps, rate, decay, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, m, v = np.array(start), np.zeros(len(start)), np.zeros(len(start))
    for t in range(1, n_steps + 1):
        g = gradient(theta)
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        theta = theta - rate * m_hat / (np.sqrt(v_hat) + eps) + rate * decay * theta
    return theta


# %% 05b-3: from before the step
def adamw(gradient, start, n_steps, rate, decay, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, m, v = np.array(start), np.zeros(len(start)), np.zeros(len(start))
    for t in range(1, n_steps + 1):
        g = gradient(theta)
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        theta = theta - rate * m_hat / (np.sqrt(v_hat) + eps)
        theta = theta - rate * decay * theta
    return theta


# %% 05b-4: One more on the board
diverged = {"SGD"}

# %% 05b-4: What about 0.09
diverged = {"Nesterov"}

# %% 05b-4: the smallest of the three
diverged = {"SGD", "Momentum", "Nesterov"}

# %% 05b-4: bounded steps
diverged = {"SGD", "Nesterov", "AdaGrad"}

# %% 05b-4: as on the board
diverged = {"sgd", "nesterov"}

# %% 05b-4: somebody does
diverged = set()

# %% 05b-5: at which Adam goes wrong
beta2 = 1 / 26

# %% 05b-5: ends above 0
beta2 = 0.2

# %% 05b-5: a smaller one will do
beta2 = 0.3

# %% 05b-5: about right for C = 3
beta2 = 0.5

# %% 05b-5: step by step
beta2 = 0.9
