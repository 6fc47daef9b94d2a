"""godwit-web beside a real daemon: what it serves, whom it refuses, malformed HTTP, and the page in
a headless Chromium."""

import http.client
import json
import os
import re
import shutil
import socket
import subprocess
import threading
import time
import unittest

import daemon
import web_browser
from client import SERVFAIL
from test_control import ControlTest

WEB = os.path.join(os.path.dirname(os.path.dirname(daemon.PROGRAM)), "web", "godwit-web")
PICTURES = os.path.join(os.path.dirname(os.path.dirname(daemon.PROGRAM)), "pictures")
HOSTILE = "<img src=x onerror=alert(1)>.all-lame.org"
HEAD = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n"
# Elements that only somebody else's text could have made.
MARKUP = "return document.querySelectorAll('main img, main script').length"
# Until the head of a request has to be there.
HEAD_SECONDS = 10


@unittest.skipUnless(os.access(WEB, os.X_OK), "no godwit-web at " + WEB)
class WebTest(ControlTest):
    def serving(self):
        """A daemon, and a godwit-web that is nobody but one of the daemon's group."""
        resolver = self.controlled()
        os.chmod(os.path.dirname(self.read_path), 0o755)
        self.web = subprocess.Popen(
            [WEB, "--socket", self.read_path, "--listen", "127.0.0.1:0"], stderr=subprocess.PIPE,
            text=True, user="daemon", group="daemon",
            extra_groups=[os.stat(self.read_path).st_gid])
        self.addCleanup(self.end_web)
        self.port = int(re.search(r":(\d+)/", self.web.stderr.readline()).group(1))
        return resolver

    def end_web(self):
        if self.web.poll() is None:
            self.web.terminate()
        self.assertEqual(self.web.wait(5), 0)
        self.web.stderr.close()

    def ask(self, target, method="GET", host="localhost", **fields):
        """(status, fields, body)"""
        asked = http.client.HTTPConnection("127.0.0.1", self.port, timeout=15)
        try:
            asked.putrequest(method, target, skip_host=True)
            for name, value in dict(fields, **({"Host": host} if host else {})).items():
                asked.putheader(name.replace("_", "-"), value)
            asked.endheaders()
            got = asked.getresponse()
            return got.status, got.headers, got.read().decode()
        finally:
            asked.close()

    def connect_web(self):
        sock = socket.create_connection(("127.0.0.1", self.port), timeout=15)
        self.addCleanup(sock.close)
        return sock

    def send(self, octets):
        """What comes back until the connection is closed."""
        out = b""
        with self.connect_web() as sock:
            try:
                sock.sendall(octets)
                while more := sock.recv(65536):
                    out += more
            except ConnectionError:
                pass
        return out

    def fill(self):
        """Questions that are answered, and some that fail."""
        for i in range(40):
            self.client.ask("www.inzone.com", "A" if i % 3 else "AAAA")
        for name in ("nobody.inzone.com", "mail.inzone.com"):
            self.client.ask(name)
        for name in ("www.all-lame.org", HOSTILE):
            self.assertEqual(self.client.ask(name).rcode(), SERVFAIL, name)


