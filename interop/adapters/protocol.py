"""How the driver and an adapter in Python talk: one JSON job per line in, one JSON answer per line out.

{"do": "response", "sp": {...}, ...}  ->  {"ok": {...}} | {"error": "why"} | {"unsupported": "why"}
"""

import json
import sys
import traceback


class Unsupported(Exception):
    """The library cannot do that; the text says what it lacks."""


class Refused(Exception):
    """The library did not accept what it was given."""


def serve(adapter):
    """Calls the method of `adapter` that a job names, until there are no more jobs."""
    # What a library prints must not be taken for an answer.
    answers, sys.stdout = sys.stdout, sys.stderr
    for line in sys.stdin:
        job = json.loads(line)
        try:
            answer = {"ok": getattr(adapter, job.pop("do"))(job.pop("sp", None), **job)}
        except Unsupported as lack:
            answer = {"unsupported": str(lack)}
        except Exception as problem:  # Whatever a library throws means that it refused.
            traceback.print_exc()
            answer = {"error": f"{type(problem).__name__}: {problem}"}
        print(json.dumps(answer), file=answers, flush=True)
