"""A bucket is named in the environment, and what else lies there stays out of it."""

import io

import environ
import pytest
from django.core.files.storage import storages
from PIL import Image

from accounts import actions, avatars
from accounts.models import User
from dm_site.object_storage import s3_storage
from tests.messaging.people import make_person

ALL = {
    "S3_BUCKET": "files",
    "S3_ENDPOINT_URL": "https://s3.example.org",
    "S3_REGION": "eu-north-1",
    "S3_ACCESS_KEY_ID": "id",
    "S3_SECRET_ACCESS_KEY": "secret",
    "S3_PREFIX": "paperplane",
    "S3_ADDRESSING_STYLE": "path",
}


@pytest.fixture
def environment(monkeypatch):
    """Give what sets the environment of S3 to exactly what it is told."""

    def put(**values):
        for name in ALL:
            monkeypatch.delenv(name, raising=False)
        for name, value in values.items():
            monkeypatch.setenv(name, value)
        return s3_storage(environ.Env())

    return put


def test_without_a_bucket_files_lie_on_the_disk(environment):
    assert environment() == {}
    assert environment(**ALL | {"S3_BUCKET": ""}) == {}


def test_everything_can_be_named(environment, settings):
    settings.STORAGES = {**settings.STORAGES, "default": environment(**ALL)}
    storage = storages["default"]
    client = storage.bucket.meta.client
    assert (storage.bucket.name, storage.location) == ("files", "paperplane")
    assert client.meta.endpoint_url == "https://s3.example.org"
    assert client.meta.config.region_name == "eu-north-1"
    assert client.meta.config.s3["addressing_style"] == "path"
    assert (client.meta.config.connect_timeout, client.meta.config.read_timeout) == (5, 30)
    assert client.meta.config.request_checksum_calculation == "when_required"
    assert (storage.access_key, storage.secret_key) == ("id", "secret")
    assert (storage.default_acl, storage.file_overwrite, storage.gzip) == (None, True, False)


def test_aws_may_be_used_without_keys_and_endpoint(environment, settings, monkeypatch):
    """The machine's role gives the keys there, or the variables that all of AWS's tools read."""
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKFROMAWS")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "secret")
    settings.STORAGES = {**settings.STORAGES, "default": environment(S3_BUCKET="files")}
    client = storages["default"].bucket.meta.client
    assert client.meta.endpoint_url.endswith("amazonaws.com")
    assert "AKFROMAWS" in client.generate_presigned_url("get_object", {"Bucket": "files", "Key": "x"})


@pytest.mark.django_db(transaction=True)
def test_profile_pictures_lie_there_too(in_bucket, client):
    mira, drawn = make_person("mira"), io.BytesIO()
    Image.new("RGB", (90, 90), "red").save(drawn, "PNG")
    actions.set_avatar(mira, avatars.render(drawn, drawn.tell()))
    url = User.objects.get(pk=mira.pk).avatar_url(64)
    response = client.get(url)
    assert (response.status_code, response["Content-Type"]) == (200, "image/webp")
    assert response.content[8:12] == b"WEBP"
    assert "immutable" in response["Cache-Control"]
    actions.remove_avatar(mira)
    assert client.get(url).status_code == 404
