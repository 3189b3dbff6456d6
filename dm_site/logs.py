"""How the site logs: structured lines of one request each, through Python's own logging."""

from typing import Any

import structlog


def logging_settings(level: str, *, readable: bool) -> dict[str, Any]:
    """Set structlog up and return Django's ``LOGGING``: text for a person's eyes, else JSON lines."""
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        # For a person the renderer shows what went wrong, in colour; in JSON it would be the name of an object.
        *([] if readable else [structlog.processors.format_exc_info]),
    ]
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    renderer = structlog.dev.ConsoleRenderer() if readable else structlog.processors.JSONRenderer()
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "lines": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processor": renderer,
                "foreign_pre_chain": shared,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "lines"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            # Its warnings carry the whole address of what was fetched, and that stands in somebody's message.
            "urllib3": {"level": "ERROR"},
            # Whatever the rest of the site is told to say (accounts.security_log).
            "security": {"level": "INFO"},
        },
    }
