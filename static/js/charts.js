// Draws each chart from the figures beside it, in the colours of its legend, which tells the figures under the pointer.
// A click on a day or a week leads to its jobs. Whoever has no scripts reads the table, which is open then (insights.css).
(() => {
  const UNITS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  const inUnits = (value) => UNITS.find(([, size]) => value >= size) ?? UNITS.at(-1);
  const WRITE = {
    count: (value) => value.toLocaleString("en"),
    share: (value) => `${Math.round(value * 100)}%`,
    seconds: (value) => `${Math.round((value / inUnits(value)[1]) * 10) / 10} ${inUnits(value)[0]}`,
  };
  const STEPS = {
    count: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 1e5],
    share: [0.25, 0.5],
    seconds: [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800],
  };
  const FULL = { count: (high) => Math.max(high * 1.06, 4), share: () => 1.02, seconds: (high) => Math.max(high * 1.06, 10) };
  const piled = (lines) => lines.map((_, top) => lines[0].values.map((_, at) => lines.slice(0, top + 1).reduce((sum, { values }) => sum + values[at], 0)));

  function draw(figure) {
    const { kind, unit, labels, queries, lines } = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const plot = figure.querySelector(".plot");
    const [bars, few, ink] = [kind === "bars", labels.length < 60, () => getComputedStyle(plot)];
    const legend = (role) => figure.querySelector(`.legend [data-role=${role}]`);
    const colour = (role) => () => getComputedStyle(legend(role).firstElementChild).color;
    const looks = bars ? { width: 0, paths: uPlot.paths.bars({ size: [0.72, 36] }) } : { width: 1.75, spanGaps: true };
    const series = lines.map(({ role }) => ({ ...looks, stroke: colour(role), fill: bars && colour(role), points: { show: !bars && few, size: 5, fill: colour(role) } }));
    const axis = { stroke: () => ink().color, font: `12px ${ink().fontFamily}`, ticks: { show: false } };
    const [x, y] = [{ ...axis, size: 28, space: 72, grid: { show: false } }, { ...axis, size: 56, space: 36, grid: { stroke: () => ink().borderColor, width: 1 } }];
    const size = () => ({ width: plot.clientWidth, height: plot.clientHeight });
    function tell({ cursor: { idx } }) {
      figure.querySelector(".legend .at").textContent = labels[idx] ?? "";
      for (const { role, values } of lines) legend(role).querySelector("b").textContent = values[idx] == null ? "" : WRITE[unit](values[idx]);
    }
    const chart = new uPlot({
      ...size(), legend: { show: false }, hooks: { setCursor: [tell] }, cursor: { y: false, drag: { x: false }, points: { show: !bars } },
      series: [{}, ...series.reverse()], // The highest pile is drawn first, the others in front of it.
      scales: { x: { time: false, range: () => [-0.6, labels.length - 0.4] }, y: { range: (_, low, high) => [0, FULL[unit](high)] } },
      axes: [{ ...x, incrs: [1, 2, 5, 7, 14, 28, 56], values: (_, at) => at.map((index) => labels[index]?.split(" –")[0]) }, { ...y, incrs: STEPS[unit], values: (_, at) => at.map(WRITE[unit]) }],
    }, [labels.map((_, at) => at), ...(bars ? piled(lines) : lines.map(({ values }) => values)).reverse()], plot);
    chart.over.addEventListener("click", () => location.assign(`${figure.parentElement.dataset.list}?${queries[chart.cursor.idx]}`));
    new ResizeObserver(() => chart.setSize(size())).observe(plot);
    new MutationObserver(() => chart.redraw()).observe(document.documentElement, { attributes: true });
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.redraw());
  }
  document.querySelectorAll("[data-chart]").forEach(draw);
})();
