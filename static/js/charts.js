// Draws each chart from the figures beside it, in the colours of its legend, which tells the figures under the pointer.
// Whoever has no script reads the table that is open then; a click on a day or week leads to its jobs.
(() => {
  const UNITS = [["d", 86400], ["h", 3600], ["min", 60], ["s", 1]];
  const SECONDS = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 21600, 43200, 86400, 172800, 604800];
  const WRITE = {
    count: (value) => value.toLocaleString("en"),
    share: (value) => `${Math.round(value * 100)} %`,
    seconds: (value) => {
      const [unit, size] = UNITS.find((known) => value >= known[1]) ?? ["s", 1];
      return `${Math.round((value / size) * 10) / 10} ${unit}`;
    },
  };
  function draw(figure) {
    const { kind, unit, labels, queries, lines } = JSON.parse(document.getElementById(figure.dataset.chart).textContent);
    const plot = figure.querySelector(".plot");
    const legend = (role) => figure.querySelector(`.legend [data-role=${role}]`);
    const colour = (role) => getComputedStyle(legend(role).firstElementChild).color;
    const faint = () => getComputedStyle(plot).borderColor;
    const isPiled = kind === "bars";
    const heights = lines.map(({ values }, layer) => (isPiled ? values.map((_, at) => lines.slice(0, layer + 1).reduce((sum, line) => sum + line.values[at], 0)) : values));
    const layers = lines.map(({ role, values }, layer) => ({
      role, heights: heights[layer], spanGaps: true, width: isPiled ? 0 : 1.75, stroke: () => colour(role), points: { show: !isPiled && values.filter((value) => value !== null).length < 40, size: 5, fill: () => colour(role) },
      ...(isPiled && { fill: () => colour(role), paths: uPlot.paths.bars({ size: [0.72, 36], align: 0 }) }),
    }));
    layers.reverse(); // The highest is drawn first, the others in front of it.
    const axis = { stroke: () => getComputedStyle(plot).color, font: `12px ${getComputedStyle(plot).fontFamily}`, ticks: { show: false } };
    const grid = { stroke: faint, width: 1 };
    const tell = ({ cursor: { idx } }) => {
      figure.querySelector(".legend .at").textContent = labels[idx] ?? "";
      for (const { role, values } of lines) legend(role).querySelector("b").textContent = idx == null || values[idx] === null ? "" : WRITE[unit](values[idx]);
    };
    const size = () => ({ width: plot.clientWidth, height: plot.clientHeight });
    const chart = new uPlot({
      ...size(), legend: { show: false }, series: [{}, ...layers.map(({ heights, ...series }) => series)],
      cursor: { y: false, drag: { x: false, y: false }, points: { show: !isPiled } }, hooks: { setCursor: [tell] },
      scales: { x: { time: false, range: () => [-0.6, labels.length - 0.4] }, y: { range: (_, low, high) => [0, unit === "share" ? 1.02 : Math.max(high * 1.06, unit === "seconds" ? 10 : 4)] } },
      axes: [{ ...axis, grid: { show: false }, size: 28, space: 72, incrs: [1, 2, 5, 7, 10, 14, 20, 30, 50, 100], values: (_, at) => at.map((index) => labels[index]?.split(" –")[0] ?? "") }, { ...axis, grid, size: 56, space: 36, incrs: { count: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 1e5], share: [0.25, 0.5], seconds: SECONDS }[unit], values: (_, at) => at.map(WRITE[unit]) }],
    }, [labels.map((_, index) => index), ...layers.map((layer) => layer.heights)], plot);
    figure.querySelector("details").open = false;
    chart.over.addEventListener("click", () => chart.cursor.idx != null && location.assign(`${figure.closest("[data-list]").dataset.list}?${queries[chart.cursor.idx]}`));
    new ResizeObserver(() => chart.setSize(size())).observe(plot);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => chart.redraw());
    new MutationObserver(() => chart.redraw()).observe(document.documentElement, { attributes: true });
  }
  document.querySelectorAll("[data-chart]").forEach(draw);
})();
