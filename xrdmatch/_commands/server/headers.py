"""Security headers of pages: nothing is loaded from elsewhere, cached or framed."""

_COMMON = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


def _with_policy(*rules):
    return _COMMON | {"Content-Security-Policy": "; ".join(("default-src 'none'", *rules))}


PAGE_HEADERS = _with_policy(
    "script-src 'self'",
    "style-src 'self'",
    "connect-src 'self'",
    "img-src 'self' data:",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
)
# A report brings its own script and styles, and must not act as the page that it is opened from.
REPORT_HEADERS = _with_policy(
    "script-src 'unsafe-inline'",
    "style-src 'unsafe-inline'",
    "img-src data: blob:",
    "font-src data:",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "sandbox allow-scripts allow-downloads allow-modals",
)
