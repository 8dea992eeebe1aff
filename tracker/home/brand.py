"""The institute's accent as colours that can be read: darkened until white stands on it, and it stands on white."""

READABLE = 4.6
"""A little more than WCAG asks, since the ground is never quite white."""
GROUND = "#f4f5f8"
"""The darkest ground that the accent is read on in the light."""


def stylesheet(accent: str) -> str:
    """The variables of /brand.css. At night css/dark.css lightens --brand by itself."""
    return f":root {{\n  --brand: {accent};\n  --brand-ink: #ffffff;\n  --accent: {readable(accent)};\n}}\n"


def readable(colour: str) -> str:
    """The colour, or the nearest darker one of its hue that has enough contrast with the lightest grounds."""
    red, green, blue = _channels(colour)
    for step in range(101):
        share = 1 - step / 100
        darker = f"#{round(red * share):02x}{round(green * share):02x}{round(blue * share):02x}"
        if contrast(darker, GROUND) >= READABLE:
            return darker
    return "#000000"


def contrast(one: str, other: str) -> float:
    """WCAG's ratio, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    linear = [
        value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4
        for value in (channel / 255 for channel in _channels(colour))
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
