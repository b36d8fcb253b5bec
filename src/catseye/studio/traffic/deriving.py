"""From what SUMO drove to a truth: all that is read off one run."""

from catseye.studio.scenarios.recipe import Scenario
from catseye.studio.street import Street
from catseye.studio.traffic import queues, rules
from catseye.studio.traffic.conflicts import conflicts
from catseye.studio.traffic.demand import WARM_S
from catseye.studio.traffic.driven import STEP_S
from catseye.studio.traffic.run import Run
from catseye.studio.traffic.signals import changes
from catseye.studio.truth import Happening, SignalChange, StudioRoadUser, StudioTruth, TruthInfo


def signal_changes(scenario: Scenario, street: Street, seconds: float) -> list[SignalChange]:
    """What the heads of the street show during the run."""
    if scenario.signals is None:
        return []
    return changes(scenario.signals, [head.name for head in street.signals], begin_s=WARM_S, seconds=seconds)


def derive(run: Run, street: Street, info: TruthInfo, signals: list[SignalChange], happenings: list[Happening]) -> StudioTruth:
    """All tables of a run."""
    crossed, done = rules.crossings(run, street), rules.movements(run, street)
    delay_s = queues.delays(run, street, done)
    users = []
    for number, way, rows in run.each():
        flow = way.trip.flow
        users.append(
            StudioRoadUser(
                number=number,
                model=way.trip.model,
                origin=flow.origin,
                destination=flow.destination,
                movement=flow.movement,
                start_s=round(float(run.table.step[rows[0]]) * STEP_S, 3),
                end_s=round(float(run.table.step[rows[-1]]) * STEP_S, 3),
                delay_s=delay_s.get(number),
                stops=0 if way.trip.model == "walker" else queues.halts(run.table.speed_mps[rows]),
            )
        )
    return StudioTruth(
        info=info,
        road_users=tuple(users),
        trajectories=run.table,
        crossed=tuple(crossed),
        movements=tuple(done),
        signals=tuple(signals),
        queues=tuple(queues.queues(run, street)),
        conflicts=tuple(conflicts(run)),
        happenings=tuple(happenings),
    )
