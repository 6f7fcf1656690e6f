"""The libraries that are driven, and the processes that drive them."""

import json
import select
import subprocess
from dataclasses import dataclass, field


class Failure(Exception):
    """A case did not come out as it must."""


class Refusal(Failure):
    """The library did not accept what it was given; some cases want that."""


class Unsupported(Exception):
    """The library cannot do that."""


@dataclass
class Library:
    """A library, how its adapter is started, and what is special about it."""

    name: str
    command: list
    version: str
    # How it sends requests and asks for logout where a case does not say.
    request_binding: str = "redirect"
    logout_binding: str = "redirect"
    # Profiles it cannot be, and checks it does not make: why. They are tried all the same, and have to fail.
    lacks: dict = field(default_factory=dict)
    # What had to be done for it beyond its documentation, by the title of the case.
    remarks: dict = field(default_factory=dict)
    # What `apply` is told of its logout services where its metadata is not all there is.
    slo: object = None


class Adapter:
    """One process per library; it keeps what the library keeps between messages."""

    def __init__(self, library, log):
        self.process = subprocess.Popen(
            library.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True)

    def __call__(self, do, sp, **job):
        self.process.stdin.write(json.dumps({"do": do, "sp": sp, **job}) + "\n")
        self.process.stdin.flush()
        ready, _, _ = select.select([self.process.stdout], [], [], 60)
        line = self.process.stdout.readline() if ready else ""
        if not line:
            raise Failure(f"the adapter ended or did not answer to '{do}'; see its log")
        answer = json.loads(line)
        if "unsupported" in answer:
            raise Unsupported(answer["unsupported"])
        if "error" in answer:
            raise Refusal(answer["error"])
        return answer["ok"]

    def stop(self):
        self.process.stdin.close()
        self.process.wait(30)
