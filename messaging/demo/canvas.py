"""A square to draw on, in parts of its side instead of pixels."""

import io

from PIL import Image, ImageDraw

# Pixels; three times the largest profile picture, so that scaling down smooths every edge.
SIDE = 768


def shade(colour: str, factor: float) -> str:
    """Return the ``#rrggbb`` ``colour`` darker (``factor`` below 1) or lighter (above)."""
    parts = (int(colour[place : place + 2], 16) for place in (1, 3, 5))
    return "#" + "".join(f"{min(255, round(part * factor)):02x}" for part in parts)


class Canvas:
    """A picture that runs from ``top`` to ``bottom`` (colours); 0, 0 is its upper left, 1, 1 its lower right."""

    def __init__(self, top: str, bottom: str) -> None:
        fade = Image.linear_gradient("L").resize((SIDE, SIDE))
        self.image = Image.composite(Image.new("RGB", fade.size, bottom), Image.new("RGB", fade.size, top), fade)
        self._draw = ImageDraw.Draw(self.image)

    def ellipse(self, x: float, y: float, across: float, down: float, colour: str) -> None:
        """Fill the ellipse around ``x``, ``y`` with the radii ``across`` and ``down``."""
        self._draw.ellipse(_around(x, y, across, down), colour)

    def ring(self, x: float, y: float, across: float, down: float, colour: str, width: float) -> None:
        """Draw the outline of an ellipse."""
        self._draw.ellipse(_around(x, y, across, down), outline=colour, width=round(width * SIDE))

    def arc(
        self, x: float, y: float, across: float, down: float, start: float, end: float, colour: str, width: float
    ) -> None:
        """Draw part of an ellipse's outline, from ``start`` to ``end`` degrees, clockwise from the right."""
        self._draw.arc(_around(x, y, across, down), start, end, colour, round(width * SIDE))

    def chord(self, x: float, y: float, across: float, down: float, start: float, end: float, colour: str) -> None:
        """Fill what an arc and the line between its ends enclose."""
        self._draw.chord(_around(x, y, across, down), start, end, colour)

    def slice(self, x: float, y: float, radius: float, start: float, end: float, colour: str) -> None:
        """Fill a slice of a circle."""
        self._draw.pieslice(_around(x, y, radius, radius), start, end, colour)

    def box(self, left: float, top: float, right: float, bottom: float, colour: str, radius: float = 0) -> None:
        """Fill a rectangle, its corners rounded by ``radius``."""
        corners = (left * SIDE, top * SIDE, right * SIDE, bottom * SIDE)
        self._draw.rounded_rectangle(corners, round(radius * SIDE), colour)

    def polygon(self, points: list[tuple[float, float]], colour: str) -> None:
        """Fill the shape with these corners."""
        self._draw.polygon([(x * SIDE, y * SIDE) for x, y in points], colour)

    def mask_ellipse(self, x: float, y: float, across: float, down: float) -> Image.Image:
        """Return an ellipse as a mask for ``paste``."""
        mask = Image.new("L", self.image.size)
        ImageDraw.Draw(mask).ellipse(_around(x, y, across, down), 255)
        return mask

    def paste(self, mask: Image.Image, colour: str, *, above: float = 1, below: float = 0) -> None:
        """Fill ``mask`` with ``colour``, only between the heights ``below`` and ``above``."""
        window = (0, round(below * SIDE), SIDE, round(above * SIDE))
        self.image.paste(colour, window, mask.crop(window))

    def png(self) -> io.BytesIO:
        """Return the picture as a file to read."""
        file = io.BytesIO()
        self.image.save(file, "PNG", compress_level=1)
        file.seek(0)
        return file


def _around(x: float, y: float, across: float, down: float) -> tuple[float, float, float, float]:
    return ((x - across) * SIDE, (y - down) * SIDE, (x + across) * SIDE, (y + down) * SIDE)
