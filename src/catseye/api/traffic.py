"""The routes of what is measured on calibrated ground."""

from litestar import Controller, get, post
from litestar.exceptions import NotFoundException
from litestar.params import FromPath, JSONBody

from catseye.api.routes import End, Start, TheApi
from catseye.api.traffic_views import ConflictView, IncidentView, Mark, SpeedView, conflict_view, incident_views, speed_views
from catseye.core.traffic import TrafficMinute, ViolationCell


class Traffic(Controller):
    """Routes of one stream. Where its scene is not calibrated all lists are empty."""

    path = "/api/v1/streams/{stream:str}"

    @get("/speeds", sync_to_thread=True)
    def speeds(self, api: TheApi, stream: FromPath[str], start: Start = None, end: End = None) -> list[SpeedView]:
        """Speeds over count lines by 15-minute cell. Default: the last day."""
        return speed_views(api.store.speeds(api.serves(stream), *api.span(start, end)))

    @get("/minutes", sync_to_thread=True)
    def minutes(self, api: TheApi, stream: FromPath[str], start: Start = None, end: End = None) -> list[TrafficMinute]:
        """What lanes, lines, approaches, zones and movements saw, minute by minute. Default: the last hour."""
        return api.store.minutes(api.serves(stream), *api.span(start, end, default_s=3600))

    @get("/conflicts", sync_to_thread=True)
    def conflicts(self, api: TheApi, stream: FromPath[str], start: Start = None, end: End = None) -> list[ConflictView]:
        """Close encounters. Default: the last day."""
        return [conflict_view(one) for one in api.store.conflicts(api.serves(stream), *api.span(start, end))]

    @get("/incidents", sync_to_thread=True)
    def incidents(self, api: TheApi, stream: FromPath[str], start: Start = None, end: End = None) -> list[IncidentView]:
        """Incidents that were opened in the stretch asked for. Default: the last day."""
        return incident_views(api.store.incidents(api.serves(stream), *api.span(start, end)))

    @post("/incidents/{incident:str}/marks", sync_to_thread=True, status_code=200)
    def mark(self, api: TheApi, stream: FromPath[str], incident: FromPath[str], data: JSONBody[Mark]) -> IncidentView:
        """Say that an incident is known, or that it was none. Told again it is told again: nothing said is taken back."""
        marked = api.writable.mark(api.serves(stream), incident, data.mark, api.clock.now_ns())
        if marked is None:
            raise NotFoundException(f"There is no incident {incident!r}.")
        at_ns = marked.opened_ns
        views = incident_views(api.store.incidents(api.serves(stream), at_ns, at_ns + 1))
        return next(view for view in views if view.incident == incident)

    @get("/violations", sync_to_thread=True)
    def violations(self, api: TheApi, stream: FromPath[str], start: Start = None, end: End = None) -> list[ViolationCell]:
        """How often which rule of the road was broken, by 15-minute cell. Default: the last day."""
        return api.store.violation_cells(api.serves(stream), *api.span(start, end))
