"""Loads the strict validation of notebooks for every test run."""

pytest_plugins = ["tests.validation.plugin"]
