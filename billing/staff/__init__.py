"""Staff: one person with everything that happened to their Plus, and what may be done about it. Every deed stands in
the journal with who did it, when and why.
"""