class Served(WebTest):
    def test_what_is_served_and_to_whom(self):
        resolver = self.serving()
        self.fill()
        code, fields, body = self.ask("/")
        self.assertEqual(code, 200)
        policy = fields["Content-Security-Policy"]
        self.assertIn("default-src 'none'", policy)
        self.assertNotIn("unsafe", policy)
        self.assertEqual(fields["X-Content-Type-Options"], "nosniff")
        self.assertEqual(fields["Cache-Control"], "no-store")
        self.assertNotIn("Access-Control-Allow-Origin", fields)
        for path in re.findall(r'(?:src|href)="(/[^"]+)"', body):
            self.assertEqual(self.ask(path)[0], 200, path)
        self.assertNotRegex(body, r'(?:src|href)="(?:https?:)?//')

        (status,) = json.loads(self.ask("/api/status")[2])["lines"]
        self.assertEqual(status["state"], "answering")
        failures = json.loads(self.ask("/api/why")[2])["lines"]
        self.assertEqual(len(failures), 2)
        tree = json.loads(self.ask("/api/why?name=www.all-lame.org&type=A")[2])["lines"]
        self.assertIn("refuse", tree[0]["headline"][0])
        self.assertEqual(self.ask("/healthz")[::2], (200, "godwitd answers.\n"))
        code, fields, body = self.ask("/", method="HEAD")
        self.assertEqual((code, body), (200, ""))
        self.assertGreater(int(fields["Content-Length"]), 1000)

        self.assertEqual(self.ask("/none")[0], 404)
        self.assertEqual(self.ask("/api/explain")[0], 404)
        self.assertEqual(self.ask("/api/why?name=nothing.example")[0], 404)
        self.assertEqual(self.ask("/api/why?name=a..b")[0], 400)
        self.assertEqual(self.ask("/api/why?name=%00")[0], 400)
        self.assertEqual(self.ask("/", host=None)[0], 400)
        self.assertEqual(self.ask("/", host="evil.example:%d" % self.port)[0], 421)
        self.assertEqual(self.ask("/", host="127.0.0.1:%d" % self.port)[0], 200)
        self.assertEqual(self.ask("/", method="POST", Content_Length="0")[1]["Allow"], "GET, HEAD")
        self.assertEqual(self.ask("/", method="POST", Content_Length="0")[0], 405)
        self.assertEqual(self.ask("/", Content_Length="1")[0], 413)
        self.assertEqual(self.ask("/", Transfer_Encoding="chunked")[0], 413)
        self.assertEqual(self.ask("/", X="x" * 9000)[0], 431)
        self.assertEqual(self.ask("/" + "x" * 9000)[0], 431)

        resolver.stop()
        for path in ("/healthz", "/metrics", "/api/status"):
            code, _, body = self.ask(path)
            self.assertEqual(code, 503, path)
            self.assertIn("cannot be reached", body)
        self.assertEqual(self.ask("/")[0], 200)

    def test_metrics_are_good_for_prometheus(self):
        promtool = shutil.which("promtool")
        if promtool is None:
            self.skipTest("promtool (of the package prometheus) is not installed")
        resolver = self.serving()
        self.fill()
        code, fields, text = self.ask("/metrics")
        self.assertEqual(code, 200, text)
        self.assertIn("version=0.0.4", fields["Content-Type"])
        done = subprocess.run([promtool, "check", "metrics"], input=text, capture_output=True,
                              text=True, timeout=20)
        self.assertEqual((done.returncode, done.stdout + done.stderr), (0, ""))
        values = dict(re.findall(r"^(\w+(?:\{[^}]*\})?) (\S+)$", text, re.M))
        asked = sum(float(v) for k, v in values.items() if k.startswith("godwit_queries_total"))
        self.assertEqual(asked, resolver.counters()["queries-received"])
        resolver.stop()

    def test_a_loopback_address_unless_others_are_let_in(self):
        done = subprocess.run([WEB, "--listen", "0.0.0.0:0"], capture_output=True, text=True,
                              timeout=10)
        self.assertEqual(done.returncode, 2)
        self.assertIn("--allow-remote", done.stderr)
        done = subprocess.run([WEB, "--version"], capture_output=True, text=True, timeout=10)
        self.assertRegex(done.stdout, r"^godwit-web \d+\.\d+\.\d+$")


