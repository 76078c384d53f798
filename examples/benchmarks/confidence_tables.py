def included(report):
    return ""


def draw(report, path):
    pass
