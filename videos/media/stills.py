"""What stands for a video before it plays: its poster, and a short preview that moves."""

from pathlib import Path

from PIL import Image, ImageStat

from videos.media import bounds, gifs
from videos.media.frames import frames_of_video
from videos.media.reading import Fault

DARK = 24  # of 255, on average: hardly anything to see
POSTER_QUALITY, POSTER_METHOD = 80, 3
POSTER_AT_MS = 500
POSTER_SEARCH_MS, POSTER_SEARCH_FPS = 6000, 3
PREVIEW_QUALITY = "40"


def make_stills(video: Path, folder: Path) -> None:
    """Write ``poster.webp`` and ``preview.webp`` of a video that was made here."""
    _poster(video).save(folder / "poster.webp", quality=POSTER_QUALITY, method=POSTER_METHOD)
    box = (bounds.PREVIEW_PX, bounds.PREVIEW_PX * 2)
    frames = list(frames_of_video(video, 0, bounds.PREVIEW_MS, bounds.PREVIEW_FPS, box))
    gifs.write_webp(frames, folder / "preview.webp", bounds.PREVIEW_FPS, PREVIEW_QUALITY)


def _poster(video: Path) -> Image.Image:
    """Return the first frame after half a second, one a third of a second, that isn't nearly black."""
    first = None
    box = (bounds.VIDEO_SHORT_PX, bounds.VIDEO_LONG_PX)
    for frame in frames_of_video(video, POSTER_AT_MS, POSTER_SEARCH_MS, POSTER_SEARCH_FPS, box):
        image = frame.to_image(threads=1)
        first = first or image
        if ImageStat.Stat(image.convert("L")).mean[0] > DARK:
            return image
    if first is None:
        raise Fault("broken")
    return first
