// Charts from the JSON beside them, in the colours of the page. The table under each says the same in numbers.

import { each, vendor } from "./wire.js";

const PALETTE = ["--stage-review", "--stage-offer", "--stage-accepted", "--stage-recommended", "--stage-interview", "--stage-reserve", "--stage-intake", "--stage-rejected"];
const drawn = new Map();

each("[data-chart]", async (box) => {
  const source = document.getElementById(box.dataset.chart);
  try {
    await vendor("echarts.min.js");
  } catch {
    box.classList.add("is-missing");
    return;
  }
  const data = JSON.parse(source.textContent);
  const chart = window.echarts.init(box, null, { renderer: "canvas", locale: "EN" });
  drawn.set(chart, data);
  chart.setOption(draw(data));
  new ResizeObserver(() => chart.resize()).observe(box);
  chart.on("click", (point) => {
    const href = data.hrefs?.[point.dataIndex];
    if (href) location.assign(href);
  });
});

document.addEventListener("colours:change", () => {
  requestAnimationFrame(() => drawn.forEach((data, chart) => chart.setOption(draw(data), true)));
});

// ECharts paints on a canvas, which does not know our variables nor oklch(): the browser works the colour out for it.
const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });

function colour(token) {
  const probe = document.createElement("span");
  probe.hidden = true;
  probe.style.color = `var(${token})`;
  document.body.append(probe);
  pen.clearRect(0, 0, 1, 1);
  pen.fillStyle = getComputedStyle(probe).color;
  pen.fillRect(0, 0, 1, 1);
  probe.remove();
  const [red, green, blue] = pen.getImageData(0, 0, 1, 1).data;
  return `rgb(${red}, ${green}, ${blue})`;
}

function draw(data) {
  const kinds = { bar: bars, stacked: bars, histogram: bars, line: lines, scatter: points, funnel: steps };
  const ink = { strong: colour("--ink"), plain: colour("--ink-2"), quiet: colour("--ink-3"), line: colour("--line"), ground: colour("--surface") };
  const font = getComputedStyle(document.body).fontFamily;
  const many = (data.series?.length ?? 0) > 1;
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 240,
    textStyle: { fontFamily: font, fontSize: 12, color: ink.plain },
    aria: { enabled: true, label: { enabled: false }, decal: { show: many && data.kind !== "line", decals: decals(ink) } },
    color: PALETTE.map(colour),
    grid: { left: 8, right: data.kind === "line" ? 96 : 40, top: (many ? 40 : 16) + (data.ylabel || data.xlabel ? 16 : 0), bottom: data.xlabel && data.kind !== "funnel" ? 28 : 8, containLabel: true },
    legend: many && data.kind !== "line" ? { top: 0, left: 0, icon: "roundRect", itemWidth: 12, itemHeight: 12, textStyle: { color: ink.plain } } : undefined,
    tooltip: {
      trigger: data.kind === "scatter" ? "item" : "axis", renderMode: "richText", axisPointer: { type: data.kind === "line" ? "line" : "shadow" },
      backgroundColor: colour("--raised"), borderColor: colour("--line-2"), textStyle: { color: ink.strong, fontSize: 12 },
    },
    ...(kinds[data.kind] ?? bars)(data, ink),
  };
}

const decals = (ink) => ["none", "dirX", "dot", "cross", "dirY"].map((kind) => ({
  none: { symbol: "none" },
  dirX: { color: alpha(ink.ground, 0.5), dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: -Math.PI / 4 },
  dot: { color: alpha(ink.ground, 0.6), symbol: "circle", dashArrayX: [[8, 8], [0, 8, 8, 0]], dashArrayY: [6, 0], symbolSize: 0.6 },
  cross: { color: alpha(ink.ground, 0.5), dashArrayX: [1, 0], dashArrayY: [2, 5], rotation: Math.PI / 4 },
  dirY: { color: alpha(ink.ground, 0.5), dashArrayX: [1, 0], dashArrayY: [2, 4] },
}[kind]));

