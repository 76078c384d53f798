"""Tables and loaded addresses of a page, read without a browser."""

from html.parser import HTMLParser


class Page(HTMLParser):
    """The tables of a page by their class, rows of text; all addresses; what scripts there are.

    Attributes
    ----------
    tables : list of (class, rows)
        In their order; the first row is the head.
    addresses : list of str
        Of ``src`` and ``href``.
    text : str
        All that is shown.
    """

    def __init__(self, html):
        super().__init__()
        self.tables, self.addresses, self.tags, self.text = [], [], [], ""
        self._hidden = False
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        attrs = dict(attrs)
        self.tags.append(tag)
        self.text += " "
        self._hidden = tag in ("script", "style")
        self.addresses += [attrs[name] for name in ("src", "href") if name in attrs]
        if tag == "table":
            self.tables.append((attrs.get("class"), []))
        if tag == "tr":
            self.tables[-1][1].append([])
        if tag in ("td", "th"):
            self.tables[-1][1][-1].append("")

    def handle_endtag(self, tag):
        self._hidden = False

    def handle_data(self, data):
        if self._hidden:
            return
        self.text += data
        if self.tables and self.tables[-1][1] and self.lasttag in ("td", "th", "a"):
            self.tables[-1][1][-1][-1] += data.strip()

    def table(self, kind):
        """Rows of the first table of a class, without the head."""
        return next(rows for name, rows in self.tables if name == kind)[1:]
