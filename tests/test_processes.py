"""Servers that are measured end with all they started."""

import os
import select
import sys

from benchmarks import processes
from tests.live_server import free_port

# A helper in a session of its own, as `su` makes one, which ends by force alone.
SERVER = """
import http.server, subprocess, sys
helper = 'import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(1000)'
one = subprocess.Popen([sys.executable, "-c", helper], start_new_session=True, stdout=subprocess.PIPE)
one.stdout.readline()
open("helper", "w").write(str(one.pid))
http.server.HTTPServer(("127.0.0.1", int(sys.argv[1])), http.server.BaseHTTPRequestHandler).serve_forever()
"""


def test_a_server_ends_with_what_it_started_elsewhere(tmp_path, monkeypatch):
    monkeypatch.setattr(processes, "STOP_DEADLINE_S", 1)
    port = free_port()
    with processes.running([sys.executable, "-c", SERVER, str(port)], tmp_path, port, dict(os.environ)) as pid:
        helper = int((tmp_path / "helper").read_text())
        assert processes.tree([pid]) == {pid, helper}
        handle = os.pidfd_open(helper)
    try:
        assert select.select([handle], [], [], 20)[0]
        assert not processes.listens(port)
    finally:
        os.close(handle)
