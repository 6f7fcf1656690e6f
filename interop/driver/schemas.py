"""Everything the identity provider emitted, judged by the schemas of OASIS and the W3C."""

import os
import re
import subprocess
from pathlib import Path

from libraries import Failure

SCHEMAS = Path(__file__).resolve().parents[2] / "crates/idp-core/tests/schemas"


class Heard:
    """Keeps what was heard in files, one per message."""

    def __init__(self, directory):
        self.directory, self.files = directory, []
        self.case = "metadata"
        directory.mkdir(parents=True, exist_ok=True)

    def __call__(self, xml):
        root = re.search(r"<(?:\w+:)?(\w+)", xml)[1]
        name = f"{len(self.files):03}-{re.sub(r'[^A-Za-z0-9]+', '-', self.case)[:50]}-{root}.xml"
        path = self.directory / name
        path.write_text(xml, encoding="utf-8")
        self.files.append(path)


def judge(files):
    """Fails with what xmllint finds wrong; tells how many documents there were."""
    done = subprocess.run(
        ["xmllint", "--nonet", "--noout", "--schema", str(SCHEMAS / "saml.xsd"), *map(str, files)],
        env=dict(os.environ, XML_CATALOG_FILES=str(SCHEMAS / "catalog.xml")),
        capture_output=True, text=True, check=False)
    if done.returncode != 0:
        wrong = [line for line in done.stderr.splitlines() if "error" in line]
        raise Failure("; ".join(wrong[:3]))
    return f"{len(files)} documents"
