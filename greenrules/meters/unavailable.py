"""A meter that does not work here and says why; reading it is an error with the remedy."""

from __future__ import annotations

from typing import Any, NoReturn

from greenrules.errors import MeasurementError
from greenrules.meters.protocol import Activity, Availability, Energy, Snapshot
from greenrules.models import Evidence, RefusedMeter


class UnavailableMeter:
    """Stands for a meter that lacks what it needs to exist, such as a calibration or a log.

    Args:
        name: as ``--meter`` takes it.
        tier: of the measurement contract.
        evidence: that it would give.
        availability: why not, and the remedy.
    """

    def __init__(self, name: str, tier: str, evidence: Evidence, availability: Availability) -> None:
        self.name, self.tier, self.evidence = name, tier, evidence
        self.domains: tuple[str, ...] = ()
        self.relative_uncertainty = 1.0
        self.detail: dict[str, Any] = {}
        self.refused: tuple[RefusedMeter, ...] = ()
        self.poll_s: float | None = None
        self.idle_w: float | None = None
        self._availability = availability

    def probe(self) -> Availability:
        """Why not."""
        return self._availability

    def _refuse(self) -> NoReturn:
        raise MeasurementError(
            f"meter {self.name} does not work here: {self._availability.reason}", remedy=self._availability.remedy
        )

    def read(self, activity: Activity | None = None) -> Snapshot:
        """Refuses."""
        self._refuse()

    def delta(self, a: Snapshot, b: Snapshot) -> Energy:
        """Refuses."""
        self._refuse()
