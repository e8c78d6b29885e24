"""Runs a program on a pseudo-terminal and records what it prints.

Reads a job from standard input and writes the recording to standard output, both as JSON:

    {"command": ["vim"], "cols": 80, "rows": 24, "steps": [{"keys": "x"}, {"cols": 90, "rows": 30}]}
    {"output": "<base64>", "resizes": [{"at": 120, "size": {"cols": 90, "rows": 30}}],}

A step is taken when the program has been quiet for a moment, or at the latest when the step's turn is over: some
programs are never quiet. Without steps the program ends by itself.
"""

import base64
import fcntl
import json
import os
import pty
import select
import signal
import struct
import sys
import termios
import time

QUIET = 0.06
TURN = 0.4
LIMIT = 2.9
"""Seconds: of silence, for a step, for the whole recording."""

LARGEST = 200_000
"""Bytes: what comes after them is not worth the time to compare it."""

ANSWERS = {b"\x1b[c": b"\x1b[?1;2c", b"\x1b[>c": b"\x1b[>0;276;0c", b"\x1b[6n": b"\x1b[5;5R"}
"""To the questions without which some programs wait."""


class Recording:
    """A program, and what it has printed."""

    def __init__(self, command, cols, rows):
        self.output = bytearray()
        self.resizes = []
        self.end = time.monotonic() + LIMIT
        self.is_over = False
        # The program reads its size when it starts, so it waits until the size is set.
        ready, go = os.pipe()
        self.pid, self.master = pty.fork()
        if self.pid == 0:
            os.close(go)
            os.read(ready, 1)
            os.close(ready)
            os.execvp(command[0], command)
        os.close(ready)
        self.set_size(cols, rows)
        os.close(go)

    def set_size(self, cols, rows):
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, cols, 0, 0))

    def read_until_quiet(self):
        """Reads until the program is silent after it has said something, or its turn is over."""
        turn_end = min(time.monotonic() + TURN, self.end)
        has_said = False
        while not self.is_over and time.monotonic() < turn_end:
            patience = QUIET if has_said else turn_end - time.monotonic()
            if not select.select([self.master], [], [], max(patience, 0))[0]:
                return
            has_said = True
            self.read()

    def read_until_over(self):
        while not self.is_over and time.monotonic() < self.end:
            self.read_until_quiet()

    def read(self):
        try:
            data = os.read(self.master, 65536)
        except OSError:
            data = b""
        self.output += data
        self.is_over = not data or len(self.output) >= LARGEST
        for question, answer in ANSWERS.items():
            if question in data:
                os.write(self.master, answer)

    def take(self, step):
        if "keys" in step:
            os.write(self.master, step["keys"].encode())
            return
        self.resizes.append({"at": len(self.output), "size": step})
        self.set_size(**step)

    def stop(self):
        os.killpg(self.pid, signal.SIGHUP)
        os.close(self.master)
        deadline = time.monotonic() + 0.3
        while time.monotonic() < deadline:
            if os.waitpid(self.pid, os.WNOHANG)[0]:
                return
            time.sleep(0.01)
        os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)


def main():
    job = json.load(sys.stdin)
    recording = Recording(job["command"], job["cols"], job["rows"])
    recording.read_until_quiet()
    for step in job["steps"]:
        if recording.is_over or time.monotonic() > recording.end:
            break
        recording.take(step)
        recording.read_until_quiet()
    if not job["steps"]:
        recording.read_until_over()
    recording.stop()
    output = bytes(recording.output[:LARGEST])
    resizes = [resize for resize in recording.resizes if resize["at"] <= len(output)]
    json.dump({"output": base64.b64encode(output).decode(), "resizes": resizes}, sys.stdout)


main()
