"""The identity provider that is driven: the real binary, on an empty SQLite database."""

import os
import shutil
import subprocess
import time
import urllib.request


class Server:
    def __init__(self, binary, directory, port):
        self.binary, self.directory, self.process = binary, directory, None
        self.url = f"http://localhost:{port}"
        shutil.rmtree(directory, ignore_errors=True)
        directory.mkdir(parents=True)
        # Settings of another installation must not reach this one.
        self.environment = {k: v for k, v in os.environ.items() if not k.startswith("IDP_")}
        self.environment |= {
            "IDP_LISTEN": f"127.0.0.1:{port}",
            "IDP_PUBLIC_URL": self.url,
            "IDP_DATABASE_URL": f"sqlite:{directory / 'idp.sqlite3'}",
            "IDP_KEY_DIRECTORY": str(directory / "keys"),
            "IDP_METADATA_ALLOWED_NETWORKS": "127.0.0.0/8,::1",
        }

    def run(self, *arguments, **environment):
        """One command of idp-server; what it printed, or a RuntimeError with its complaint."""
        done = subprocess.run(
            [self.binary, *arguments], cwd=self.directory, env=self.environment | environment,
            capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"idp-server {arguments[0]} ended with {done.returncode}:\n"
                               f"{done.stdout}{done.stderr}")
        return done.stdout

    def start(self):
        log = open(self.directory / "idp-server.log", "wb")
        self.process = subprocess.Popen(
            [self.binary, "serve"], cwd=self.directory, env=self.environment,
            stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        until = time.monotonic() + 60
        while time.monotonic() < until and self.process.poll() is None:
            try:
                return self.read("/healthz")
            except OSError:
                time.sleep(0.1)
        raise RuntimeError(f"idp-server does not answer; see {self.directory}/idp-server.log")

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait(30)

    def read(self, path):
        with opener.open(self.url + path, timeout=30) as answer:
            return answer.read().decode()

    def soap(self, path, body):
        request = urllib.request.Request(self.url + path, body.encode(), {
            "Content-Type": "text/xml; charset=utf-8",
            "SOAPAction": "http://www.oasis-open.org/committees/security"})
        with opener.open(request, timeout=60) as answer:
            return answer.read().decode()


opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
