"""The element types of vectors live here."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
