"""Arrays: names for the kinds of numbers that are held in them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Places = NDArray[np.int64]
Counts = NDArray[np.int16] | NDArray[np.int32]
