"""Files in a bucket that speaks S3, where one is named; else they lie in ``MEDIA_ROOT``."""

from typing import Any

import environ


def s3_storage(env: environ.Env) -> dict[str, Any]:
    """Return the storage of ``S3_BUCKET`` for ``STORAGES``, or nothing where none is named.

    The bucket stays private: the application reads from it and sends the files itself, to who may see them.
    """
    bucket = env.str("S3_BUCKET", default="")
    if not bucket:
        return {}
    options = {
        "bucket_name": bucket,
        "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
        "region_name": env.str("S3_REGION", default="") or None,
        "access_key": env.str("S3_ACCESS_KEY_ID", default="") or None,
        "secret_key": env.str("S3_SECRET_ACCESS_KEY", default="") or None,
        "location": env.str("S3_PREFIX", default=""),
        "addressing_style": env.str("S3_ADDRESSING_STYLE", default="auto"),
        "default_acl": None,
        "file_overwrite": True,
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
