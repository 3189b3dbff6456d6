from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People: accounts, who follows whom, and who blocks whom."""

    name = "accounts"
