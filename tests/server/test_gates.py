"""Gates: what is too large, for another host, or from another site goes no further."""

import http.client
import socket
import threading

import pytest
import uvicorn
from scan_page import QuickWorker, client_of, page_with, scan_file

COPPER = {"wavelength": "CuKa"}
DATA = {"accept": "application/json"}
MB = 1_000_000


@pytest.fixture(scope="module")
def app():
    app, queue = page_with(QuickWorker(), max_upload_mb=1)
    yield app
    queue.close()


@pytest.fixture
def client(app):
    client = client_of(app)
    client.get("/")
    return client


@pytest.fixture(scope="module")
def port(app):
    """Port of a server on this machine."""
    server = uvicorn.Server(uvicorn.Config(app, log_level="critical", lifespan="off", ws="none"))
    with socket.create_server(("127.0.0.1", 0)) as door:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [door]})
        thread.start()
        yield door.getsockname()[1]
        server.should_exit = True
        thread.join()


def post(client, **headers):
    files = {"files": ("salt.xy", scan_file())}
    return client.post("/scans", data=COPPER, files=files, headers=DATA | headers)


@pytest.mark.parametrize("host", ["127.0.0.1:8080", "localhost:8080", "[::1]:8080", "10.0.0.7"])
def test_own_names_and_addresses_pass(client, host):
    assert client.get("/", headers={"host": host}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example:8080", "", "[::1"])
def test_a_name_that_was_made_to_lead_here_is_refused(client, host):
    answer = client.get("/", headers={"host": host})
    assert answer.status_code == 403
    assert "open it at the address that it printed" in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"origin": "http://evil.example"},
        {"origin": "null"},
        {"origin": "http://127.0.0.1:9999"},
        {"origin": "https://127.0.0.1:8080"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
    ],
)
def test_pages_of_other_sites_change_nothing(client, headers):
    answer = post(client, **headers)
    assert answer.status_code == 403
    assert "Only the server's own page may send this" in answer.text
    assert "No scans yet" in client.get("/").text


def test_the_own_page_may_send(client):
    own = {"origin": "http://127.0.0.1:8080", "sec-fetch-site": "same-origin"}
    assert post(client, **own).status_code == 200


def connection(port):
    """Connection with a session, and its cookie."""
    made = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    made.request("GET", "/")
    answer = made.getresponse()
    answer.read()
    return made, {"Cookie": answer.getheader("set-cookie").split(";")[0], "Accept": DATA["accept"]}


def test_200_mb_are_refused_before_they_are_read(port):
    made, headers = connection(port)
    headers |= {"Content-Length": str(200 * MB), "Expect": "100-continue"}
    headers["Content-Type"] = "multipart/form-data; boundary=x"
    made.request("POST", "/scans", headers=headers)  # and nothing of the body
    answer = made.getresponse()
    assert answer.status == 413
    assert b"An upload has at most 1 MB; send fewer files" in answer.read()
    made.close()


def test_who_sends_200_mb_all_the_same_reads_the_answer(port):
    """Browsers show the answer when they have sent all; what they send is thrown away."""
    made, headers = connection(port)
    made.putrequest("POST", "/scans")
    for name, value in (headers | {"Content-Length": str(200 * MB)}).items():
        made.putheader(name, value)
    made.endheaders()
    for _ in range(200):
        made.send(bytes(MB))
    answer = made.getresponse()
    assert answer.status == 413
    assert b"An upload has at most 1 MB" in answer.read()
    made.close()


def test_a_body_of_unsaid_length_is_read_no_further_than_allowed(client):
    sent = []

    def pieces():
        head = b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.xy"\r\n\r\n'
        yield head
        for _ in range(50):
            sent.append(1)
            yield bytes(100_000)

    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = client.post("/scans", content=pieces(), headers=DATA | kind)
    assert answer.status_code == 413
    assert "An upload has at most 1 MB" in answer.json()["error"]


def test_requests_without_files_are_small(client):
    answer = client.post("/scans/x/wavelength", data={"wavelength": "1" * 100_000}, headers=DATA)
    assert answer.status_code == 413
    assert "at most 64 kB" in answer.json()["error"]


@pytest.mark.parametrize(
    "body", [b"", b"--x\r\nnonsense", b"--y\r\n\r\n--y--", b"--x\r\n" + b"a" * 100_000]
)
def test_a_damaged_form_is_a_mistake(client, body):
    kind = {"content-type": "multipart/form-data; boundary=x"}
    answer = client.post("/scans", content=body, headers=DATA | kind)
    assert answer.status_code == 400
    assert answer.json()["error"]


def test_a_browser_that_is_closed_in_the_middle_leaves_the_server_alone(port):
    made, headers = connection(port)
    made.putrequest("POST", "/scans")
    headers |= {"Content-Type": "multipart/form-data; boundary=x", "Content-Length": str(MB)}
    for name, value in headers.items():
        made.putheader(name, value)
    made.endheaders()
    made.send(b'--x\r\nContent-Disposition: form-data; name="files"; filename="a.xy"\r\n\r\n20 1\n')
    made.close()
    again, headers = connection(port)
    again.request("GET", "/scans", headers=headers)
    assert again.getresponse().status == 200
    again.close()
