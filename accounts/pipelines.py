"""PostgreSQL's pipeline: statements that are sent together, prepared by name, and waited for once.

psycopg's cursors do the same at three times the cost, which is much of what a single message costs: each finds anew how
its values are written, and keeps a place of its own in the pipeline. Here the driver's own pieces are put together:
``psycopg.pq``, its transformer and its generators.
"""

import logging
from collections.abc import Sequence
from itertools import count
from typing import Any

from psycopg import Connection, Cursor, OperationalError, adapters
from psycopg.abc import PQGen
from psycopg.adapt import PyFormat, Transformer
from psycopg.errors import error_from_result
from psycopg.generators import fetch_many, send
from psycopg.pq import ExecStatus, Format, TransactionStatus

from accounts.statements import Row

Asked = tuple[bytes, Sequence[Any]]
"""A statement, ``$1`` where the first of its values goes, and those."""

logger = logging.getLogger(__name__)
_PLANNED_FIRST = 8
_numbers = count()


class Pipeline:
    """What is kept for one connection: the names of its statements, and how their values are read."""

    def __init__(self, raw: Connection[Any]) -> None:
        self._raw = raw
        self._adapt = Transformer(_reading_moments(raw))
        self._names: dict[bytes, bytes] = {}
        self._batches = 0

    def run(self, asked: Sequence[Asked], then: Sequence[Asked] = ()) -> list[list[Row]]:
        """Run each statement, in this order, and return the rows of each; in a transaction, if cursors would be.

        Raises psycopg's errors; what comes after the first that fails isn't run. Where one of those of ``then`` fails,
        what was ``asked`` is done all the same, and its rows alone are returned.
        """
        raw = self._raw
        with raw.lock:
            sent = [
                (sql, *self._written(params)) for sql, params in (*asked, *then)
            ]  # before anything of it is on its way
            raw.pgconn.enter_pipeline_mode()
            try:
                results = raw.wait(self._talk(sent, len(asked)))
            finally:
                try:
                    raw.pgconn.exit_pipeline_mode()
                except OperationalError:  # it is gone, or was left with answers that nobody took
                    raw.pgconn.finish()
        return [self._rows_of(result) for result in results]

    def begin_batch(self) -> None:
        """Have each statement planned once, whatever its keys; and all anew after the 8th, 16th, 32nd … batch.

        PostgreSQL keeps a plan until the tables are analyzed, and what is as good as any for a few rows is ruin for
        many: else the first minutes of a site, and of an import, would be its slowest.
        """
        if self._raw.prepare_threshold is None:
            return
        self._batches += 1
        if self._batches == 1:
            self._raw.execute("SET plan_cache_mode = force_generic_plan")
        if self._batches >= _PLANNED_FIRST and self._batches.bit_count() == 1:
            self._raw.execute("DISCARD PLANS")

    def _written(self, params: Sequence[Any]) -> tuple[Sequence[Any], list[int]]:
        """Return values as text, and their types.

        Of single values the statement says more than they do: a number is small, or larger, and a name each.
        """
        values = self._adapt.dump_sequence(params, [PyFormat.TEXT] * len(params))
        types = zip(self._adapt.types or (), params, strict=True)
        return values, [oid if isinstance(param, list) else 0 for oid, param in types]

    def _talk(self, asked: Sequence[tuple[bytes, Sequence[Any], list[int]]], needed: int) -> PQGen[list[Any]]:
        """Send all of it, and return the result of each statement; at least of so many as are ``needed``."""
        raw = self._raw
        named: dict[bytes, bytes] = {}
        answers: list[bytes | None] = []  # for each that will come: None where it is a statement's, or what it prepared
        if not raw.autocommit and raw.pgconn.transaction_status == TransactionStatus.IDLE:
            raw.pgconn.send_query_params(raw._get_tx_start_command(), None)
            answers.append(b"")
        for sql, values, types in asked:
            answers += self._send(sql, values, types, named)
        raw.pgconn.pipeline_sync()
        yield from send(raw.pgconn)
        found: list[Any] = []
        failed, sound = None, len(asked)
        for prepared in answers:
            (result,) = yield from fetch_many(raw.pgconn)
            if result.status == ExecStatus.FATAL_ERROR:
                failed, sound = failed or result, min(sound, len(found))
            elif prepared is None:
                found.append(result)
            elif prepared and result.status == ExecStatus.COMMAND_OK:  # which no rollback takes back
                self._names[prepared] = named[prepared]
        yield from fetch_many(raw.pgconn)  # which says that this was all
        if failed is None:
            return found
        error = error_from_result(failed, encoding=self._adapt.encoding)
        if sound < needed:
            raise error
        logger.error("What was to be asked with a commit failed: %s", error)
        return found[:needed]

    def _send(
        self, sql: bytes, values: Sequence[Any], types: list[int], named: dict[bytes, bytes]
    ) -> list[bytes | None]:
        """Send one statement; return what the answers will be to. ``named`` gets the names of what is prepared."""
        pgconn = self._raw.pgconn
        if self._raw.prepare_threshold is None:  # something between keeps no statements
            pgconn.send_query_params(sql, values, param_types=types)
            return [None]
        if name := self._names.get(sql) or named.get(sql):
            pgconn.send_query_prepared(name, values)
            return [None]
        name = named[sql] = b"_prepared_%d" % next(_numbers)
        pgconn.send_prepare(name, sql, param_types=types)
        pgconn.send_query_prepared(name, values)
        return [sql, None]

    def _rows_of(self, result: Any) -> list[Row]:
        if result.status != ExecStatus.TUPLES_OK:
            return []
        self._adapt.set_pgresult(result)
        return self._adapt.load_rows(0, result.ntuples, tuple)


def _reading_moments(raw: Connection[Any]) -> Cursor[Any]:
    """Return what reads moments as the driver does: Django's way gives the same, eight times slower."""
    cursor = Cursor(raw)
    oid = adapters.types["timestamptz"].oid
    for one in (Format.TEXT, Format.BINARY):
        if loader := adapters.get_loader(oid, one):
            cursor.adapters.register_loader(oid, loader)
    return cursor
