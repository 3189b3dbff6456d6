"""Why a file can't be used."""


class Unusable(Exception):
    """The file can't become what was asked for; ``code`` says why, ``sentence`` says it to people."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code

    @property
    def sentence(self) -> str:
        """What to tell the person who chose the file."""
        from django.utils.translation import gettext as _  # not in the child process, which imports this too

        return {
            "empty": _("This file is empty."),
            "not_picture": _("This isn't a picture we can read. Use JPEG, PNG, WebP, GIF or AVIF."),
            "not_video": _("This isn't a video we can read. Use MP4, MOV or WebM."),
            "too_heavy": _("This file is too large."),
            "too_large": _("This has too many pixels. Make it smaller and try again."),
            "too_long": _("This is longer than a minute. Cut it and try again."),
            "too_complex": _("This takes too long to read. Save it in another format and try again."),
        }.get(self.code, _("This file is damaged or incomplete. Try to save or copy it again."))


class Busy(Exception):
    """Too many files are being worked on; it works again in ``retry_after`` seconds."""

    retry_after = 5
