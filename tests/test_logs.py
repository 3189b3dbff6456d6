"""What a log's line says."""

import io
import json
import logging
import logging.config
from collections.abc import Iterator

import pytest
import structlog

from dm_site.logs import logging_settings


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """Write lines as an installation does; afterwards the tests' own settings hold again."""
    before, root = structlog.get_config(), logging.getLogger()
    described = logging_settings("INFO", readable=False)
    handler = logging.StreamHandler(io.StringIO())
    handler.setFormatter(
        logging.config.DictConfigurator(described).configure_formatter(described["formatters"]["lines"])
    )
    root.addHandler(handler)
    yield handler.stream
    root.removeHandler(handler)
    structlog.configure(**before)


@pytest.mark.parametrize("get_logger", [logging.getLogger, structlog.get_logger])
def test_what_went_wrong_is_in_the_line_with_where(get_logger, written):
    def breaks(words: str) -> None:
        raise ValueError(len(words))

    try:
        breaks("what somebody " + "wrote")
    except ValueError:
        get_logger("tests.logs").exception("It broke")
    line = json.loads(written.getvalue())
    assert (line["event"], line["level"], line["logger"]) == ("It broke", "error", "tests.logs")
    assert line["exception"].startswith("Traceback")
    assert "in breaks" in line["exception"]
    assert line["exception"].endswith("ValueError: 19")
    assert "exc_info" not in line
    assert "somebody wrote" not in written.getvalue()
