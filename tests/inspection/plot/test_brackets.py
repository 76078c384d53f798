"""Brackets along rows of one group."""

import matplotlib.pyplot as plt

from xrdmatch.inspection._plot.brackets import draw_brackets


def test_a_bracket_for_each_run():
    _, ax = plt.subplots()
    ax.yaxis.tick_right()
    ax.set_yticks(range(4), ["one", "two", "a long name", "four"])
    texts = draw_brackets(ax, ["a", "a", "b", "a"])
    assert [(text.get_text(), text.get_position()[1]) for text in texts] == [
        ("a", 0.5), ("b", 2), ("a", 3),
    ]  # fmt: skip
    ax.figure.draw_without_rendering()
    names = [name.get_window_extent() for name in ax.get_yticklabels()]
    brackets = [line.get_window_extent() for line in ax.lines]
    assert max(name.x1 for name in names) < min(bracket.x0 for bracket in brackets)
    assert max(b.x1 for b in brackets) < min(text.get_window_extent().x0 for text in texts)
