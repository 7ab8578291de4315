"""Content: the walk in Django, one module or sub-package per station."""
