// The cards of the page. Names come from zones of anybody: all that is shown becomes text nodes.
import * as charts from "./charts.js";
import { quantile } from "./data.js";
import * as format from "./format.js";

const windowSeconds = 60, historySeconds = 300;
const pools = {
  answers: "answers, ready made", rrsets: "record sets", negatives: "denials", proven: "proofs of absence",
  failures: "failures", delegations: "delegations", servers: "servers", trusts: "zones' keys",
};
const rcodeHues = { noerror: 0, nxdomain: 1, servfail: 2, refused: 3, formerr: 4, notimp: 5, other: 6 };
const byId = (id) => document.getElementById(id);

export function make(kind, attributes, ...children) {
  const out = document.createElement(kind);
  for (const [name, value] of Object.entries(attributes ?? {})) out.setAttribute(name, value);
  out.append(...children.map((child) => (child instanceof Node ? child : document.createTextNode(String(child)))));
  return out;
}

// Nothing is touched that stays as it is.
export function say(id, text) {
  const place = byId(id);
  if (place.textContent !== text) place.textContent = text;
}

function note(place, text) {
  if (place.textContent !== text || place.children.length !== 1) place.replaceChildren(make("p", { class: "note" }, text));
}

// Over which time something was counted.
function windowText(history, before) {
  return before ? "in the last " + format.span((history.latest.at - before.at) / 1000) : "since the start";
}

export function tiles(status, history) {
  const before = history.latest ? history.before(windowSeconds) : null;
  if (history.latest) {
    const rates = history.rates("godwit_queries_total").slice(-3);
    const uptime = status?.["uptime-seconds"];
    const all = history.latest.sum("godwit_queries_total");
    const value = rates.length ? rates.reduce((a, r) => a + r.value, 0) / rates.length : uptime ? all / uptime : undefined;
    say("tile-rate", format.rate(value));
    say("tile-rate-note", format.count(all) + " since the start");
    const hits = history.grown("godwit_cache_hits_total", {}, before) ?? 0;
    const misses = history.grown("godwit_cache_misses_total", {}, before) ?? 0;
    if (hits + misses > 0) {
      say("tile-hits", format.percent(hits / (hits + misses)));
      say("tile-hits-note", windowText(history, before));
    } else {
      say("tile-hits", format.percent((status?.["answered-at-once-percent"] ?? NaN) / 100));
      say("tile-hits-note", "since the start; none asked lately");
    }
    const answers = history.grown("godwit_answers_total", {}, before);
    const failed = history.grown("godwit_answers_total", { rcode: "servfail" }, before);
    say("tile-servfail", format.percent(answers ? failed / answers : undefined));
    say("tile-servfail-note", answers ? `${format.count(failed)} of ${format.count(answers)} ${windowText(history, before)}` : "no answers lately");
  } else if (status) {
    say("tile-rate", format.rate(status["queries-received"] / Math.max(1, status["uptime-seconds"])));
    say("tile-rate-note", "on average; " + format.count(status["queries-received"]) + " since the start");
    say("tile-hits", format.percent(status["answered-at-once-percent"] / 100));
    say("tile-hits-note", "since the start");
    say("tile-servfail", format.percent(status["servfail-percent"] / 100));
    say("tile-servfail-note", "since the start");
  }
  if (!status) return;
  const [amount, unit] = format.octets(status["cache-octets"]);
  const [most, mostUnit] = format.octets(status["cache-octets-max"]);
  say("tile-cache", amount);
  say("tile-cache-unit", unit);
  say("tile-cache-note", `of ${most} ${mostUnit}, ${format.count(status["cache-entries"])} entries`);
}

export function rate(history) {
  const all = history.rates("godwit_queries_total"), missed = history.rates("godwit_cache_misses_total");
  const now = all.at(-1)?.value;
  const title = `queries per second over the last five minutes; now ${format.rate(now)}`;
  charts.overTime(byId("chart-rate"), title,
    [{ points: all, class: "line" }, { points: missed, class: "line second" }], history.latest.at, historySeconds, format.rate);
}

export function curve(history) {
  const points = history.latest.samples("godwit_cache_curve_hit_ratio")
    .map((s) => ({ size: Number(s.labels.size), ratio: Number(s.value) }))
    .filter((p) => p.size > 0 && p.ratio >= 0 && p.ratio <= 1).sort((a, b) => a.size - b.size);
  const place = byId("chart-curve");
  if (points.length < 2) {
    say("curve-note", "");
    return note(place, "Nothing to go by yet: the curve comes with more questions.");
  }
  charts.curve(place, "expected hit ratio by size of the cache", points, (ratio) => format.percent(ratio));
  const ratioAt = (size) => points.find((p) => p.size === size)?.ratio;
  const more = (ratioAt(2) - ratioAt(1)) * 100;
  if (!Number.isFinite(more)) return;
  say("curve-note", more < 0.5 ? "A cache of twice the size would answer hardly more questions."
    : `A cache of twice the size would answer ${more.toFixed(1)} more questions of 100 at once.`);
}

