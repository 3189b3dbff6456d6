"""Everything the server fetches from elsewhere: pages and pictures behind links, and the GIF provider's answers.

All of it goes through ``fetch``, the one caller of the network, and its guard.
"""
