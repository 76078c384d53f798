"""What a report is like in a browser."""

# What stands in closed parts is drawn only when they are opened.
FIGURES = """[...document.querySelectorAll("figure.picture")]
  .filter((figure) => !figure.closest("details:not([open])"))"""
ENDED = f"""{FIGURES}.every((figure) => ["drawn", "failed"].includes(figure.dataset.state))"""
LOOK = f"""({{
  states: {FIGURES}.map((figure) => figure.dataset.state),
  canvases: {FIGURES}.map((figure) => figure.querySelector(".plot").getBoundingClientRect().height),
  width: innerWidth,
  needed: document.documentElement.scrollWidth,
}})"""


def drawn_page(browser, html, width, folder):
    """Open a report in a window of some width [pixels], and wait until it is drawn.

    Returns what it is like: how its pictures ended, their heights, and the width that is needed.
    """
    page = folder / "page.html"
    page.write_text(html, encoding="utf-8")
    browser.events.clear()
    browser.open(page.as_uri(), width)
    browser.wait_for(ENDED)
    return browser.look(LOOK)
