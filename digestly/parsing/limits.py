"""What reading one document may cost. An honest feed of the largest size stays well below all of it."""

from __future__ import annotations

CPU_SECONDS = 10
WALL_SECONDS = 15.0  # longer than the processor's time, for a machine that is busy elsewhere
# Feeds and transcripts as large as any that is taken need 112 to 128 MiB. A worker that has just written up a recording
# of twelve hours stays below 400 MiB together with a reader that needs all of this.
DATA_BYTES = 144 * 2**20
ANSWER_BYTES = 40_000_000

# A reader is replaced when it has read this much, or has grown beyond this: memory leaks and fragments.
MOST_DOCUMENTS = 500
STAYING_BYTES = 80 * 2**20
