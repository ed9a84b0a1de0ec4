# %% 05b-1
rate = 0.02 * (1 - 0.95)  # the sum is 1 / (1 - 0.95) = 20 times as long

# %% 05b-2
first_step = (1 - 0.8) / np.sqrt(1 - 0.99)  # 0.2 / 0.1


# %% 05b-3
def adamw(gradient, start, n_steps, rate, decay, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, m, v = np.array(start), np.zeros(len(start)), np.zeros(len(start))
    for t in range(1, n_steps + 1):
        g = gradient(theta)  # without the decay
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        theta = theta - rate * (m_hat / (np.sqrt(v_hat) + eps) + decay * theta)
    return theta


# %% 05b-4
# SGD's rate 0.09 is above 2 / 25. Nesterov bears less than that with momentum 0.9.
# Momentum runs at 0.03, and the others have bounded steps.
diverged = {"SGD", "Nesterov"}

# %% 05b-5
beta2 = 0.25
