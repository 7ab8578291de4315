"""The outline: the one document that goes from the engine to the reader.

The engine writes it, the editor edits it, the gate cuts it, every surface renders it.
"""
