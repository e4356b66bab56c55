"""Broker connection: publishes the board at an MQTT broker, and takes commands from there.

Every connection is a new client, so that nothing of the one before is sent again. No more than a
few messages are on their way: if the broker does not answer, the rest stays on the board, where
newer values replace older ones.
"""

from __future__ import annotations

import logging
import random
import select
import socket
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from coach.devices.mqtt import discovery
from coach.devices.mqtt.board import OF_HEALTH, OFFLINE, ONLINE, Board
from coach.devices.mqtt.broker_settings import Task, tls_context
from coach.devices.mqtt.discovery import BRIDGE, COMMAND, COMMANDS
from coach.devices.mqtt.growing_delay import GrowingDelay

_LOGGER = logging.getLogger("coach.mqtt")

KEEPALIVE_SECONDS = 30
"""After one to two of these a broker that does not answer is taken for gone."""

_CONNECT_SECONDS = 5.0
_FIRST_SECONDS = 1.0
_MOST_SECONDS = 60.0
_MOST_UNANSWERED = 20
_GOODBYE_SECONDS = 2.0
_TURN_SECONDS = 1.0
_STATUS = "status"
_HOME_ASSISTANT = "homeassistant"


class BrokerConnection:
    """Stays connected until ``leave``, in the thread that calls ``stay``. ``command`` is called
    with each command. ``wake`` and ``leave`` may be called in any thread, and by signal handlers.
    """

    def __init__(
        self,
        task: Task,
        device: str,
        command: Callable[[str], object],
        *,
        keepalive_seconds: int = KEEPALIVE_SECONDS,
    ) -> None:
        self.board = Board(self.wake, health=task.broker.health)
        self._task = task
        self._settings = task.broker
        self._device = device
        self._base = discovery.base(device)
        self._command = command
        self._keepalive = keepalive_seconds
        self._tls = tls_context(task.broker)
        self._delay = GrowingDelay(_FIRST_SECONDS, _MOST_SECONDS)
        self._problem = ""
        self._awake, self._wake = socket.socketpair()
        for each in (self._awake, self._wake):
            each.settimeout(0.0)
        self._published: dict[str, str] = {}
        self._unanswered: set[int] = set()
        self._announce_at: float | None = None
        self._is_announced = False
        self._is_leaving = False

    def wake(self) -> None:
        """Look at the board soon."""
        with suppress(OSError):
            self._wake.send(b"\0")

    def leave(self) -> None:
        """Take leave of the broker soon. No exception does that: it may come while Paho works."""
        self._is_leaving = True
        self.wake()

    def stay(self) -> None:
        """Connect, and connect again, until it shall leave."""
        while not self._is_leaving:
            try:
                self._hold()
            except OSError as error:
                self._tell(error.strerror or str(error))
            self._rest(self._delay.next())

    def _rest(self, for_seconds: float) -> None:
        until, poll = time.monotonic() + for_seconds, select.poll()
        poll.register(self._awake, select.POLLIN)
        while not self._is_leaving and (left := until - time.monotonic()) > 0:
            poll.poll(1000.0 * left)
            self._wake_up()

    def _wake_up(self) -> None:
        with suppress(BlockingIOError):
            while self._awake.recv(4096):
                pass

    def _tell(self, problem: str) -> None:
        """Log what is wrong, once."""
        if problem != self._problem:
            self._problem = problem
            _LOGGER.warning("the broker %s: %s; trying again", self._settings.place, problem)

    def _hold(self) -> None:
        """One connection, until it is lost. Raises OSError when there is none."""
        client = self._make_client()
        self._published, self._unanswered = {}, set()
        self._announce_at, self._is_announced = None, False
        client.connect(
            self._settings.address or self._settings.host, self._settings.port, self._keepalive
        )
        while client.socket() is not None and not self._is_leaving:
            self._turn(client)
        if client.is_connected():
            self._take_leave(client)

    def _make_client(self) -> Client:
        client = Client(
            CallbackAPIVersion.VERSION2,
            client_id=self._device,
            clean_session=True,
            protocol=MQTTProtocolVersion.MQTTv311,
            reconnect_on_failure=False,
        )
        client.connect_timeout = _CONNECT_SECONDS
        client.will_set(f"{self._base}/{BRIDGE}", OFFLINE, qos=1, retain=True)
        if self._settings.username is not None:
            client.username_pw_set(self._settings.username, self._settings.password)
        if self._tls is not None:
            client.tls_set_context(self._tls)
        client.on_connect = self._connected
        client.on_disconnect = self._disconnected
        client.on_message = self._receive
        client.on_publish = self._answered
        return client

    def _turn(self, client: Client) -> None:
        """Wait for something to do, and do it."""
        broker, poll = client.socket(), select.poll()
        if broker is None:
            return
        poll.register(self._awake, select.POLLIN)
        wanted = select.POLLIN | (select.POLLOUT if client.want_write() else 0)
        poll.register(broker, wanted)
        pending = getattr(broker, "pending", lambda: 0)()
        ready = dict(poll.poll(0 if pending else 1000.0 * self._patience()))
        self._wake_up()
        happened = ready.get(broker.fileno(), 0)
        if pending or happened & ~select.POLLOUT:
            client.loop_read()
        if happened & select.POLLOUT:
            client.loop_write()
        client.loop_misc()
        if client.is_connected():
            self._publish_news(client)

    def _patience(self) -> float:
        if self._announce_at is None:
            return _TURN_SECONDS
        return min(_TURN_SECONDS, max(0.0, self._announce_at - time.monotonic()))

    def _connected(
        self,
        client: Client,
        _userdata: Any,
        _flags: ConnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if reason.is_failure:
            self._tell(str(reason))
            return
        _LOGGER.info("the broker %s is there", self._settings.place)
        self._problem = ""
        self._delay.succeed()
        births = {f"{self._settings.discovery_prefix}/{_STATUS}", f"{_HOME_ASSISTANT}/{_STATUS}"}
        client.subscribe([(f"{self._base}/{COMMAND}", 1), *((each, 0) for each in births)])
        self._publish(client, BRIDGE, ONLINE)
        self._announce_soon()

    def _disconnected(
        self,
        _client: Client,
        _userdata: Any,
        _flags: DisconnectFlags,
        reason: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if not (self._problem or self._is_leaving):
            self._tell(f"the connection is lost: {reason}")

    def _receive(self, _client: Client, _userdata: Any, message: MQTTMessage) -> None:
        if message.topic != f"{self._base}/{COMMAND}":
            if message.payload == ONLINE.encode():
                self._announce_soon()
            return
        if message.retain:  # it was meant for another day
            _LOGGER.info("a retained command is ignored")
            return
        name = message.payload[:32].decode("ascii", "replace")
        if name in COMMANDS:
            sent = self._command(name)
            _LOGGER.info("%s%s", name, "" if sent else ": the coach is not there")

    def _answered(
        self,
        _client: Client,
        _userdata: Any,
        number: int,
        _reason: ReasonCode,
        _properties: Properties,
    ) -> None:
        self._unanswered.discard(number)

    def _announce_soon(self) -> None:
        """Not at once: at the birth message every device of the home announces itself."""
        if self._announce_at is None:
            spread = self._task.spread_seconds * random.random()  # noqa: S311 - no secret
            self._announce_at = time.monotonic() + spread

    def _publish_news(self, client: Client) -> None:
        if self._announce_at is not None and time.monotonic() >= self._announce_at:
            self._announce(client)
        if not self._is_announced:
            return
        for name, payload in self.board.states().items():
            if len(self._unanswered) >= _MOST_UNANSWERED:
                return
            if self._published.get(name) != payload:
                self._published[name] = payload
                self._publish(client, name, payload)
        while len(self._unanswered) < _MOST_UNANSWERED:
            event = self.board.pop_event()
            if event is None:
                return
            self._publish(client, *event, retain=False)

    def _announce(self, client: Client) -> None:
        """Tell what entities there are, and then all of their states."""
        health = self._settings.health
        if not self._is_announced:
            self.board.forget_events()
            for name in () if health else OF_HEALTH:
                self._publish(client, name, "")
        self._announce_at, self._is_announced, self._published = None, True, {}
        text = discovery.payload(self._device, self._task.names, health=health)
        place = discovery.topic(self._settings.discovery_prefix, self._device)
        self._note(client.publish(place, text, qos=1, retain=True).mid)

    def _publish(self, client: Client, name: str, payload: str, *, retain: bool = True) -> None:
        sent = client.publish(f"{self._base}/{name}", payload, qos=1, retain=retain)
        self._note(sent.mid)

    def _note(self, number: int) -> None:
        self._unanswered.add(number)

    def _take_leave(self, client: Client) -> None:
        """Say that the bridge is gone, which a broker says by itself only when it was killed."""
        until = time.monotonic() + _GOODBYE_SECONDS
        last = client.publish(f"{self._base}/{BRIDGE}", OFFLINE, qos=1, retain=True)
        with suppress(RuntimeError, ValueError):  # what a message raises that cannot be sent
            while not last.is_published() and time.monotonic() < until:
                if client.loop(0.1) != 0:
                    return
        client.disconnect()
