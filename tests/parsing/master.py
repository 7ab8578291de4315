"""A process with two readers, one at rest and one in the middle of a document. Says their ids, and waits."""

from __future__ import annotations

import threading
import time

from digestly.parsing import apart as room
from digestly.parsing.apart import Reader, apart
from tests.parsing import readers

busy = Reader()
room._idle.append(busy)
threading.Thread(target=apart, args=(readers.asleep,), daemon=True).start()
while room._idle:
    time.sleep(0.01)
room.prepare()
print(room._idle[0].pid, busy.pid, flush=True)
time.sleep(60)
