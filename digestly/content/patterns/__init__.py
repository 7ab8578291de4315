"""Every part of the design in all its states, on one page, while trying out. Production does not have this app."""
