"""Strict validation of the notebooks: every stored output is executed again and compared.

nbval executes the cells and compares their text. Around it:

``plugin``       the pytest plugin: what nbval leaves unchecked, and the live figures, driven
``rules``        what a stored notebook must look like, found without running it
``outputs``      two lists of outputs compared: number, order, kind, text, pictures
``pictures``     the pictures inside outputs: found, decoded, compared pixel by pixel
``exercises``    each exercise answered, rightly and wrongly, in the kernel of its notebook
``widgets``      the stored state of widgets in its one form, compared
``kernels``      where kernels start: without the settings of the user who happens to run them
``regenerate``   the command that executes notebooks and stores their outputs

``tests/test_validation.py`` plants one fault after another and demands that each is found.
"""

from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOTEBOOKS = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
