"""How much of a picture or a video is taken. Read by the child process too, so nothing of Django is here."""

MIB = 1024 * 1024

MAX_PHOTO_BYTES = 20 * MIB
MAX_STICKER_BYTES = 3 * MIB
MAX_VIDEO_BYTES = 100 * MIB

# Decoded, a pixel is three or four bytes. JPEG is decoded at a half, a quarter or an eighth of its size.
MAX_JPEG_PIXELS = 64_000_000
MAX_PICTURE_PIXELS = 25_000_000
MAX_ANIMATION_PIXELS = 4_000_000  # of one frame
MAX_FRAME_PIXELS = 4096 * 2304  # of a video

SMALL_PHOTO_PX, LARGE_PHOTO_PX = 640, 2048  # the longest side at most

MAX_VIDEO_MS = 60_000
VIDEO_SLACK_MS = 500  # what cameras record beyond a full minute
VIDEO_LONG_PX, VIDEO_SHORT_PX = 1280, 720  # the sides at most, in either orientation
VIDEO_MAX_FPS = 30
# Above this what could be copied is encoded anew: phones write far more than a small screen shows.
MAX_COPIED_BITS_PER_S = 4_000_000
MAX_MADE_BITS_PER_S = 3_500_000  # of the pictures, over any two seconds

GIF_MAX_MS = 6000
GIF_FPS = 12
GIF_WIDTH_PX, GIF_HEIGHT_PX = 360, 640
MAX_GIF_BYTES = 8 * MIB
MAX_GIF_WEBP_BYTES = 4 * MIB

STICKER_PX = 512
STICKER_MAX_MS = 3000
STICKER_FPS = 12
MAX_STICKER_WEBP_BYTES = 512 * 1024

PREVIEW_PX = 240
PREVIEW_MS = 3000
PREVIEW_FPS = 8

# What one child process may take.
MEMORY_BYTES = 440 * MIB
PICTURE_SECONDS = 9  # of the clock
VIDEO_SECONDS = 600