class Hostile(WebTest):
    def drip(self, taken):
        """An octet every half second; how long until the connection is closed."""
        sock = self.connect_web()
        began = time.monotonic()
        try:
            for octet in HEAD * 10:
                sock.sendall(bytes([octet]))
                sock.settimeout(0.5)
                try:
                    if not sock.recv(1):
                        break
                except TimeoutError:
                    pass
        except OSError:
            pass
        taken.append(time.monotonic() - began)

    def test_malformed_http(self):
        resolver = self.serving()
        taken = []
        slow = threading.Thread(target=self.drip, args=(taken,))
        slow.start()
        for octets, status in (
                (b"\x00\xff\x16\x03\x01" * 50 + b"\r\n\r\n", b"400"), (b"\r\n" * 9000, b"4"),
                (b"GET / HTTP/9.9\r\n\r\n", b"400"), (b"GET /\r\n\r\n", b"400"),
                (HEAD + b"Host: localhost\r\n\r\n", b"400"),
                (b"GET http://localhost/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                 b"400"),
                (HEAD + b"A: " + b"x" * 1_000_000 + b"\r\n\r\n", b"431"),
                (b"x" * 1_000_000, b"4"), (HEAD + b"a: b\r\n" * 9000, b"431"),
                (HEAD + b"Content-Length: 99999999999999999999\r\n\r\n", b"4"),
                (HEAD + b"Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello", b"4"),
                (HEAD + b"Bad Field\r\n\r\n", b"400"), (HEAD + b" folded\r\nX : y\r\n\r\n", b"4")):
            self.assertRegex(self.send(octets), b"^HTTP/1.1 " + status, octets[:60])
        # Many in one go are answered in their order.
        said = self.send((HEAD + b"\r\n") * 20 + HEAD + b"Connection: close\r\n\r\n")
        self.assertEqual(said.count(b"HTTP/1.1 200"), 21)
        self.assertEqual(self.ask("/healthz")[0], 200)

        held = [self.connect_web() for _ in range(100)]
        told = sum(sock.recv(200).startswith(b"HTTP/1.1 503") for sock in held[64:])
        self.assertGreaterEqual(told, 36 - 1)
        for sock in held[:60]:
            sock.sendall(HEAD + b"\r\n")
        for sock in held[:60]:
            self.assertIn(b" 200 ", sock.recv(200))
        for sock in held:
            sock.close()
        daemon.wait_for(lambda: self.send(HEAD + b"Connection: close\r\n\r\n")[:12] == b"HTTP/1.1 200",
                        5, "room")
        with open("/proc/%d/statm" % self.web.pid) as statm:
            self.assertLess(int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE"), 64 << 20)
        slow.join()
        self.assertLess(abs(taken[0] - HEAD_SECONDS), 2)
        self.assertEqual(self.ask("/healthz")[0], 200)
        resolver.stop()


class Page(WebTest):
    def setUp(self):
        super().setUp()
        reason = web_browser.reason_to_skip()
        if reason:
            self.skipTest("the page cannot be looked at: " + reason)

    def look(self, browser, width, scheme):
        browser.show(width, scheme)
        wide = browser.script("return document.documentElement.scrollWidth")
        self.assertLessEqual(wide, width, scheme)
        ground = browser.script("return getComputedStyle(document.documentElement).backgroundColor")
        light = int(re.search(r"\d+", ground).group()) > 128
        self.assertEqual(light, scheme == "light", ground)
        # The charts are drawn anew for the new width with the next numbers.
        daemon.wait_for(lambda: browser.script(
            "const svg = document.querySelector('#chart-rate svg');"
            "return svg && Math.abs(svg.viewBox.baseVal.width - svg.parentNode.clientWidth) < 2"),
            8, "a chart of this width")
        browser.picture(os.path.join(PICTURES, "godwit-web-%d-%s.png" % (width, scheme)))

    def test_the_page_shows_what_is_and_nothing_of_a_name_is_markup(self):
        resolver = self.serving()
        self.fill()
        os.makedirs(PICTURES, exist_ok=True)
        browser = web_browser.Browser()
        self.addCleanup(browser.close)
        browser.show(1280, "light")
        browser.driver.get("http://127.0.0.1:%d/" % self.port)
        daemon.wait_for(lambda: browser.text("#state") == "answering", 10, "the state")
        daemon.wait_for(lambda: len(browser.driver.find_elements("css selector", "#why details")) == 2,
                        10, "the failures")
        self.assertIn("2 workers", browser.text("#about"))
        asked = resolver.counters()["queries-received"]
        self.assertIn("%d since the start" % asked, browser.text("#tile-rate-note"))
        self.assertIn("SERVFAIL", browser.text("#rcodes"))
        self.assertIn("NXDOMAIN", browser.text("#rcodes"))
        self.assertIn("record sets", browser.text("#memory"))
        self.assertRegex(browser.text("#latency"), r"Misses[^\n]*\n[\d.]+ (µs|ms|s) ·")
        self.assertRegex(browser.text("#zones"), r"all-lame\.org\.\s+2\s+2\s")
        self.assertIn("10.53.2.2", browser.text("#servers"))
        # Live: what is asked now is counted without a reload.
        for _ in range(30):
            self.client.ask("www.inzone.com")
        daemon.wait_for(lambda: "%d since the start" % (asked + 30) in browser.text("#tile-rate-note"),
                        8, "the new questions")

        self.assertIn("<img", browser.text("#why"))
        self.assertEqual(browser.script(MARKUP), 0)
        for summary in browser.driver.find_elements("css selector", "#why summary"):
            summary.send_keys("\n")
        daemon.wait_for(lambda: browser.text("#why details[open] .tree").count("\n") > 3, 8, "a tree")
        self.assertIn("refuse", browser.text("#why"))
        self.assertIn("10.53.2.2", browser.text("#why"))
        self.assertEqual(browser.script(MARKUP), 0)
        for width in (1280, 390):
            for scheme in ("light", "dark"):
                self.look(browser, width, scheme)
        self.assertEqual(browser.complaints(), [])

        resolver.stop()
        daemon.wait_for(lambda: "cannot be reached" in browser.text("#notice"), 10, "the notice")
        self.assertEqual(browser.text("#state"), "not reachable")


if __name__ == "__main__":
    unittest.main()
