"""The application: what each request is answered, and what it refuses."""

import re
import time

import pytest
from scan_page import FACTS, QuickWorker, client_of, page_with, scan_file

from xrdmatch._commands.server import intake

COPPER = {"wavelength": "CuKa"}
DATA = {"accept": "application/json"}


@pytest.fixture
def worker():
    return QuickWorker()


@pytest.fixture
def app(worker):
    app, queue = page_with(worker, max_upload_mb=1)
    yield app
    queue.close()


@pytest.fixture
def client(app):
    client = client_of(app)
    client.get("/")
    return client


def upload(client, *names, content=None, fields=COPPER, **options):
    files = [("files", (name, content or scan_file())) for name in names]
    return client.post("/scans", data=fields, files=files, **options)


def listed(client, until="answered", n=1):
    """List of scans when `n` of them have reached a state."""
    end = time.monotonic() + 5
    while (text := client.get("/scans").text).count(f'class="scan {until}"') < n:
        assert time.monotonic() < end, text
        time.sleep(0.01)
    return text


def id_of(text, label):
    return re.search(rf'id="scan-([\w-]+)">\s*<div class="title"><b>{re.escape(label)}<', text)[1]


def test_the_page_names_the_library(client):
    text = client.get("/").text
    assert FACTS["name"] in text
    assert "7 structures" in text
    assert "No scans yet" in text


def test_the_page_says_what_is_to_be_said_of_the_library(worker):
    app, queue = page_with(worker, facts=FACTS | {"remark": "Only <standards>."})
    assert "Only &lt;standards&gt;." in client_of(app).get("/").text
    queue.close()


def test_a_scan_is_uploaded_answered_and_reported(client):
    answer = upload(client, "salt.xy", fields=COPPER | {"elements": "Na,K,Cl", "phases": "2"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    text = listed(client)
    assert "It is salt.xy" in text
    report = client.get(f"/reports/{id_of(text, 'salt.xy')}")
    assert "Report on 4250 points" in report.text
    assert "content-disposition" not in report.headers


def test_what_is_said_on_the_page_is_asked(client, worker):
    upload(client, "salt.xy", fields=COPPER | {"elements": "Na,K,Cl", "phases": "2"})
    listed(client)
    ((what, source, scan, asked, reading, notes),) = worker.asked
    assert (what, source, scan.name) == ("answer", ("salt.xy", None), "salt.xy")
    assert (reading["wavelength"], notes) == ("CuKa", ())
    assert scan.radiation.wavelength == pytest.approx(1.5419, abs=1e-3)
    assert asked["phases"] == 2
    assert asked["known"]["elements"] == "Na,K,Cl"


def test_many_scans_at_once(client):
    names = [f"run_{i}.xy" for i in range(5)]
    upload(client, *names)
    text = listed(client, n=5)
    assert [text.index(name) for name in names] == sorted(map(text.index, names), reverse=True)


def test_a_report_is_downloaded_under_a_harmless_name(client):
    upload(client, 'a "b"\r\nX: y/../ü %.xy')
    text = listed(client)
    name = re.search(r"/reports/([\w-]+)\?download=1", text)[1]
    answer = client.get(f"/reports/{name}?download=1")
    assert re.fullmatch(
        r'attachment; filename="[\w.-]+\.html"', answer.headers["content-disposition"]
    )


def test_a_bad_upload_stops_no_other(client):
    files = [("files", ("notes.txt", b"no scan")), ("files", ("salt.xy", scan_file()))]
    assert client.post("/scans", data=COPPER, files=files).status_code == 303
    text = listed(client)
    assert "Cannot read notes.txt: it holds no scan" in text
    assert "It is salt.xy" in text


def test_an_upload_that_is_no_scan_is_refused_and_listed(client):
    answer = upload(client, "cat.png", content=b"\x89PNG\r\n\x1a\n", headers=DATA)
    assert answer.status_code == 415
    assert "it is an image (PNG)" in answer.json()["error"]
    assert "it is an image (PNG)" in listed(client, "failed")
    page = upload(client, "cat.png", content=b"\x89PNG\r\n\x1a\n")
    assert page.status_code == 415
    assert "it is an image (PNG)" in page.text
    assert "Back to the scans" in page.text


def test_names_are_labels_and_shown_as_text(client, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    upload(client, "../../<script>alert(1)<b>.xy")
    text = listed(client)
    assert "&lt;script&gt;alert(1)&lt;b&gt;.xy" in text
    assert "<script>" not in text
    assert [*tmp_path.rglob("*")] == []


def test_a_missing_wavelength_is_asked_for_and_taken(client, worker):
    upload(client, "salt.xy", fields={"elements": "Na,K,Cl"})
    name = id_of(listed(client, "incomplete"), "salt.xy")
    wrong = client.post(f"/scans/{name}/wavelength", data={"wavelength": "gold"}, headers=DATA)
    assert wrong.status_code == 400
    assert "got 'gold'" in wrong.json()["error"]
    empty = client.post(f"/scans/{name}/wavelength", data={"wavelength": ""}, headers=DATA)
    assert "lacks its wavelength" in empty.json()["error"]
    assert worker.asked == []
    assert client.post(f"/scans/{name}/wavelength", data=COPPER).status_code == 303
    assert "wavelength needed" not in listed(client)
    assert worker.asked[0][3]["known"]["elements"] == "Na,K,Cl"


def test_files_that_wait_for_their_wavelength_have_a_limit(client, monkeypatch):
    monkeypatch.setattr(intake, "HELD", 0)
    app, queue = page_with(QuickWorker())
    full = client_of(app)
    full.get("/")
    answer = upload(full, "salt.xy", fields={}, headers=DATA)
    queue.close()
    assert answer.status_code == 429
    assert "give the wavelength with the files" in answer.json()["error"]


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"wavelength": "gold"}, "got 'gold'; write CuKa"),
        ({"elements": "Xx"}, "got 'Xx'"),
        ({"elements": "Na", "must": "Cl"}, "take it out of “must”"),
        ({"phases": "100"}, "“phases” is one of"),
    ],
)
def test_a_mistake_in_a_field_is_said_and_nothing_is_asked(client, worker, fields, sentence):
    answer = upload(client, "salt.xy", fields=fields, headers=DATA)
    assert answer.status_code == 400
    assert sentence in answer.json()["error"]
    assert "No scans yet" in client.get("/").text
    assert worker.asked == []


