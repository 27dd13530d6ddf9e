"""Work on many threads at once."""

import threading


def side_by_side(count, work):
    """Calls `work` on so many threads, and waits for all of them."""
    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
