"""Station 5, the review desk: the pages of the admin on which editors work.

One module per thing: `attention` (what needs a person), `digests` (the list), `review` (one digest) with
`review_form`, `decisions` and `differences`, then `sources`, `episodes` and `editions`. What they decide
happens in the verb modules beside this package; the desk only asks, names the editor, and says what came of it.
"""