// From 1 µs to 10 s, each power of ten as wide as the next.
const place01 = (seconds) => Math.min(1, Math.max(0, (Math.log10(seconds) + 6) / 7));

export function latency(history) {
  const before = history.before(windowSeconds);
  const classes = [["godwit_hit_seconds", "Hits"], ["godwit_miss_seconds", "Misses"],
    ["godwit_upstream_exchange_seconds", "Servers' responses"]];
  const rows = [];
  for (const [family, name] of classes) {
    const histogram = history.gained(family, before);
    const [half, most, all] = [0.5, 0.95, 0.99].map((share) => histogram && quantile(histogram, share));
    const row = make("div", {}, make("div", { class: "row-head" },
      make("span", {}, name, histogram?.isAll && before && half !== undefined ? " (since the start)" : ""),
      make("span", {}, half === undefined ? "none yet" : [half, most, all].map(format.time).join(" · "))));
    const track = make("div", { class: "track" });
    if (half !== undefined) {
      const [a, b, c] = [half, most, all].map(place01);
      const wide = make("i", { class: "most" }), narrow = make("i");
      wide.style.left = narrow.style.left = a * 100 + "%";
      narrow.style.width = Math.max(0.8, (b - a) * 100) + "%";
      wide.style.width = Math.max(0.8, (c - a) * 100) + "%";
      track.append(wide, narrow);
    }
    row.append(track);
    rows.push(row);
  }
  byId("latency").replaceChildren(...rows);
  if (!byId("latency-axis").children.length) {
    const marks = ["1 µs", "100 µs", "10 ms", "1 s", "10 s"].map((text, i) => {
      const mark = make("span", {}, text);
      mark.style.left = place01([1e-6, 1e-4, 1e-2, 1, 10][i]) * 100 + "%";
      return mark;
    });
    byId("latency-axis").append(...marks);
  }
  say("latency-note", windowText(history, before));
}

export function rcodes(history) {
  const before = history.before(windowSeconds);
  const codes = history.latest.samples("godwit_answers_total").map((s) => String(s.labels.rcode));
  const told = (from) => codes.map((rcode) => [rcode, history.grown("godwit_answers_total", { rcode }, from)]).filter(([, n]) => n > 0);
  const lately = before ? told(before) : [];
  const rows = (lately.length ? lately : told(null)).sort((a, b) => b[1] - a[1]);
  const all = rows.reduce((sum, [, n]) => sum + n, 0);
  say("rcodes-window", windowText(history, lately.length ? before : null));
  if (!all) return note(byId("rcodes"), "No answers yet.");
  byId("rcodes-bar").replaceChildren(...rows.map(([rcode, n]) => {
    const part = make("i", { class: "hue-" + (rcodeHues[rcode] ?? 6) });
    part.style.width = (n / all) * 100 + "%";
    return part;
  }));
  byId("rcodes").replaceChildren(...rows.map(([rcode, n]) => make("li", {},
    make("i", { class: "hue-" + (rcodeHues[rcode] ?? 6) }), make("span", {}, rcode.toUpperCase()),
    make("b", {}, format.percent(n / all) + " %"))));
}

export function memory(history) {
  const rows = history.latest.samples("godwit_cache_bytes").map((s) => {
    const pool = String(s.labels.pool), used = Number(s.value);
    const most = history.latest.sum("godwit_cache_max_bytes", { pool });
    const entries = history.latest.sum("godwit_cache_entries", { pool });
    const row = make("div", {}, make("div", { class: "row-head" }, make("span", {}, pools[pool] ?? pool),
      make("span", {}, format.octets(used).join(" ") + (most ? " of " + format.octets(most).join(" ") : "") +
        (entries === undefined ? "" : ", " + format.count(entries) + (entries === 1 ? " entry" : " entries")))));
    const bar = make("i");
    bar.style.width = (most ? Math.min(1, used / most) * 100 : 0) + "%";
    row.append(make("div", { class: "track" }, bar));
    return row;
  });
  byId("memory").replaceChildren(...rows);
}

// Rows of `top` and `servers`: the name, and of the columns those of which any row has something.
export function table(id, rows, heading, columns, empty) {
  if (!rows.length) return note(byId(id), empty);
  const shown = columns.filter(([key]) => rows.some((row) => row[key] !== undefined && row[key] !== null));
  const head = make("tr", {}, make("th", { scope: "col" }, heading), ...shown.map(([, title]) => make("th", { scope: "col" }, title)));
  const body = rows.map((row) => make("tr", {}, make("td", {}, row.name),
    ...shown.map(([key, , toText]) => make("td", key === "failures" && row[key] > 0 ? { class: "bad" } : {}, toText(row[key] ?? undefined)))));
  byId(id).replaceChildren(make("table", {}, make("thead", {}, head), make("tbody", {}, ...body)));
}
