"""Engine: segments become an outline. Two engines behind one door, `make_outline`."""
