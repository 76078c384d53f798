"""The page in a browser: drop scans, choose elements, read the answer, keep the report."""

import threading

import pytest
import uvicorn
from scan_page import QuickWorker, page_with, scan_file

WIDE, NARROW = 1280, 400  # [pixels]
STATES = "[...document.querySelectorAll('.scan')].map(item => item.className).join()"


class Served:
    """The page on a free port, with a stand-in for what answers."""

    def __init__(self):
        self.worker = QuickWorker()
        app, self.queue = page_with(self.worker, max_upload_mb=1)
        config = uvicorn.Config(app, port=0, log_level="critical", ws="none")
        self.server = uvicorn.Server(config)
        self.thread = threading.Thread(target=self.server.run)
        self.thread.start()
        while not self.server.started:
            self.thread.join(0.01)
        port = self.server.servers[0].sockets[0].getsockname()[1]
        self.address = f"http://127.0.0.1:{port}/"

    def end(self):
        self.server.should_exit = True
        self.thread.join()


@pytest.fixture
def served():
    served = Served()
    yield served
    served.end()


@pytest.fixture
def page(browser, served):
    browser.open(served.address, WIDE)
    browser.events.clear()
    return browser


@pytest.fixture
def scans(tmp_path):
    for i in range(3):
        (tmp_path / f"run_{i}.xy").write_bytes(scan_file())
    return [tmp_path / f"run_{i}.xy" for i in range(3)]


def fill(page, **fields):
    for name, text in fields.items():
        page.look(f"document.querySelector('[name={name}]').value = {text!r}")


def wait_for_states(page, *states):
    expected = ",".join(f"scan {state}" for state in states)
    page.wait_for(f"{STATES} === {expected!r}")


def test_scans_are_dropped_answered_read_and_downloaded(page, served, scans, tmp_path):
    fill(page, wavelength="CuKa")
    page.drop_files("#drop", *scans)
    wait_for_states(page, *["answered"] * 3)
    assert "It is run_2.xy" in page.text()
    assert page.complaints() == []
    address = page.look("document.querySelector('a.report').href")
    kept = tmp_path / "kept"
    page.command("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(kept))
    page.look("document.querySelector('a.download').click()")
    page.wait_for("true")
    wait_for_file(page, kept / "run_2.xy.html")
    page.open(address, WIDE)
    assert page.text() == "Report on 4250 points"
    assert (kept / "run_2.xy.html").read_text().endswith("Report on 4250 points")


def wait_for_file(page, path):
    for _ in range(100):
        if path.exists():
            return
        page.look("new Promise(done => setTimeout(done, 50))")
    raise AssertionError(f"There is no {path}.")


def test_progress_is_shown_without_a_click(page, served, scans):
    served.worker.go.clear()
    fill(page, wavelength="CuKa")
    page.choose_files("#files", *scans)
    page.look("document.querySelector('button.main').click()")
    wait_for_states(page, "waiting", "waiting", "answering")
    assert "2 before it" in page.text()
    served.worker.go.set()
    wait_for_states(page, *["answered"] * 3)


def test_elements_are_chosen_in_the_periodic_table(page, served, scans):
    page.look("document.getElementById('table').open = true")
    for symbol in ("Na", "K", "O", "Cl", "O"):
        page.look(f"document.querySelector('[data-symbol={symbol}]').click()")
    page.look("document.getElementById('target').value = 'cannot'")
    page.look("document.querySelector('[data-symbol=F]').click()")
    fill(page, wavelength="CuKa")
    page.drop_files("#drop", scans[0])
    wait_for_states(page, "answered")
    known = served.worker.asked[0][3]["known"]
    assert (known["elements"], known["cannot"]) == ("Na,K,Cl", "F")
    assert page.complaints() == []


def test_a_missing_wavelength_is_typed_while_others_are_answered(page, served, scans):
    page.drop_files("#drop", scans[0])
    wait_for_states(page, "incomplete")
    page.look("document.querySelector('.scan input').value = 'Cu'")
    served.worker.go.clear()
    fill(page, wavelength="CuKa")
    page.drop_files("#drop", scans[1])
    wait_for_states(page, "answering", "incomplete")
    served.worker.go.set()
    wait_for_states(page, "answered", "incomplete")
    assert page.look("document.querySelector('.scan input').value") == "Cu"
    page.look("document.querySelector('.scan.incomplete form').requestSubmit()")
    wait_for_states(page, "answered", "answered")


def test_mistakes_are_said_and_the_rest_goes_on(page, scans, tmp_path):
    (tmp_path / "notes.txt").write_text("no scan")
    (tmp_path / "large.xy").write_bytes(bytes(1_100_000))
    fill(page, wavelength="CuKa")
    page.drop_files("#drop", tmp_path / "notes.txt", tmp_path / "large.xy", scans[0])
    wait_for_states(page, "answered", "failed")
    said = page.look("document.getElementById('mistakes').innerText")
    assert "Cannot read notes.txt: it holds no scan" in said
    assert "large.xy has 1.1 MB, and an upload has at most 1 MB" in said


def test_a_server_that_has_ended_is_said(page, served):
    served.end()
    page.look("update()")
    page.wait_for("!document.getElementById('gone').hidden")
    assert "The server has ended" in page.text()


@pytest.mark.parametrize("width", [WIDE, NARROW])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_page_fits_its_window(page, served, scans, width, scheme):
    feature = {"name": "prefers-color-scheme", "value": scheme}
    page.command("Emulation.setEmulatedMedia", features=[feature])
    page.open(served.address, width)
    fill(page, wavelength="CuKa")
    page.drop_files("#drop", *scans)
    wait_for_states(page, *["answered"] * 3)
    page.look("document.getElementById('table').open = true")
    assert page.look("document.documentElement.scrollWidth") <= width
    assert page.look("getComputedStyle(document.body).backgroundColor") == (
        "rgb(255, 255, 255)" if scheme == "light" else "rgb(20, 23, 26)"
    )
    assert page.complaints() == []
    page.command("Emulation.setEmulatedMedia", features=[])


def test_the_page_works_without_its_script(page, served, scans):
    page.command("Emulation.setScriptExecutionDisabled", value=True)
    page.open(served.address, WIDE)
    fill(page, wavelength="CuKa")
    page.choose_files("#files", scans[0])
    page.look("document.getElementById('ask').submit()")
    page.wait_for(
        "document.readyState === 'complete' && !!document.querySelector('.scan.answered')"
    )
    page.command("Emulation.setScriptExecutionDisabled", value=False)
    assert "It is run_0.xy" in page.text()
