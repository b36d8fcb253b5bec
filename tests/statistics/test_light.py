"""The light of a street from its pictures, and the account of it that a run keeps."""

from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from catseye.core.frame import U8, ArrayPicture, Frame
from catseye.core.ids import RunId, StreamId
from catseye.core.receipt import LightSeen
from catseye.core.scene import Mask
from catseye.core.time import NS_PER_S, nanoseconds
from catseye.runtime.lighting import LightBook
from catseye.vision.light import Look, judge, look, shrunk

SHARED = Path(__file__).parents[2].parent / "shared" / "data"
SHEET = Path(__file__).parents[2] / "docs" / "images" / "studio-contact-sheet.jpg"
PANELS = {"day": "day", "low_sun": "day", "overcast": "day", "dusk": "dusk", "night": "night", "rain": "day", "fog": "unknown"}


def panel(number: int) -> U8:
    """One picture of the contact sheet: the crossroads in its seven lights."""
    row, column = divmod(number, 4)
    sheet = cv2.imread(str(SHEET))
    assert sheet is not None
    return np.asarray(sheet[row * 274 + 4 : row * 274 + 270, column * 484 + 4 : column * 484 + 478], np.uint8)


def rained_on(picture: U8, rng: np.random.Generator) -> U8:
    """Bright thin streaks, as a 1/50 s exposure sees drops fall."""
    wet = picture.copy()
    for x, y in zip(rng.integers(2, 318, 120).tolist(), rng.integers(0, 160, 120).tolist(), strict=True):
        cv2.line(wet, (x, y), (x, y + 14), (215, 215, 215), 1)
    return wet


@pytest.mark.parametrize(("number", "light"), list(enumerate(PANELS.values())), ids=list(PANELS))
def test_the_studios_lights_as_single_pictures(number: int, light: str) -> None:
    """A single picture of rain shows no drop falling: it is told from three frames."""
    small = shrunk(panel(number))
    assert judge(look([small] * 3)) == light


def test_rain_is_what_falls_in_one_frame_only() -> None:
    rng = np.random.default_rng(4)
    dry = shrunk(panel(2))
    assert judge(look([rained_on(dry, rng) for _ in range(3)])) == "rain"
    standing = rained_on(dry, rng)
    assert judge(look([standing] * 3)) == "day"


def test_noise_is_no_rain() -> None:
    rng = np.random.default_rng(5)
    dry = shrunk(panel(2)).astype(np.float64)
    noisy = [np.clip(dry + rng.normal(0, 12, dry.shape), 0, 255).astype(np.uint8) for _ in range(3)]
    assert judge(look(noisy)) != "rain"


def test_a_blown_out_picture_is_glare() -> None:
    small = shrunk(panel(0))
    y, x = np.mgrid[: small.shape[0], : small.shape[1]]
    halo = 400 * np.exp(-((x - 200) ** 2 + (y - 40) ** 2) / (2 * 55**2))
    blinded = np.clip(small + halo[..., None], 0, 255).astype(np.uint8)
    assert judge(look([blinded] * 3)) == "glare"


def test_masked_parts_are_not_looked_at() -> None:
    small = shrunk(panel(0))
    half = small.copy()
    half[:, :160] = 0
    keep = np.ones(small.shape[:2], np.bool_)
    keep[:, :160] = False
    assert look([half] * 3, keep) == look([small] * 3, keep)
    assert judge(look([half] * 3, np.zeros_like(keep))) == "night"  # nothing is left to see


def seen(darkest: float, middle: float, bright: float, *, amber: float, green: float, chroma: float, falling: float = 0.0) -> Look:
    return Look(darkest, middle, bright, amber, green, chroma, 0.0, falling, 0.0)


def test_what_lamps_and_a_low_sun_have_in_common() -> None:
    """Figures of films of a motorway, a zebra crossing and a roundabout, and of a London street at night."""
    assert judge(seen(29, 78, 164, amber=0.54, green=0.28, chroma=0.29)) == "day"  # a low sun: grass is green in it
    assert judge(seen(21, 64, 149, amber=0.40, green=0.31, chroma=0.39)) == "day"
    assert judge(seen(19, 96, 214, amber=0.47, green=0.05, chroma=0.25)) == "night"  # lamps: hardly anything is
    assert judge(seen(2, 35, 154, amber=0.41, green=0.18, chroma=0.40)) == "night"
    assert judge(seen(16, 36, 118, amber=0.01, green=0.44, chroma=0.39)) == "dusk"  # dim, and yet nothing is black


