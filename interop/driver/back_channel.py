"""Where service providers are reached by SOAP: one listener for all; the path says who is meant."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class BackChannel:
    def __init__(self):
        # Whose turn it is: the adapter, its service providers, and who hears what arrives.
        self.adapter, self.service_providers, self.heard = None, {}, None
        # Why the library did not answer the last message, if it did not.
        self.problem = None
        back_channel = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                status, answer = back_channel.answer(self.path, body)
                self.send_response(status)
                self.send_header("Content-Type", "text/xml; charset=utf-8")
                self.end_headers()
                self.wfile.write(answer.encode())

            def log_message(self, *_):
                pass

        self.listener = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.listener.server_port}"
        threading.Thread(target=self.listener.serve_forever, daemon=True).start()

    def answer(self, path, body):
        self.heard(body)
        self.problem = None
        try:
            sp = next(sp for sp in self.service_providers.values() if sp["slo"] == self.url + path)
            said = self.adapter("logout_request", sp, binding="soap", message=body)
            return 200, said["soap"]
        except Exception as problem:  # The case that waits for the answer tells it.
            self.problem = problem
            return 500, ""
