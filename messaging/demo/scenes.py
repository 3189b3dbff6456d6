"""Drawn pictures of things, for people who don't show their face."""

import math

from messaging.demo.canvas import Canvas, shade


def record() -> Canvas:
    """Return a vinyl record on mustard."""
    canvas = Canvas("#f2b84b", "#e08e2b")
    canvas.ellipse(0.5, 0.5, 0.42, 0.42, "#231f26")
    for radius in (0.38, 0.33, 0.28, 0.23):
        canvas.ring(0.5, 0.5, radius, radius, "#3a343f", 0.008)
    for start in (-65, 115):
        canvas.slice(0.5, 0.5, 0.415, start, start + 22, "#4a434f")
        canvas.slice(0.5, 0.5, 0.415, start + 7, start + 14, "#645b6a")
    canvas.ellipse(0.5, 0.5, 0.165, 0.165, "#d8434e")
    canvas.ring(0.5, 0.5, 0.12, 0.12, "#ef8b83", 0.014)
    canvas.ellipse(0.5, 0.5, 0.032, 0.032, "#f2b84b")
    return canvas


def mountains() -> Canvas:
    """Return mountains before a low sun."""
    canvas = Canvas("#3d5a98", "#f6a56b")
    canvas.ellipse(0.64, 0.45, 0.17, 0.17, "#f9c784")
    canvas.ellipse(0.64, 0.45, 0.13, 0.13, "#ffe7b3")
    canvas.polygon([(-0.1, 0.75), (0.3, 0.26), (0.72, 0.75)], "#6d5a8a")
    canvas.polygon([(0.3, 0.26), (0.21, 0.37), (0.27, 0.41), (0.31, 0.37), (0.36, 0.42), (0.4, 0.375)], "#f4e9f0")
    canvas.polygon([(0.35, 0.85), (0.78, 0.42), (1.2, 0.85)], "#544877")
    canvas.polygon([(0.78, 0.42), (0.71, 0.49), (0.76, 0.53), (0.8, 0.49), (0.84, 0.53), (0.86, 0.5)], "#eadcea")
    canvas.ellipse(0.2, 1.0, 0.7, 0.34, "#3b3a63")
    canvas.ellipse(0.85, 1.08, 0.65, 0.34, "#2a2c4f")
    for x, y, tall in ((0.12, 0.78, 0.16), (0.22, 0.82, 0.2), (0.88, 0.86, 0.17), (0.78, 0.88, 0.13)):
        for part in (0.0, 0.3, 0.6):
            width = tall * (0.22 + part * 0.35)
            top = y - tall * (1 - part)
            canvas.polygon([(x, top), (x - width, top + tall * 0.45), (x + width, top + tall * 0.45)], "#1d2140")
    return canvas


def moonlit_sea() -> Canvas:
    """Return the moon above waves."""
    canvas = Canvas("#16224d", "#3f5fa8")
    for x, y in ((0.15, 0.2), (0.3, 0.1), (0.82, 0.16), (0.9, 0.38), (0.12, 0.44), (0.7, 0.08)):
        canvas.ellipse(x, y, 0.011, 0.011, "#dfe7ff")
    canvas.ellipse(0.5, 0.37, 0.235, 0.235, "#4e69ae")
    canvas.ellipse(0.5, 0.37, 0.19, 0.19, "#fff3cf")
    for x, y, radius in ((0.43, 0.32, 0.04), (0.56, 0.41, 0.05), (0.54, 0.28, 0.022)):
        canvas.ellipse(x, y, radius, radius, "#f1dfae")
    for row, colour in enumerate(("#2f83a6", "#256c93", "#1b567d", "#143f63")):
        y = 0.64 + row * 0.11
        crest = [(x / 60, y + 0.026 * math.sin(x / 60 * 15 + row * 1.9)) for x in range(61)]
        canvas.polygon([*crest, (1, 1), (0, 1)], colour)
    for y, width in ((0.69, 0.1), (0.76, 0.07), (0.84, 0.11), (0.92, 0.06)):
        canvas.box(0.5 - width, y, 0.5 + width, y + 0.016, "#fbe9b7", radius=0.008)
    return canvas


def cat() -> Canvas:
    """Return a ginger cat on teal."""
    canvas = Canvas("#7fd1c4", "#3ba39a")
    fur, dark = "#ee9a4d", "#d5772e"
    canvas.ellipse(0.5, 1.12, 0.36, 0.36, dark)
    for side in (-1, 1):
        ear = [(0.5 + side * 0.32, 0.14), (0.5 + side * 0.33, 0.5), (0.5 + side * 0.06, 0.32)]
        canvas.polygon(ear, fur)
        canvas.polygon([(0.5 + side * 0.285, 0.215), (0.5 + side * 0.29, 0.4), (0.5 + side * 0.14, 0.32)], "#f6c0a4")
    canvas.ellipse(0.5, 0.56, 0.35, 0.31, fur)
    for x in (0.41, 0.5, 0.59):
        canvas.polygon([(x - 0.03, 0.262), (x + 0.03, 0.262), (x, 0.41 if x == 0.5 else 0.37)], dark)
    for side in (-1, 1):
        canvas.ellipse(0.5 + side * 0.085, 0.68, 0.115, 0.09, "#fbe6d0")
        canvas.ellipse(0.5 + side * 0.155, 0.52, 0.062, 0.068, "#f7f3c9")
        canvas.ellipse(0.5 + side * 0.15, 0.52, 0.032, 0.058, "#2a2530")
        canvas.ellipse(0.5 + side * 0.15 + 0.012, 0.495, 0.014, 0.014, "#ffffff")
        canvas.arc(0.5 + side * 0.045, 0.665, 0.045, 0.045, 0, 180, "#5b3324", 0.012)
        for rise in (0.0, 0.045):
            start = (0.5 + side * 0.17, 0.665 + rise)
            end = (0.5 + side * 0.4, 0.635 + rise * 2.2)
            canvas.polygon([start, end, (start[0], start[1] + 0.01)], shade("#fbe6d0", 1.02))
    canvas.polygon([(0.455, 0.61), (0.545, 0.61), (0.5, 0.66)], "#d4605f")
    return canvas
