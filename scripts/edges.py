"""Cut a drawing out as a sticker: an even white edge, and a shadow that lifts it off a white ground."""

import math

from PIL import Image, ImageChops, ImageFilter

EDGE = 6  # pixels of the finished picture
GAP = 5  # pixels: holes and notches up to twice as wide are filled, as scissors would
SHADOW_BLUR, SHADOW_DROP, SHADOW_OPACITY = 2.5, 2, 0.28
FAINT = 96  # of 255: what is fainter than this is a glow around the drawing, and no part of its outline
DIRECTIONS = 48


def cut_out(drawing: Image.Image, scale: int) -> Image.Image:
    """Return ``drawing`` (transparent around it, ``scale`` times too large) at its size, with edge and shadow."""
    outline = drawing.getchannel("A").point(lambda alpha: 255 if alpha >= FAINT else 0)
    wide = _grown(outline, (EDGE + GAP) * scale)
    edge = ImageChops.invert(_grown(ImageChops.invert(wide), GAP * scale))
    shadow = ImageChops.offset(edge.filter(ImageFilter.GaussianBlur(SHADOW_BLUR * scale)), 0, SHADOW_DROP * scale)
    sticker = Image.new("RGBA", drawing.size, (0, 0, 0, 0))
    sticker.putalpha(shadow.point(lambda alpha: round(alpha * SHADOW_OPACITY)))
    white = Image.new("RGBA", drawing.size, (255, 255, 255, 0))
    white.putalpha(edge)
    sticker.alpha_composite(white)
    inside = drawing.copy()
    inside.putalpha(ImageChops.darker(drawing.getchannel("A"), edge))
    sticker.alpha_composite(inside)
    return sticker.resize((drawing.width // scale, drawing.height // scale), Image.Resampling.BOX)


def _grown(shape: Image.Image, by: int) -> Image.Image:
    """Return ``shape`` grown by as many pixels on every side, with round corners."""
    grown = shape
    for radius in (by // 3, by * 2 // 3, by):
        for step in range(DIRECTIONS):
            angle = 2 * math.pi * step / DIRECTIONS
            moved = ImageChops.offset(shape, round(radius * math.cos(angle)), round(radius * math.sin(angle)))
            grown = ImageChops.lighter(grown, moved)
    return grown
