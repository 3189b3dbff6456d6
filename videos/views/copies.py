"""Copies of accounts, sent as the other files of the storage are; accounts know nothing of those."""

import uuid

from django.http import Http404, HttpRequest, HttpResponseBase
from django.views.decorators.http import require_safe

from accounts.models import DataCopy
from videos.files import send_file


@require_safe
def copy_file(request: HttpRequest, copy_id: uuid.UUID) -> HttpResponseBase:
    """Send the copy to the account it is of; to everybody else there is nothing here."""
    if not request.user.is_authenticated:
        raise Http404
    copy = DataCopy.objects.ready_for(request.user).filter(pk=copy_id).first()
    if copy is None:
        raise Http404
    name = f"paperplane-{request.user.username}-{copy.created_at.date()}.zip"
    return send_file(request, copy.file_name, "application/zip", download_as=name)
