"""Drawn portraits: a flat head and shoulders on a gradient, clear at 28 pixels and pleasant at 128."""

from dataclasses import dataclass

from PIL import ImageChops

from messaging.demo.canvas import Canvas, shade

DARK = "#2b2126"


@dataclass(frozen=True)
class Portrait:
    """What a person looks like; colours as ``#rrggbb``.

    ``hair`` is one of ``short side bob long bun curly scarf``.
    """

    sky: tuple[str, str]
    skin: str
    hair: str
    hair_colour: str
    cloth: str
    glasses: str = ""
    beard: bool = False
    earrings: str = ""

    def draw(self) -> Canvas:
        """Return the portrait."""
        canvas = Canvas(*self.sky)
        canvas.ellipse(0.5, 0.5, 0.43, 0.43, shade(self.sky[1], 1.13))
        self._behind(canvas)
        self._body(canvas)
        self._head(canvas)
        self._in_front(canvas)
        self._face(canvas)
        return canvas

    def _behind(self, canvas: Canvas) -> None:
        """Draw the hair that falls behind the head."""
        colour = shade(self.hair_colour, 0.82)
        if self.hair == "long":
            canvas.ellipse(0.5, 0.45, 0.275, 0.31, colour)
            canvas.box(0.225, 0.45, 0.775, 0.86, colour, radius=0.1)
        elif self.hair == "bob":
            canvas.ellipse(0.5, 0.43, 0.285, 0.29, colour)
            canvas.box(0.215, 0.43, 0.785, 0.68, colour, radius=0.09)
        elif self.hair == "bun":
            canvas.ellipse(0.5, 0.12, 0.115, 0.105, self.hair_colour)
            canvas.ellipse(0.5, 0.42, 0.25, 0.27, colour)
        elif self.hair == "curly":
            for x, y, radius in _CURLS:
                canvas.ellipse(x, y, radius, radius, colour)
        elif self.hair == "scarf":
            canvas.ellipse(0.5, 0.47, 0.3, 0.35, colour)

    def _body(self, canvas: Canvas) -> None:
        """Draw shoulders and neck."""
        canvas.ellipse(0.5, 1.1, 0.44, 0.35, self.cloth)
        if self.hair == "scarf":
            canvas.ellipse(0.5, 0.84, 0.25, 0.17, self.hair_colour)
            canvas.ellipse(0.42, 0.9, 0.2, 0.14, shade(self.hair_colour, 0.9))
            return
        canvas.box(0.405, 0.6, 0.595, 0.83, shade(self.skin, 0.88), radius=0.09)
        canvas.ellipse(0.5, 0.8, 0.135, 0.07, shade(self.skin, 0.88))

    def _head(self, canvas: Canvas) -> None:
        """Draw ears and head."""
        if self.hair not in {"bob", "long", "scarf"}:
            for x in (0.27, 0.73):
                canvas.ellipse(x, 0.5, 0.045, 0.06, shade(self.skin, 0.93))
        if self.hair == "scarf":
            canvas.ellipse(0.5, 0.465, 0.265, 0.31, self.hair_colour)
        canvas.ellipse(0.5, 0.475, 0.225, 0.27, self.skin)
        if self.beard:
            beard = canvas.mask_ellipse(0.5, 0.485, 0.228, 0.275)
            smooth = canvas.mask_ellipse(0.5, 0.4, 0.2, 0.215)
            canvas.paste(ImageChops.subtract(beard, smooth), self.hair_colour, below=0.47)
        if self.earrings:
            for x in (0.262, 0.738):
                canvas.ellipse(x, 0.595, 0.024, 0.024, self.earrings)

    def _in_front(self, canvas: Canvas) -> None:
        """Draw the hair over the forehead: a cap, less the window that the face looks out of."""
        if self.hair == "scarf":
            cap = canvas.mask_ellipse(0.5, 0.45, 0.27, 0.31)
            canvas.paste(ImageChops.subtract(cap, canvas.mask_ellipse(0.5, 0.515, 0.205, 0.25)), self.hair_colour)
            return
        cap = canvas.mask_ellipse(0.5, 0.44, 0.245, 0.285)
        for window in _WINDOWS[self.hair]:
            cap = ImageChops.subtract(cap, canvas.mask_ellipse(*window))
        low = {"long": 0.62, "bob": 0.6, "short": 0.47, "side": 0.5}.get(self.hair, 0.45)
        canvas.paste(cap, self.hair_colour, above=low)
        if self.hair == "curly":
            for x, y, radius in _CURLS[:9]:
                canvas.ellipse(x, y + 0.03, radius * 0.82, radius * 0.82, self.hair_colour)

    def _face(self, canvas: Canvas) -> None:
        """Draw eyes, brows, nose, cheeks and a smile."""
        brow = DARK if self.hair == "scarf" else shade(self.hair_colour, 0.7)
        for x in (0.415, 0.585):
            canvas.ellipse(x, 0.495, 0.023, 0.029, DARK)
            canvas.ellipse(x + 0.008, 0.485, 0.007, 0.008, "#ffffff")
            canvas.arc(x, 0.455, 0.05, 0.035, 205, 335, brow, 0.014)
        for x in () if self.beard else (0.36, 0.64):
            canvas.ellipse(x, 0.565, 0.042, 0.03, _blush(self.skin))
        canvas.arc(0.5, 0.54, 0.022, 0.022, 20, 160, shade(self.skin, 0.78), 0.012)
        canvas.chord(0.5, 0.605, 0.075, 0.062, 8, 172, "#ffffff")
        canvas.arc(0.5, 0.605, 0.075, 0.062, 8, 172, shade("#a8484f", 0.9), 0.014)
        if self.glasses:
            for x in (0.412, 0.588):
                canvas.ring(x, 0.5, 0.074, 0.07, self.glasses, 0.014)
            canvas.arc(0.5, 0.5, 0.02, 0.018, 180, 360, self.glasses, 0.014)


def _blush(skin: str) -> str:
    """Return ``skin``, warmer."""
    red, green, blue = (int(skin[place : place + 2], 16) for place in (1, 3, 5))
    return f"#{min(255, red + 8):02x}{int(green * 0.86):02x}{int(blue * 0.86):02x}"


# Where the face looks out: centre and radii of ellipses cut out of the cap of hair.
_WINDOWS: dict[str, tuple[tuple[float, float, float, float], ...]] = {
    "short": ((0.5, 0.56, 0.212, 0.25),),
    "side": ((0.55, 0.57, 0.215, 0.27),),
    "bob": ((0.49, 0.63, 0.212, 0.275),),
    "long": ((0.4, 0.58, 0.15, 0.25), (0.6, 0.58, 0.15, 0.25)),
    "bun": ((0.5, 0.56, 0.23, 0.28),),
    "curly": ((0.5, 0.58, 0.22, 0.28),),
}

# Centre and radius of each curl; the first nine also lie over the forehead.
_CURLS = (
    (0.3, 0.3, 0.09),
    (0.36, 0.22, 0.095),
    (0.45, 0.17, 0.1),
    (0.55, 0.17, 0.1),
    (0.64, 0.22, 0.095),
    (0.7, 0.3, 0.09),
    (0.4, 0.24, 0.08),
    (0.5, 0.23, 0.085),
    (0.6, 0.24, 0.08),
    (0.25, 0.39, 0.095),
    (0.75, 0.39, 0.095),
    (0.23, 0.5, 0.095),
    (0.77, 0.5, 0.095),
    (0.25, 0.61, 0.09),
    (0.75, 0.61, 0.09),
)