@pytest.mark.parametrize("sent", [{"data": COPPER}, {"files": {"other": ("a", b"1")}}])
def test_no_file_is_a_mistake(client, sent):
    answer = client.post("/scans", headers=DATA, **sent)
    assert answer.status_code == 400
    assert "No file was sent" in answer.json()["error"]


def test_two_people_do_not_see_each_other(app, client):
    upload(client, "mine.xy")
    name = id_of(listed(client), "mine.xy")
    other = client_of(app)
    assert "mine.xy" not in other.get("/").text
    assert "mine.xy" not in other.get("/scans").text
    assert other.get(f"/reports/{name}").status_code == 404
    for what in ("remove", "wavelength"):
        answer = other.post(f"/scans/{name}/{what}", data=COPPER, headers=DATA)
        assert answer.status_code == 404
        assert "no such scan among yours" in answer.json()["error"]
    other.post("/scans/remove-done")
    assert "mine.xy" in client.get("/scans").text


def test_without_the_page_first_nothing_is_taken(app):
    stranger = client_of(app)
    answer = upload(stranger, "salt.xy", headers=DATA)
    assert answer.status_code == 403
    assert "open it at / and allow its cookie" in answer.json()["error"]
    assert stranger.get("/scans").status_code == 403


def test_a_browser_that_was_closed_finds_its_scans_again(app, client, worker):
    worker.go.clear()
    upload(client, "salt.xy")
    cookies = dict(client.cookies)
    client.close()
    worker.go.set()
    assert "It is salt.xy" in listed(client_of(app, cookies=cookies))


def test_the_cookie_is_the_servers_alone(app):
    cookie = client_of(app).get("/").headers["set-cookie"]
    assert cookie.startswith("xrdmatch-8080=")
    assert {"HttpOnly", "SameSite=strict"} <= {part.strip() for part in cookie.split(";")}


def test_scans_are_removed(client, worker):
    upload(client, "a.xy", "b.xy", "c.xy")
    name = id_of(listed(client, n=3), "b.xy")
    assert client.post(f"/scans/{name}/remove").status_code == 303
    assert "b.xy" not in client.get("/scans").text
    worker.go.clear()
    upload(client, "d.xy")
    client.post("/scans/remove-done")
    text = listed(client, "answering")
    assert re.findall(r"<b>(\w\.xy)</b>", text) == ["d.xy"]
    client.post(f"/scans/{id_of(text, 'd.xy')}/remove")
    assert worker.n_ended == 1


def test_one_report_of_all_answers(client, worker):
    nothing = client.post("/scans/report", headers=DATA)
    assert nothing.status_code == 400
    assert "scans that are answered, and none is" in nothing.json()["error"]
    upload(client, "a.xy")
    assert "One report of all" not in listed(client)
    upload(client, "b.xy")
    assert "One report of all" in listed(client, n=2)
    assert client.post("/scans/report").status_code == 303
    name = id_of(listed(client, n=3), "all scans")
    assert "Report on a.xy, b.xy" in client.get(f"/reports/{name}").text


def test_there_is_no_report_before_the_answer(client, worker):
    worker.go.clear()
    upload(client, "salt.xy")
    name = id_of(listed(client, "answering"), "salt.xy")
    answer = client.get(f"/reports/{name}", headers=DATA)
    assert answer.status_code == 404
    assert "wait for its answer" in answer.json()["error"]


def test_pages_load_nothing_from_elsewhere(client):
    upload(client, "salt.xy")
    name = id_of(listed(client), "salt.xy")
    for address in ("/", f"/reports/{name}"):
        policy = client.get(address).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "http" not in policy
    assert "sandbox" in policy
    assert "allow-same-origin" not in policy
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", client.get("/").text)


@pytest.mark.parametrize("path", ["/nothing", "/static/../app.py", "/static/%2e%2e/frame.html"])
def test_no_other_file_is_served(client, path):
    assert client.get(path).status_code == 404


def test_styles_and_script_are_served(client):
    assert "css" in client.get("/static/serve.css").headers["content-type"]
    assert "javascript" in client.get("/static/serve.js").headers["content-type"]


def test_a_fault_is_said_and_ends_nothing(app, worker, monkeypatch):
    careful = client_of(app, raise_server_exceptions=False)
    careful.get("/")
    with monkeypatch.context() as patch:
        patch.setattr(intake, "read_upload", lambda *given: 1 / 0)
        answer = upload(careful, "salt.xy", headers=DATA)
    assert answer.status_code == 500
    assert "ZeroDivisionError: division by zero" in answer.json()["error"]
    assert upload(careful, "salt.xy").status_code == 303


def test_the_queue_ends_with_the_server(worker):
    app, _ = page_with(worker)
    with client_of(app) as client:
        client.get("/")
        assert not worker.is_closed
    assert worker.is_closed
