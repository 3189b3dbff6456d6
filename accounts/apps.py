from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People: accounts, who follows whom, and who blocks whom."""

    name = "accounts"

    def ready(self) -> None:
        """Put what there is of an account into its archive."""
        from accounts import export, own_data

        export.register(own_data.SECTION)
