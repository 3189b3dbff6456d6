"""Whatever opens the files of strangers, each in a process of its own that can take little and knows nothing."""

from videos.media.errors import Busy, Unusable
from videos.media.making import (
    GifFiles,
    Picture,
    StickerFile,
    VideoFiles,
    make_gif,
    make_photo,
    make_sticker,
    make_video,
)

__all__ = [
    "Busy",
    "GifFiles",
    "Picture",
    "StickerFile",
    "Unusable",
    "VideoFiles",
    "make_gif",
    "make_photo",
    "make_sticker",
    "make_video",
]
