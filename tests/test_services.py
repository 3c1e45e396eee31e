"""The servers that tests start for themselves."""

from __future__ import annotations

import psycopg
import pytest
import redis

from tests.services import PostgresServer


@pytest.mark.postgres
def test_a_database_is_empty_and_its_own(postgres_server: PostgresServer, postgres_url: str) -> None:
    with psycopg.connect(postgres_url.replace("+psycopg", "")) as connection:
        tables = connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone()
        assert tables == (0,)
        connection.execute("CREATE TABLE thing (id int)")
    other = postgres_server.create(template=postgres_url.rpartition("/")[2])
    with psycopg.connect(postgres_server.url(other).replace("+psycopg", "")) as connection:
        assert connection.execute("SELECT count(*) FROM thing").fetchone() == (0,)
    postgres_server.drop(other)


@pytest.mark.redis
@pytest.mark.parametrize("time", ["first", "second"])
def test_redis_is_empty_each_time(redis_url: str, time: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.keys() == []
        client.set("left behind", 1)
