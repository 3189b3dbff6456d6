"""The other end of `LiveServer.shell`: runs each piece of code it is sent, in one warm process.

Starting Python and Django for every line a browser test says would cost a second each.
"""

import io
import json
import sys
import traceback
from contextlib import redirect_stdout

import django


def main() -> None:
    """Read one JSON string a line, answer with one JSON pair a line: what it printed, what it raised."""
    django.setup()
    from django.apps import apps
    from django.db import close_old_connections

    answers = sys.stdout
    names = {model.__name__: model for model in apps.get_models()}
    for line in sys.stdin:
        printed, raised = io.StringIO(), ""
        close_old_connections()
        try:
            with redirect_stdout(printed):
                exec(json.loads(line), dict(names))  # noqa: S102
        except Exception:
            raised = traceback.format_exc()
        print(json.dumps([printed.getvalue(), raised]), file=answers, flush=True)


if __name__ == "__main__":
    main()
