"""Why something couldn't be fetched."""


class Unfetchable(Exception):
    """Nothing came of it; ``code`` says why, and never carries the address, which is a person's own matter.

    ========================  ============================================================================
    ``bad_url``               no http(s) address, or its host is written in a way only attackers use
    ``forbidden_port``        a port the guard doesn't list
    ``forbidden_host``        a host the guard doesn't list
    ``private``               leads, or also leads, to an address that isn't on the public internet
    ``no_such_host``          the name has no address
    ``unreachable``           no connection
    ``bad_certificate``       TLS, but not with the host of that name
    ``too_slow``              not done within the time given
    ``too_large``             more bytes than asked for, on the wire or unpacked
    ``too_many_redirects``    also redirects in a circle
    ``downgraded``            a redirect from https to http
    ``bad_status``            anything but 200
    ``wrong_type``            not what was asked for
    ``broken``                not HTTP, cut short, or packed in a way that wasn't offered
    ``bad_answer``            the GIF provider's answer makes no sense
    ``bad_token``             not a token of ours, or too old
    ``empty``                 the page says nothing of itself
    ========================  ============================================================================
    """

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code