const alpha = (rgb, share) => rgb.replace("rgb(", "rgba(").replace(")", `, ${share})`);

const categories = (data, ink) => ({
  type: "category", data: data.x, name: data.xlabel, nameLocation: "middle", nameGap: 30, nameTextStyle: { color: ink.quiet },
  axisLine: { lineStyle: { color: ink.quiet } }, axisTick: { show: false }, axisLabel: { color: ink.plain, hideOverlap: true },
});

const numbers = (name, ink) => ({
  type: "value", name, nameLocation: "end", nameTextStyle: { color: ink.quiet, align: "left" }, minInterval: 1,
  splitLine: { lineStyle: { color: ink.line } }, axisLabel: { color: ink.quiet },
});

const paint = (series) => (series.stage ? colour(`--stage-${series.stage}`) : series.token ? colour(series.token) : undefined);

function bars(data, ink) {
  const sideways = data.sideways ?? (data.kind !== "histogram" && (data.x ?? []).some((name) => String(name).length > 12));
  const axis = categories(data, ink);
  const flat = { ...axis, inverse: true, nameGap: 10, nameLocation: "start", nameTextStyle: { color: ink.quiet, align: "left" }, axisLabel: { color: ink.plain, width: 150, overflow: "truncate" } };
  return {
    xAxis: sideways ? numbers(undefined, ink) : axis,
    yAxis: sideways ? flat : numbers(data.ylabel, ink),
    series: data.series.map((series) => ({
      type: "bar", name: series.name, stack: data.kind === "stacked" ? "all" : undefined, barMaxWidth: 34,
      barCategoryGap: data.kind === "histogram" ? "8%" : "32%",
      itemStyle: { color: paint(series), borderRadius: data.kind === "stacked" ? 0 : sideways ? [0, 3, 3, 0] : [3, 3, 0, 0], borderColor: ink.ground, borderWidth: data.kind === "stacked" ? 1 : 0 },
      data: series.data.map((value, place) => (series.stages ? { value, itemStyle: { color: colour(`--stage-${series.stages[place]}`) } } : value)),
      label: { show: data.kind !== "stacked" && data.series.length === 1, position: sideways ? "right" : "top", color: ink.strong },
    })),
  };
}

function lines(data, ink) {
  const dashes = ["solid", "dashed", "dotted", [8, 3, 2, 3]];
  return {
    xAxis: { ...categories(data, ink), boundaryGap: false },
    yAxis: numbers(data.ylabel, ink),
    series: data.series.map((series, place) => ({
      type: "line", name: series.name, data: series.data, symbolSize: 6, lineStyle: { width: 2.5, type: dashes[place % dashes.length] },
      itemStyle: { color: paint(series) }, endLabel: { show: true, formatter: "{a}", color: ink.strong, distance: 8 },
    })),
  };
}

function points(data, ink) {
  const axis = (name) => ({ ...numbers(name, ink), minInterval: 0, scale: true, nameLocation: "middle", nameGap: 30 });
  return {
    xAxis: axis(data.xlabel),
    yAxis: axis(data.ylabel),
    series: data.series.map((series) => ({ type: "scatter", name: series.name, data: series.data, symbolSize: 9, itemStyle: { color: paint(series), opacity: 0.8 } })),
  };
}

/** A funnel as bars from wide to narrow: exact lengths, which slanted shapes never give. */
function steps(data, ink) {
  const { xAxis, yAxis, series } = bars({ ...data, kind: "bar", sideways: true }, ink);
  return { xAxis: { ...xAxis, show: false }, yAxis: { ...yAxis, axisLine: { show: false } }, series: series.map((one) => ({ ...one, barMaxWidth: 28, showBackground: true, backgroundStyle: { color: ink.line, borderRadius: 3 } })) };
}
