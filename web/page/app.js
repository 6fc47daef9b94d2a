// Asks godwit-web every two seconds, and has the cards drawn. What godwitd does not know is said in its
// card; what is old is shown as old.
import { History, Snapshot } from "./data.js";
import * as format from "./format.js";
import * as views from "./views.js";
import * as why from "./why.js";

const periodMs = 2000, slowEvery = 3, patienceMs = 8000, oldMs = 9000;
const history = new History();
const missing = new Set();  // what this godwitd does not know, until it is another one
const rowsMax = 8;
let status = null, lastGood = 0, turn = 0, fault = "";

// {lines, error, code}: never throws.
async function ask(path) {
  if (missing.has(path)) return { lines: [], error: "unknown", code: 501 };
  try {
    const response = await fetch(path, { cache: "no-store", signal: AbortSignal.timeout(patienceMs) });
    const body = await response.json();
    if (response.status === 501) missing.add(path);
    return { lines: body.lines ?? [], error: body.error, code: response.status };
  } catch {
    return { lines: [], error: "godwit-web does not answer.", code: 0 };
  }
}

function unknown(id, what) {
  const text = `This godwitd does not tell ${what}.`;
  document.getElementById(id).replaceChildren(views.make("p", { class: "note" }, text));
}

async function numbers() {
  const [told, measured] = await Promise.all([ask("/api/status"), ask("/api/metrics")]);
  fault = told.error ?? "";
  if (fault) return;
  if (status && told.lines[0]?.["uptime-seconds"] < status["uptime-seconds"]) missing.clear();
  status = told.lines[0] ?? null;
  lastGood = Date.now();
  if (measured.code === 200) {
    history.add(new Snapshot(measured.lines, lastGood));
    for (const draw of [views.rate, views.curve, views.latency, views.rcodes, views.memory]) draw(history);
  } else if (measured.code === 501) {
    for (const id of ["chart-rate", "chart-curve", "latency", "rcodes", "memory"]) unknown(id, "its metrics");
  }
  views.tiles(status, history);
}

// Zones are told in whole milliseconds.
const span = (value) => (value === 0 ? "< 1 ms" : format.time(typeof value === "number" ? value / 1000 : undefined));
const zoneColumns = [["walks", "asked", format.count], ["failures", "failed", format.count], ["milliseconds", "latency", span]];
const serverColumns = [["state", "state", (text) => text ?? "–"], ["failures", "failed", format.count], ["milliseconds", "latency", span]];

// Of zones those that fail, the worst first, then those that take long; servers as godwitd orders them.
async function slow() {
  const [failures, top, servers] = await Promise.all([ask("/api/why"), ask("/api/top"), ask("/api/servers")]);
  if (!failures.error) why.show(failures.lines, ask);
  const zones = top.lines.filter((row) => row.kind === "zone")
    .sort((a, b) => b.failures - a.failures || b.milliseconds - a.milliseconds);
  const known = servers.lines.filter((row) => row.address !== undefined).map((row) => ({
    name: row.address, state: row.state, failures: row.failures,
    milliseconds: typeof row["rtt-microseconds"] === "number" ? row["rtt-microseconds"] / 1000 : undefined,
  }));
  const none = "None has been asked lately.";
  if (top.code === 501) unknown("zones", "which zones fail");
  else if (top.code === 200) views.table("zones", zones.slice(0, rowsMax), "Zone", zoneColumns, none);
  if (servers.code === 501) unknown("servers", "which servers fail");
  else if (servers.code === 200) views.table("servers", known.slice(0, rowsMax), "Server", serverColumns, none);
}

function state() {
  const age = lastGood ? (Date.now() - lastGood) / 1000 : 0;
  const isOld = lastGood > 0 && age * 1000 > oldMs;
  const pill = document.getElementById("state");
  const now = fault ? "bad" : isOld ? "old" : lastGood ? "good" : "waiting";
  const texts = { bad: "not reachable", old: "old data", good: "answering", waiting: "connecting" };
  if (pill.dataset.state !== now) {
    pill.dataset.state = now;
    pill.textContent = texts[now];
  }
  document.body.classList.toggle("is-old", (Boolean(fault) || isOld) && lastGood > 0);
  const since = lastGood ? " The numbers below are old." : "";
  const text = fault ? fault + since : isOld ? "Nothing new has come for some time." + since : "";
  const notice = document.getElementById("notice");
  notice.hidden = !text;
  if (text && notice.textContent !== text) notice.textContent = text;
  views.say("age", lastGood ? (age < 2 * periodMs / 1000 ? "" : format.span(age) + " old") : "");
  if (!status) return;
  const words = ["godwitd " + status.version, "up " + format.span(status["uptime-seconds"]),
    status.workers + (status.workers === 1 ? " worker" : " workers"), "validation " + (status.validation ? "on" : "off")];
  if (status.clock && status.clock !== "good") words.push("clock: " + status.clock);
  views.say("about", words.join(" · "));
}

async function go() {
  if (!document.hidden) {
    await numbers();
    if (!fault && turn++ % slowEvery === 0) await slow();
    state();
  }
  setTimeout(go, turn < 2 ? periodMs / 4 : periodMs);
}

document.addEventListener("visibilitychange", () => document.hidden || numbers().then(state));
setInterval(state, 1000);
go();