def test_headlamps_in_the_dark_are_no_rain() -> None:
    glints = seen(1, 5, 107, amber=0.06, green=0.13, chroma=0.31, falling=0.0034)
    assert judge(glints) == "night"
    assert judge(glints._replace(middle=71, darkest=25)) == "rain"


@pytest.mark.shared
@pytest.mark.skipif(not SHARED.is_dir(), reason="the data folder beside the checkout is absent")
@pytest.mark.parametrize(
    ("clip", "light"),
    [
        *((f"video/tfl-625/625_{taken}.mp4", "day") for taken in ("201707211410", "201708311646", "201709140917")),
        ("video/tfl-625/625_201709042122.mp4", "night"),
        *((f"video/{name}.mp4", "day") for name in ("jamcam_min_1", "jamcam_min_2", "suburban-road", "intel_car-detection")),
        ("truth/tfl-jamcam/03604.mp4", "day"),
        ("truth/tfl-jamcam/06514.mp4", "day"),
    ],
)
def test_real_streets(clip: str, light: str) -> None:
    book = LightBook(StreamId("s"))
    said: list[LightSeen] = []
    with av.open(str(SHARED / clip)) as container:
        for seq, decoded in enumerate(container.decode(video=0)):
            if seq % 2 == 0 and seq < 60:
                said += book.take(frame(np.asarray(decoded.to_ndarray(format="bgr24"), np.uint8), seq / 25))
    assert {one.light for one in (*said, *book.close())} == {light}


def frame(bgr: U8, at_s: float, run: str = "r") -> Frame:
    at_ns = nanoseconds(at_s)
    return Frame(
        stream=StreamId("s"),
        run=RunId(run),
        seq=0,
        pts=None,
        time_base=Fraction(1, 1000),
        at_ns=at_ns,
        arrived_ns=at_ns,
        picture=ArrayPicture(np.ascontiguousarray(bgr)),
    )


def told(book: LightBook, pictures: list[tuple[float, U8]]) -> list[tuple[str, float, float]]:
    said = [one for at_s, bgr in pictures for one in book.take(frame(bgr, at_s))]
    return [(one.light, one.start_ns / NS_PER_S, one.end_ns / NS_PER_S) for one in (*said, *book.close())]


def test_a_run_is_told_of_from_its_first_frame_to_its_last_without_a_gap() -> None:
    rows = told(LightBook(StreamId("s")), [(n / 5, panel(0)) for n in range(151)])
    assert {light for light, _, _ in rows} == {"day"}
    assert [start for _, start, _ in rows] == [0.0, *(end for _, _, end in rows[:-1])]
    assert rows[-1][2] == 30.0


def test_what_passes_before_the_lens_changes_no_light_and_night_does() -> None:
    day, night = panel(0), panel(4)
    passing = [(n / 2, night if 40 <= n < 52 else day) for n in range(240)]
    assert {light for light, _, _ in told(LightBook(StreamId("s")), passing)} == {"day"}
    falls = [(n / 2, day if n < 120 else night) for n in range(360)]
    lights = [light for light, _, _ in told(LightBook(StreamId("s")), falls)]
    assert (lights[0], lights[-1]) == ("day", "night")


def test_nothing_is_said_of_a_gap_and_too_little_is_unknown() -> None:
    day = panel(0)
    rows = told(LightBook(StreamId("s")), [(n / 2, day) for n in range(20)] + [(60 + n / 2, day) for n in range(20)])
    assert max(start for _, start, _ in rows if start < 30) < 30
    assert all(end <= 9.5 or start >= 60 for _, start, end in rows)
    assert told(LightBook(StreamId("s")), [(0.0, day), (0.5, day)]) == [("unknown", 0.0, 0.5)]


def test_a_masked_view_is_judged_by_the_rest() -> None:
    private = Mask(name="yard", polygon=((0.0, 0.0), (0.5, 0.0), (0.5, 1.0), (0.0, 1.0)))
    rows = told(LightBook(StreamId("s"), (private,)), [(n / 2, panel(0)) for n in range(12)])
    assert {light for light, _, _ in rows} == {"day"}
