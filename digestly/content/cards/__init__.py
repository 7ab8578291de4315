"""Cards: the picture that a link is shared with. It says what the head of the page says, and nothing else."""
