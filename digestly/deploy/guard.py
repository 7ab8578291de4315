"""Guard: kills the process groups it was told of when whoever told it is gone.

Run as a script, so that it needs nothing but a bare interpreter. Each line on its standard input is "+GROUP" or
"-GROUP"; the end of the input means that the supervisor died, however it died. Rows under work are covered by
their leases, so the groups are killed outright.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys


def main() -> None:
    groups: set[int] = set()
    for line in sys.stdin:
        (groups.add if line[0] == "+" else groups.discard)(int(line[1:]))
    for group in groups:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)


if __name__ == "__main__":
    main()
