"""The studio's streets, each with the traffic that belongs on it."""

from catseye.config.findings import did_you_mean
from catseye.core.errors import ConfigError
from catseye.studio.scenarios import crossroads, junction, motorway, roundabout, zebra
from catseye.studio.scenarios.recipe import Scenario

SCENARIOS: dict[str, Scenario] = {
    scenario.name: scenario
    for scenario in (junction.SCENARIO, crossroads.SCENARIO, roundabout.SCENARIO, zebra.SCENARIO, motorway.SCENARIO)
}


def scenario(name: str) -> Scenario:
    """The scenario of that name. Raises ConfigError."""
    if name not in SCENARIOS:
        raise ConfigError(f"There is no scenario {name!r}.", did_you_mean(name, SCENARIOS))
    return SCENARIOS[name]
