"""The shape of what people upload and say about their videos."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy

from videos.media.bounds import GIF_MAX_MS, MAX_VIDEO_BYTES, MAX_VIDEO_MS
from videos.media.reading import has_video_signature
from videos.models import MAX_CAPTION_CHARACTERS

ACCEPTED = "video/mp4,video/quicktime,video/webm,.mp4,.m4v,.mov,.webm"


class VideoForm(forms.Form):
    """What is said about a video, and what others may do with it."""

    caption = forms.CharField(
        label=_lazy("Caption"),
        required=False,
        max_length=MAX_CAPTION_CHARACTERS,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    allow_sharing = forms.BooleanField(
        label=_lazy("Others may share it"), help_text=_lazy("In messages and elsewhere."), required=False, initial=True
    )
    allow_download = forms.BooleanField(
        label=_lazy("Others may save it"), help_text=_lazy("As a file, or as a GIF."), required=False, initial=True
    )

    def clean_caption(self) -> str:
        """Return the caption without spaces around it."""
        caption: str = self.cleaned_data["caption"]
        return caption.strip()


class UploadForm(VideoForm):
    """A file to become a video."""

    file = forms.FileField(
        label=_lazy("Video"),
        help_text=_lazy("MP4, MOV or WebM, up to a minute and 100 MB."),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
    )
    field_order = ("file", "caption", "allow_sharing", "allow_download")

    def clean_file(self) -> UploadedFile:
        """Return the file. Raises ``ValidationError`` for one that is too large, or begins like no video."""
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > MAX_VIDEO_BYTES:
            most = filesizeformat(MAX_VIDEO_BYTES)
            raise forms.ValidationError(_("This file is too large: up to %(most)s.") % {"most": most}, code="too_heavy")
        head = file.read(64)
        file.seek(0)
        if not has_video_signature(head):
            raise forms.ValidationError(_("This isn't a video we can read. Use MP4, MOV or WebM."), code="not_video")
        return file


def first_problem(form: forms.Form) -> tuple[str, str]:
    """Return the code and the sentence of the first thing that is wrong with an invalid form."""
    _field, errors = next(iter(form.errors.as_data().items()))
    error: Any = errors[0]
    return error.code or "invalid", " ".join(error.messages)


class GifForm(forms.Form):
    """A piece of a video, in seconds."""

    start = forms.FloatField(label=_lazy("Start (seconds)"), min_value=0, max_value=MAX_VIDEO_MS / 1000, initial=0)
    length = forms.FloatField(
        label=_lazy("Length (up to 6 seconds)"), min_value=0.5, max_value=GIF_MAX_MS / 1000, initial=3
    )
    keep = forms.BooleanField(label=_lazy("Keep it in “My GIFs”"), required=False, initial=True)
