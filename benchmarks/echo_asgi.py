"""Where daphne finds the echo."""

from benchmarks.echo import application as _application

application = _application()
