"use strict";
// Draws the figures of the page, from data that stand beside each as JSON: the first ones at once, the
// others when they come near the window.
(() => {
  const INK = "#202020", FIRST = "#d55e00", SECOND = "#0072b2", MARK = "#c00000";
  const LEFT = 62, NARROW = 640; // pixels
  const AT_ONCE = 4;
  const P = Bokeh.Plotting;

  const bytes = (text) => Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer;
  const angles = (text) => Array.from(new Float32Array(bytes(text)));
  // Counts are kept as steps of their square roots.
  const decoded = ({ low, step, data }) =>
    Array.from(new Uint16Array(bytes(data)), (n) => low + step * n).map((r) => r * Math.abs(r));
  const root = (v) => Math.sign(v) * Math.sqrt(Math.abs(v));
  const field = (name) => ({ field: name });

  // Counts at the ticks of an axis that shows their square roots.
  class CountsOfRoots extends Bokeh.BasicTickFormatter {
    doFormat(ticks, options) {
      return super.doFormat(ticks.map((t) => t * Math.abs(t)), options);
    }
  }

  function figure(height, options = {}) {
    const made = P.figure({
      height, sizing_mode: "stretch_width", min_border_left: LEFT, min_border_right: 12,
      background_fill_color: null, border_fill_color: null, outline_line_color: null,
      tools: "pan,box_zoom,wheel_zoom,reset,save", active_drag: "box_zoom", toolbar_location: null,
      ...options,
    });
    made.toolbar.logo = null;
    for (const axis of [...made.below, ...made.left])
      Object.assign(axis, { minor_tick_line_color: null, axis_label_text_font_style: "normal" });
    return made;
  }

  // Axis labels keep one width, so that figures above each other have the same frame.
  const fixedWidth = (made) => { for (const axis of made.left) axis.fixed_width = LEFT; };

  function show(children, place) {
    const column = new Bokeh.Column({ children, sizing_mode: "stretch_width", spacing: 0 });
    return P.show(column, place);
  }

  function profile(data, place, box) {
    const x = angles(data.two_theta), observed = decoded(data.observed);
    const calculated = decoded(data.calculated);
    const curves = data.phases.map((phase) => (phase.curve ? decoded(phase.curve) : null));
    const background = data.background ? decoded(data.background) : null;

    function columns(t) {
      const made = { x, observed: observed.map(t), calculated: calculated.map(t) };
      made.difference = made.observed.map((v, i) => v - made.calculated[i]);
      if (background) made.background = background.map(t);
      curves.forEach((curve, k) => {
        if (curve) made[`phase${k}`] = curve.map((v, i) => t(v + background[i]));
      });
      return made;
    }
    const peaks = (t) => ({ x: data.unexplained.two_theta, y: data.unexplained.height.map(t) });

    const source = new Bokeh.ColumnDataSource({ data: columns((v) => v) });
    const left = new Bokeh.ColumnDataSource({ data: peaks((v) => v) });
    const main = figure(360, { toolbar_location: "above", y_axis_label: "counts",
      x_range: new Bokeh.Range1d({ start: x[0], end: x[x.length - 1] }) });
    main.scatter({ x: field("x"), y: field("observed"), source, size: 2.5, color: INK });
    main.line({ x: field("x"), y: field("calculated"), source, line_color: FIRST, line_width: 1.2 });
    curves.forEach((curve, k) => {
      if (!curve) return;
      const color = data.phases[k].colour, x = field("x"), y = field(`phase${k}`);
      main.varea({ x, y1: field("background"), y2: y, source, fill_color: color, fill_alpha: 0.7 });
      main.line({ x, y, source, line_color: color, line_width: 1.2 });
    });
    main.text({ x: field("x"), y: field("y"), source: left, text: { value: "▼" }, y_offset: -4,
      text_color: MARK, text_align: "center", text_baseline: "bottom", text_font_size: "12px" });
    main.below[0].visible = false;

    const marks = ticks(data.phases, main.x_range);
    const difference = figure(130, { x_range: main.x_range, x_axis_label: "2θ [°]",
      y_axis_label: "difference" });
    difference.line({ x: field("x"), y: field("difference"), source, line_color: SECOND });
    [main, marks, difference].forEach(fixedWidth);

    const linear = main.left[0].formatter, roots = new CountsOfRoots();
    box?.addEventListener("change", () => {
      const t = box.checked ? root : (v) => v;
      source.data = columns(t);
      left.data = peaks(t);
      main.left[0].formatter = box.checked ? roots : linear;
      difference.left[0].axis_label = box.checked ? "diff. of roots" : "difference";
    });
    return show([main, marks, difference], place);
  }

  // A row of marks for each phase.
  function ticks(phases, x_range) {
    const rows = Math.max(phases.length, 1);
    const made = figure(8 + 14 * rows, { x_range, min_border_top: 2, min_border_bottom: 2,
      y_range: new Bokeh.Range1d({ start: -rows, end: 0 }) });
    phases.forEach((phase, k) => {
      const n = phase.ticks.length, at = (y) => Array(n).fill(y);
      const source = new Bokeh.ColumnDataSource({
        data: { x: phase.ticks, top: at(-k - 0.15), bottom: at(-k - 0.85) } });
      made.segment({ x0: field("x"), x1: field("x"), y0: field("bottom"), y1: field("top"), source,
        line_color: phase.colour, line_width: 1.2 });
    });
    made.below[0].visible = false;
    for (const axis of made.left)
      Object.assign(axis, { axis_line_color: null, major_tick_line_color: null,
        major_label_text_color: null });
    for (const grid of made.center) grid.visible = false;
    return made;
  }

  function comparison(data, place) {
    const x = angles(data.two_theta), observed = decoded(data.observed);
    const columns = { x, observed };
    data.candidates.forEach((one, k) => {
      columns[`c${k}`] = decoded(one.curve);
      columns[`d${k}`] = observed.map((v, i) => v - columns[`c${k}`][i]);
    });
    const source = new Bokeh.ColumnDataSource({ data: columns });
    const x_range = new Bokeh.Range1d({ start: x[0], end: x[x.length - 1] });
    const main = figure(240, { toolbar_location: "above", x_range, y_axis_label: "counts" });
    main.scatter({ x: field("x"), y: field("observed"), source, size: 2.5, color: INK });
    const lowest = Math.min(...[0, 1].map((k) => columns[`d${k}`].reduce((a, b) => Math.min(a, b))));
    const highest = Math.max(...[0, 1].map((k) => columns[`d${k}`].reduce((a, b) => Math.max(a, b))));
    const y_range = new Bokeh.Range1d({ start: lowest, end: highest });
    const differences = data.candidates.map((one, k) => {
      const line_color = [FIRST, SECOND][k];
      main.line({ x: field("x"), y: field(`c${k}`), source, line_color });
      const made = figure(190, { x_range, y_range, x_axis_label: "2θ [°]" });
      made.add_layout(new Bokeh.Title({ text: one.name, text_font_style: "normal" }), "above");
      made.line({ x: field("x"), y: field(`d${k}`), source, line_color });
      return made;
    });
    for (const made of [main, ...differences]) {
      fixedWidth(made);
      for (const [left, right] of data.places)
        made.add_layout(new Bokeh.BoxAnnotation({ left, right, fill_color: "#e69f00",
          fill_alpha: 0.25, line_color: null }));
    }
    const beside = place.clientWidth > NARROW ? Bokeh.Row : Bokeh.Column;
    const below = new beside({ children: differences, sizing_mode: "stretch_width" });
    return show([main, below], place);
  }

  function series(data, place) {
    const numbers = data.names.map((_, i) => i + 1);
    const made = figure(300, { toolbar_location: "above", x_axis_label: "scan",
      y_axis_label: "weight [%]", y_range: new Bokeh.Range1d({ start: 0, end: 102 }),
      x_range: new Bokeh.Range1d({ start: 0.5, end: numbers.length + 0.5 }) });
    let floor = numbers.map(() => 0);
    for (const phase of data.phases) {
      const top = floor.map((v, i) => (phase.fractions[i] === null ? NaN : v + 100 * phase.fractions[i]));
      const source = new Bokeh.ColumnDataSource({ data: { x: numbers, bottom: floor, top } });
      made.vbar({ x: field("x"), bottom: field("bottom"), top: field("top"), source, width: 0.92,
        fill_color: phase.colour, line_color: null });
      floor = top;
    }
    made.below[0].ticker = new Bokeh.BasicTicker({ min_interval: 1 });
    fixedWidth(made);
    return show([made], place);
  }

  const KINDS = { profile, comparison, series };
  function draw(figure) {
    const place = figure.querySelector(".plot");
    if (figure.dataset.state) return;
    figure.dataset.state = "drawing";
    const data = JSON.parse(figure.querySelector("script").textContent);
    Promise.resolve()
      .then(() => KINDS[data.kind](data, place, figure.querySelector(".root")))
      .then(() => { figure.dataset.state = "drawn"; })
      .catch((error) => {
        figure.dataset.state = "failed";
        place.textContent = `This picture cannot be drawn here: ${error}`;
      });
  }

  const near = new IntersectionObserver(
    (entries) => entries.filter((one) => one.isIntersecting).forEach((one) => draw(one.target)),
    { rootMargin: "800px" },
  );
  const all = [...document.querySelectorAll("figure.picture")];
  const shown = () => all.filter((figure) => !figure.closest("details:not([open])"));
  shown().slice(0, AT_ONCE).forEach(draw);
  all.forEach((figure) => near.observe(figure));
  window.addEventListener("beforeprint", () => shown().forEach(draw));
})();
