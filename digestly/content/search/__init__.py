"""Search over what everybody may read: `words` cuts text, `index` writes it down, `finding` looks it up, `page` shows.

Nothing that is locked is in the index: it is made of what the gate gives a guest. A digest that was edited, withdrawn
or closed since is not found until it has been written down anew.
"""
