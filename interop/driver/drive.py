"""Drives service providers made of other people's libraries against the running identity provider.

Started by scripts/interop. Arguments: the idp-server binary, the directory for everything that is made.
"""

import argparse
import secrets
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import logout  # noqa: F401  (adds its cases)
from back_channel import BackChannel
from cases import CASES
from installed import libraries
from libraries import Adapter, Failure, Unsupported
from matrix import FAILED, LACKING, OK, Matrix
from profiles import PROFILES, configuration, service_provider
from scene import Scene
from schemas import Heard, judge
from server import Server

HERE = Path(__file__).resolve().parents[1]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("binary", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--only", default="", help="cases whose title contains this")
    parser.add_argument("--library", default="", help="this library only")
    arguments = parser.parse_args()
    run = Run(arguments.binary.resolve(), arguments.target.resolve())
    try:
        run.prepare([lib for lib in libraries(HERE, run.target)
                     if arguments.library in (lib.name, "")])
        for library in run.matrix.libraries:
            run.drive(library, arguments.only)
    finally:
        run.server.stop()
    about = f"Run on {time.strftime('%Y-%m-%d', time.gmtime())} with " + ", ".join(
        f"{lib.name} {lib.version}" for lib in run.matrix.libraries) + "."
    (run.target / "matrix.md").write_text(run.matrix.markdown(about), encoding="utf-8")
    print(f"{run.matrix.text()}\n\n{about}\n{run.matrix.summary()}\n"
          f"The matrix with its notes: {run.target / 'matrix.md'}")
    return 1 if run.matrix.counted(FAILED) else 0


class Run:
    def __init__(self, binary, target):
        self.target, self.data = target, target / "data"
        self.server = Server(binary, self.data, free_port())
        self.password = secrets.token_urlsafe(12)
        self.back_channel = BackChannel()
        self.registered, self.matrix = {}, None

    def prepare(self, found):
        """An identity provider with keys, a person, and every service provider of every library."""
        for name in ("messages", "logs"):
            shutil.rmtree(self.target / name, ignore_errors=True)
        (self.target / "logs").mkdir()
        self.matrix = Matrix(found)
        self.server.run("migrate")
        # The first key, rsa-2048, is made by the first start.
        for kind in ("rsa-3072", "ec-p256"):
            self.server.run("keys", "generate", "--kind", kind)
        self.server.run("apply", str(HERE / "config.toml"), INTEROP_PASSWORD=self.password)
        for use in ("signing", "encryption"):
            certificate(self.data / f"sp-{use}")
        self.server.start()
        (self.data / "idp-metadata.xml").write_text(self.server.read("/saml/metadata"), encoding="utf-8")
        for library in found:
            self.register(library)

    def register(self, library):
        """Every profile: the first by `sp import`, then all by one configuration file."""
        with open(self.target / "logs" / f"{library.name}.log", "a", encoding="utf-8") as log:
            adapter = Adapter(library, log)
        self.registered[library.name] = adapter, (sps := {})
        lines = []
        for profile in PROFILES:
            sp = service_provider(library.name, profile, self.back_channel.url, self.data)
            try:
                lines.append(self.described(library, adapter, sp, profile))
                sps[profile] = sp
            except (Failure, Unsupported):
                # A library that lacks something may not even be able to describe itself.
                if profile not in library.lacks:
                    raise
        config = self.data / f"{library.name}.toml"
        config.write_text("\n".join(lines), encoding="utf-8")
        self.server.run("apply", str(config))

    def described(self, library, adapter, sp, profile):
        """Its metadata as a file, and the lines of the configuration file."""
        file = self.data / f"{library.name}-{profile}.xml"
        file.write_text(adapter("metadata", sp)["xml"], encoding="utf-8")
        if profile == "plain":
            self.server.run("sp", "import", str(file))
        return configuration(sp, profile, file, library.slo(sp) if library.slo else None)

    def drive(self, library, only):
        """Every case for one library, and then the schemas over all that it was sent."""
        adapter, sps = self.registered[library.name]
        heard = Heard(self.target / "messages" / library.name)
        heard((self.data / "idp-metadata.xml").read_text(encoding="utf-8"))
        channel = self.back_channel
        channel.adapter, channel.service_providers, channel.heard = adapter, sps, heard
        scene = Scene(library, adapter, self.server, sps, self.password, heard, channel)
        for title, case in CASES:
            if only in title:
                heard.case = title
                scene.lacking.clear()
                self.note(title, library, lambda: case(scene), scene.lacking)
        self.note("All that we sent it follows the schemas", library, lambda: judge(heard.files))
        adapter.stop()

    def note(self, title, library, case, lacking=()):
        print(f"    {library.name}: {title}", end=" ", file=sys.stderr, flush=True)
        try:
            case()
            verdict, why = OK, library.remarks.get(title, "")
            if lacking:
                verdict, why = FAILED, f"it works; this is no longer true: it {lacking[0]}"
        except Unsupported as lack:
            verdict, why = LACKING, lack
        except Failure as failure:
            verdict, why = (LACKING, lacking[0]) if lacking else (FAILED, failure)
        except Exception as problem:  # A mistake of ours in a case must not hide the other cases.
            verdict, why = FAILED, f"{type(problem).__name__}: {problem}"
        print("… " + verdict + (f": {why}" if verdict == FAILED else ""), file=sys.stderr)
        self.matrix.add(title, library, verdict, why)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def certificate(stem):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj",
         "/CN=interop", "-keyout", f"{stem}.key", "-out", f"{stem}.crt"],
        check=True, capture_output=True)


if __name__ == "__main__":
    sys.exit(main())
