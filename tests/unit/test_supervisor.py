"""When a process is begun again, by whom its cameras are taken over, and when load is judged: with processes that are not real."""

from collections.abc import Iterator
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import cast

import msgspec
import pytest

from catseye.core.health import StreamHealth, StreamState
from catseye.core.ids import StreamId
from catseye.runtime.network.messages import DropCamera, Order, Pace, PutCamera, Quit, Told, WantPicture
from catseye.runtime.network.register import Register
from catseye.runtime.network.supervisor import Supervisor
from catseye.testing.clock import FakeClock
from catseye.testing.network import MemoryLedger

CAMERA = '[[cameras]]\nname = "{}"\naddress = "street.mp4"\nkind_of_place = "street"\npurpose = "p"\nlegal_basis = "l"\n'


GIVES_PICTURES = tuple(
    StreamHealth(stream=StreamId(name), run=None, state=StreamState.RUNNING, since_ns=0, frames_analysed=1) for name in "abcd"
)


class HandProcess:
    """A process that lives until it is killed, and the other end of the pipe to it."""

    def __init__(self, pid: int, connection: Connection) -> None:
        self.pid, self.connection = pid, connection
        self.exitcode: int | None = None

    def is_alive(self) -> bool:
        return self.exitcode is None

    def kill(self) -> None:
        self.exitcode = -9

    def join(self, timeout: float | None = None) -> None:
        """It ends at once."""

    def tell(self, *, lag_s: float | None = None) -> None:
        self.connection.send_bytes(
            msgspec.msgpack.encode(
                Told(health=GIVES_PICTURES, states={}, over_s=1.0, lag_p99_s=lag_s, detecting_s=0.0, cpu_s=0.1, due=5, dropped=0)
            )
        )

    def orders(self) -> list[Order]:
        found = []
        while self.connection.poll():
            found.append(DECODER.decode(self.connection.recv_bytes()))
        return found


DECODER = msgspec.msgpack.Decoder(PutCamera | DropCamera | Pace | WantPicture | Quit)


class Street:
    """A supervisor that is stepped by hand."""

    def __init__(self, folder: Path) -> None:
        (folder / "street.mp4").touch()
        (folder / "network.toml").write_text(
            "[network]\nworkers = 2\n" + "".join(CAMERA.format(name) for name in ("a", "b", "c", "d"))
        )
        self.clock = FakeClock()
        self.begun: list[HandProcess] = []
        self.supervisor = Supervisor(Register(folder / "network.toml"), self._spawn, MemoryLedger(), self.clock, cores=2)
        with self.supervisor._lock:
            self.supervisor._workers = [self.supervisor._begun(number) for number in range(2)]
            self.supervisor._apply()

    def _spawn(self, number: int, cores: int) -> tuple[BaseProcess, Connection]:
        ours, theirs = Pipe()
        self.begun.append(HandProcess(1000 + len(self.begun), theirs))
        return cast("BaseProcess", self.begun[-1]), ours

    def step(self, over_s: float, *telling: HandProcess, lag_s: float | None = None) -> None:
        """Let time pass, a second at a time, in which some processes tell how they are."""
        for _ in range(round(over_s)):
            self.clock.advance(1.0)
            for process in telling:
                process.tell(lag_s=lag_s)
            for worker in [*self.supervisor._workers, *([self.supervisor._spare] if self.supervisor._spare else [])]:
                self.supervisor._hear(worker)
            self.supervisor._begin_again()
            self.supervisor._keep_spare()
            self.supervisor._shed()


@pytest.fixture
def street(tmp_path: Path) -> Iterator[Street]:
    made = Street(tmp_path)
    yield made
    for process in made.begun:
        process.connection.close()


def cameras(orders: list[Order]) -> set[str]:
    return {order.camera.name for order in orders if isinstance(order, PutCamera)}


def test_a_process_that_takes_long_to_begin_is_waited_for(street: Street) -> None:
    street.step(100)
    assert len(street.begun) == 2
    street.step(100)
    assert street.supervisor.load().restarts == 2


def test_a_process_that_falls_silent_is_begun_again(street: Street) -> None:
    first, second = street.begun
    street.step(5, first, second)
    street.step(16, second)
    assert not first.is_alive()
    assert second.is_alive()
    assert street.supervisor.load().restarts == 1


def test_the_spare_takes_over_the_cameras_of_the_dead(street: Street) -> None:
    first, second = street.begun
    street.step(12, first, second)
    (spare,) = street.begun[2:]
    assert cameras(spare.orders()) == set()
    assert not street.supervisor.has_spare
    street.step(3, first, second, spare)
    assert street.supervisor.has_spare
    held = cameras(second.orders())
    lost = cameras(first.orders())
    second.kill()
    street.step(1, first, spare)
    assert cameras(spare.orders()) == held
    assert cameras(first.orders()) == set()
    assert lost | held == {"a", "b", "c", "d"}
    assert street.supervisor.pids() == [first.pid, spare.pid]
    street.step(30, first, spare)
    assert len(street.begun) == 4  # the next spare


def test_a_spare_that_is_not_ready_takes_nothing(street: Street) -> None:
    first, second = street.begun
    street.step(12, first, second)
    (spare,) = street.begun[2:]
    first.kill()
    street.step(1, second)
    assert cameras(spare.orders()) == set()
    assert cameras(street.begun[3].orders()) == {"a", "c"}


def test_a_spare_that_dies_is_replaced_now_and_then_and_nobody_else_is_touched(street: Street) -> None:
    first, second = street.begun
    street.step(12, first, second)
    for _ in range(60):
        street.begun[-1].kill()
        if not (first.is_alive() and second.is_alive()):
            break
        street.step(1, first, second)
    assert first.is_alive()
    assert second.is_alive()
    assert 3 <= len(street.begun) <= 5
    assert street.supervisor.load().restarts == 0


def test_load_is_judged_when_the_cameras_are_open(street: Street) -> None:
    first, second = street.begun
    street.step(9, first, second, lag_s=3.0)
    assert street.supervisor.load().shed == 0
    street.step(5, first, second, *street.begun[2:], lag_s=3.0)
    assert street.supervisor.load().shed > 0
