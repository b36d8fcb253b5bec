"""A detector that knows the street, with the cost of a real one."""

from collections.abc import Sequence

from catseye.bench.clips import FPS
from catseye.bench.street import Street
from catseye.core.detection import Detections, DetectRequest
from catseye.ports import Detector, DetectorInfo


class KnownStreet:
    """Answers with the road users of a made-up street.

    A network finds nothing in made-up pictures, but takes as long as in real ones: ``behind`` is asked each time and its answer
    thrown away. ``looks`` counts the regions asked for.
    """

    def __init__(self, street: Street, behind: Detector | None = None, *, info: DetectorInfo | None = None) -> None:
        self._street, self._behind = street, behind
        unnamed = DetectorInfo(name="known street", sha256="0" * 64, input_size=(512, 512), road_users=("car",))
        self.info = info or (behind.info if behind else unnamed)
        self.looks = 0

    def detect(self, requests: Sequence[DetectRequest]) -> list[Detections]:
        """The road users in each request's regions."""
        if self._behind is not None:
            self._behind.detect(requests)
        self.looks += sum(len(request.regions) for request in requests)
        return [self._street.found(r.frame.seq / FPS, r.frame.at_ns, r.regions) for r in requests]

    def close(self) -> None:
        """Nothing of its own to free."""
