"""Files in a bucket that speaks S3, where one is named; else they lie in ``MEDIA_ROOT``."""

from typing import Any

import environ

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 30
ATTEMPTS = 3
# Each file that is being sent from the bucket takes one.
CONNECTIONS = 64


def s3_storage(env: environ.Env) -> dict[str, Any]:
    """Return the storage of ``S3_BUCKET`` for ``STORAGES``, or nothing where none is named.

    The bucket stays private: the application reads from it and sends the files itself, to who may see them.
    """
    bucket = env.str("S3_BUCKET", default="")
    if not bucket:
        return {}
    from botocore.config import Config

    options = {
        "bucket_name": bucket,
        "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
        "region_name": env.str("S3_REGION", default="") or None,
        "access_key": env.str("S3_ACCESS_KEY_ID", default="") or None,
        "secret_key": env.str("S3_SECRET_ACCESS_KEY", default="") or None,
        "location": env.str("S3_PREFIX", default=""),
        "default_acl": None,
        "file_overwrite": True,
        # Named, so that nothing of AWS_…, which other tools read too, decides over it.
        "querystring_auth": True,
        "custom_domain": None,
        "gzip": False,
        "client_config": Config(
            s3={"addressing_style": env.str("S3_ADDRESSING_STYLE", default="auto")},
            signature_version="s3v4",
            connect_timeout=CONNECT_TIMEOUT_S,
            read_timeout=READ_TIMEOUT_S,
            retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
            max_pool_connections=CONNECTIONS,
            # The checksums that are new with AWS are unknown to many other services.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    }
    return {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
