"""Real nginx in front of what a test serves, with the files that are shipped."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import ssl
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.serving import ROOT, free_port

SHIPPED = ROOT / "deploy" / "nginx"
NGINX = shutil.which("nginx") or next((found for found in ("/usr/sbin/nginx",) if Path(found).exists()), None)
NO_NGINX = "Tests of the proxy need nginx; on Debian: apt-get install nginx-light openssl."

MAIN = """
daemon off;
{user}
pid {folder}/nginx.pid;
error_log {folder}/nginx.log crit;
worker_processes 2;
events {{ worker_connections 512; }}
http {{
    access_log off;
    client_body_temp_path {folder}/body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


def need_nginx() -> str:
    """The path of nginx; the test is skipped without it, or fails where it is required."""
    if NGINX and shutil.which("openssl"):
        return NGINX
    if os.environ.get("PICUM_REQUIRE_BROWSER") == "1":
        pytest.fail(f"PICUM_REQUIRE_BROWSER=1, and there is none. {NO_NGINX}")
    pytest.skip(NO_NGINX)


def make_certificate(folder: Path) -> Path:
    """A certificate for this machine and its key, in one folder."""
    command = shlex.split(
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=localhost"
    )
    names = ["-addext", "subjectAltName=IP:127.0.0.1,DNS:localhost"]
    files = ["-keyout", str(folder / "key.pem"), "-out", str(folder / "certificate.pem")]
    subprocess.run([*command, *names, *files], check=True, capture_output=True)
    return folder / "certificate.pem"


class Nginx:
    """One nginx with a shipped file, whose ports and paths are those of the test. ``ports`` maps those of the file to
    those of the test.
    """

    def __init__(
        self, folder: Path, shipped: str, ports: Mapping[int, int], *, secret: str = "", path: str = "/assistant/"
    ) -> None:
        folder.mkdir(exist_ok=True)
        self._folder, program = folder, need_nginx()
        self.port, self.certificate = free_port(), make_certificate(folder)
        self.address = f"https://127.0.0.1:{self.port}"
        shutil.copy(SHIPPED / "picum-proxy.conf", folder)
        (folder / "picum-secret.conf").write_text(f'set $picum_secret "{secret}";\n', encoding="utf-8")
        text = self._substituted(shipped, ports).replace("/assistant/", path)
        (folder / "site.conf").write_text(text, encoding="utf-8")
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(MAIN.format(folder=folder, user=user), encoding="utf-8")
        self._command = [program, "-c", str(folder / "nginx.conf"), "-p", str(folder)]
        checked = subprocess.run([*self._command, "-t", "-q"], capture_output=True, text=True, check=False)
        assert checked.returncode == 0, checked.stderr
        assert "warn" not in checked.stderr, checked.stderr
        self._process = subprocess.Popen(self._command, stderr=subprocess.DEVNULL)
        until = time.monotonic() + 20
        while not (folder / "nginx.pid").exists() or not (folder / "nginx.pid").read_text(encoding="utf-8"):
            assert time.monotonic() < until
            time.sleep(0.02)

    def _substituted(self, shipped: str, ports: Mapping[int, int]) -> str:
        text = (SHIPPED / shipped).read_text(encoding="utf-8")
        text = re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.MULTILINE)  # not every machine has IPv6
        for of_the_file, of_the_test in {80: free_port(), 443: self.port}.items():
            text = re.sub(rf"listen {of_the_file}\b", f"listen 127.0.0.1:{of_the_test}", text)
        for of_the_file, of_the_test in ports.items():
            assert f"127.0.0.1:{of_the_file}" in text
            text = text.replace(f"127.0.0.1:{of_the_file}", f"127.0.0.1:{of_the_test}")
        replaced = {
            "intranet.example.org;": "127.0.0.1;",
            "/etc/ssl/certs/intranet.example.org.pem": str(self.certificate),
            "/etc/ssl/private/intranet.example.org.key": str(self._folder / "key.pem"),
            "/etc/nginx/snippets": str(self._folder),
            "/var/log/nginx": str(self._folder),
        }
        for theirs, ours in replaced.items():
            text = text.replace(theirs, ours)
        return text

    @property
    def trust(self) -> ssl.SSLContext:
        """What makes a client believe the certificate."""
        return ssl.create_default_context(cafile=self.certificate)

    @property
    def logged(self) -> str:
        """All that it wrote."""
        return "".join(file.read_text(encoding="utf-8") for file in self._folder.glob("*.log"))

    def reload(self) -> None:
        """``nginx -s reload``."""
        subprocess.run([*self._command, "-s", "reload"], check=True, capture_output=True)

    def close(self) -> None:
        """End it."""
        self._process.send_signal(signal.SIGTERM)
        self._process.wait(10)
