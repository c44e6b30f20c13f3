// The curves of runs. Which there are comes from the page; their points come from the server, as many as a screen shows, and the rest when one zooms in.
import uPlot from "./lib/uplot/uplot.js";

const MOST_POINTS = 2000;
const HEIGHT = 200;
const ASK_AGAIN = 5000;

export function open(root, page) {
  return new RunCharts(root, page);
}

class RunCharts {
  constructor(root, page) {
    this.root = root;
    this.page = page;
    this.charts = [];
    this.hidden = [];
    this.said = null;
    this.from = this.to = null;
    this.plots = new Map();
    this.runs = new Map();
    this.isLoading = this.isToLoad = this.isToLoadAll = false;
    this.sizes = new ResizeObserver(() => this.fit());
    this.sizes.observe(root);
    this.colours = new MutationObserver(() => this.plots.forEach(({ plot }) => plot.redraw(false, true)));
    this.colours.observe(document.documentElement, { attributes: true, attributeFilter: ["data-theme"] });
  }

  // What is to be seen: only what changed is drawn anew, so that a chart keeps what one looks at.
  show(charts, from, to, hidden) {
    const isSame = JSON.stringify([charts, from, to]) === JSON.stringify([this.charts, this.from, this.to]);
    [this.charts, this.from, this.to] = [charts, from, to];
    // Of what somebody hides the page's address tells a little later; until then the page says what was before.
    if (this.said === null || this.said === JSON.stringify(hidden)) {
      [this.hidden, this.said] = [hidden, null];
      this.plots.forEach(({ plot, lines }) => this.hide(plot, lines));
    }
    return this.load(!isSame);
  }

  // All points of what is to be seen, or those after the last that are known; while that is under way, it is done once more afterwards.
  async load(isAll) {
    if (this.isClosed) {
      return;
    }
    this.isToLoad = true;
    this.isToLoadAll ||= isAll;
    if (this.isLoading) {
      return;
    }
    this.isLoading = true;
    try {
      while (this.isToLoad && !this.isClosed) {
        const all = this.isToLoadAll;
        this.isToLoad = this.isToLoadAll = false;
        const lines = this.charts.flatMap(chart => chart.lines);
        const runs = [...new Set(lines.map(line => line.run))];
        const known = new Map(runs.map(run => [run, this.runs.get(run)]));
        await Promise.all(runs.map(run => this.loadRun(run, known.get(run), lines.filter(line => line.run === run), all)));
      }
    } finally {
      this.isLoading = false;
    }
    if (this.isToAskAgain) {
      this.isToAskAgain = false;
      clearTimeout(this.asking);
      this.asking = setTimeout(() => this.load(true), ASK_AGAIN);
    }
    this.draw();
  }

  async loadRun(run, known, lines, isAll) {
    const ask = new URLSearchParams([...new Set(lines.map(line => line.series))].map(series => ["series", series]));
    ask.set("points", MOST_POINTS);
    const isWhole = isAll || !known || known.isFull;
    const from = isWhole ? this.from : known.last;
    if (from !== null) {
      ask.set("from", from);
    }
    if (this.to !== null) {
      ask.set("to", this.to);
    }
    const answer = await fetch(`${lines[0].address}?${ask}`, { cache: "no-store" }).catch(() => null);
    if (!answer?.ok) {
      // Of a run that has ended nothing else would ask again.
      this.isToAskAgain = answer?.status !== 404;
      return;
    }
    const { revision, series } = await answer.json();
    if (!isWhole && revision !== known.revision) {
      return this.loadRun(run, known, lines, true);
    }
    const curves = isWhole ? new Map() : known.curves;
    for (const { name, steps, values } of series) {
      const old = curves.get(name) ?? { steps: [], values: [] };
      const kept = isWhole ? 0 : old.steps.findLastIndex(step => step < from) + 1;
      curves.set(name, { steps: [...old.steps.slice(0, kept), ...steps], values: [...old.values.slice(0, kept), ...values] });
    }
    const ends = [...curves.values()].map(curve => curve.steps.at(-1) ?? 0);
    this.runs.set(run, {
      revision,
      curves,
      last: Math.max(0, this.from ?? 0, ...ends),
      isFull: [...curves.values()].some(curve => curve.steps.length > 2 * MOST_POINTS),
    });
  }

