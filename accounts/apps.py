from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People: accounts, who follows whom, and who blocks whom."""

    name = "accounts"

    def ready(self) -> None:
        """Put what there is of an account into its archive, erase it at its end, and log who comes in."""
        from accounts import erasure, export, own_data, own_erasure, security_log

        export.register(own_data.SECTION)
        erasure.register(own_erasure.ERASER)
        security_log.connect()