  draw() {
    if (this.isClosed) {
      return;
    }
    for (const [title, { plot, place }] of this.plots) {
      if (!place.isConnected || !this.charts.some(chart => chart.title === title)) {
        plot.destroy();
        this.plots.delete(title);
      }
    }
    for (const chart of this.charts) {
      const place = this.root.querySelector(`[data-chart="${CSS.escape(chart.title)}"]`);
      if (!place) {
        continue;
      }
      const empty = { steps: [], values: [] };
      const curves = chart.lines.map(line => this.runs.get(line.run)?.curves.get(line.series) ?? empty);
      const data = uPlot.join(curves.map(curve => [curve.steps, curve.values]));
      const looks = JSON.stringify(chart);
      const drawn = this.plots.get(chart.title);
      if (drawn?.looks === looks) {
        drawn.plot.setData(data);
        drawn.plot.setScale("x", this.range(drawn.plot));
      } else {
        drawn?.plot.destroy();
        this.plots.set(chart.title, { plot: this.plot(chart, data, place), looks, place, lines: chart.lines });
      }
      place.dataset.points = curves.reduce((sum, curve) => sum + curve.steps.length, 0);
    }
  }

  range(plot) {
    const steps = plot.data[0];
    return { min: this.from ?? steps[0] ?? 0, max: this.to ?? Math.max(steps.at(-1) ?? 1, (steps[0] ?? 0) + 1) };
  }

  // Draws what is not hidden; a legend's names are buttons, for keys as for the mouse.
  hide(plot, lines) {
    lines.forEach((line, i) => {
      const isShown = !this.hidden.includes(line.id);
      if (plot.series[i + 1].show !== isShown) {
        plot.setSeries(i + 1, { show: isShown });
      }
      names(plot)[i].ariaPressed = String(isShown);
    });
  }

  plot(chart, data, place) {
    const axis = { stroke: () => colour("--mud-palette-text-secondary"), grid: { stroke: () => colour("--mud-palette-lines-default"), width: 1 }, ticks: { show: false } };
    const plot = new uPlot(
      {
        width: Math.max(place.clientWidth, 200),
        height: HEIGHT,
        cursor: {
          drag: { x: true, y: false, setScale: false },
          sync: { key: "steps" },
          bind: { dblclick: () => () => this.zoom(null, null) },
        },
        scales: { x: { time: false, range: plot => { const { min, max } = this.range(plot); return [min, max]; } } },
        axes: [{ ...axis, size: 28 }, { ...axis, size: 64, values: (_, ticks) => ticks.map(number) }],
        series: [
          { label: "Step", value: shown(step => String(step)) },
          ...chart.lines.map(line => ({
            label: line.label,
            stroke: line.colour,
            width: 1.5,
            spanGaps: true,
            points: { show: chart.isSparse, size: 5, fill: line.colour },
            value: shown(number),
          })),
        ],
        hooks: {
          setSeries: [(_, i, { show }) => {
            const id = chart.lines[i - 1]?.id;
            if (id && show !== undefined && show === this.hidden.includes(id)) {
              this.hidden = [...this.hidden.filter(other => other !== id), ...(show ? [] : [id])];
              this.hide(plot, chart.lines);
              this.said = JSON.stringify(this.hidden);
              this.page.invokeMethodAsync("HideAsync", this.hidden).catch(() => { this.said = null; });
            }
          }],
          setSelect: [plot => {
            if (plot.select.width > 4) {
              const [from, to] = [plot.select.left, plot.select.left + plot.select.width].map(x => plot.posToVal(x, "x"));
              plot.setSelect({ left: 0, width: 0, top: 0, height: 0 }, false);
              this.zoom(Math.max(0, Math.floor(from)), Math.ceil(to));
            }
          }],
        },
      },
      data,
      place);
    names(plot).forEach(name => {
      name.role = "button";
      name.tabIndex = 0;
      name.addEventListener("keydown", event => {
        if (event.key === "Enter" || event.key === " ") {
          event.preventDefault();
          if (!event.repeat) {
            name.click();
          }
        }
      });
    });
    this.hide(plot, chart.lines);
    return plot;
  }

  zoom(from, to) {
    if (this.from !== from || this.to !== to) {
      this.page.invokeMethodAsync("ZoomAsync", from, to).catch(() => {});
    }
  }

  fit() {
    this.plots.forEach(({ plot, place }) => {
      if (place.clientWidth > 0 && place.clientWidth !== plot.width) {
        plot.setSize({ width: place.clientWidth, height: HEIGHT });
      }
    });
  }

  close() {
    this.isClosed = true;
    clearTimeout(this.asking);
    this.sizes.disconnect();
    this.colours.disconnect();
    this.plots.forEach(({ plot }) => plot.destroy());
  }
}

// Under the pointer what is there, else what is newest.
function shown(text) {
  return (plot, value, series, place) => {
    const told = place === null ? plot.data[series].findLast(newest => newest !== null && newest !== undefined) : value;
    return told === null || told === undefined ? "–" : text(told);
  };
}

// The names of the curves in a legend; the first there is the step's, of which nothing can be hidden.
function names(plot) {
  return [...plot.root.querySelectorAll(".u-legend .u-label")].slice(1);
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim() || "#808080";
}

function number(value) {
  return Math.abs(value) >= 0.001 || value === 0 ? String(Number(value.toPrecision(4))) : value.toExponential(2);
}
