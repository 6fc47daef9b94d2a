// The recent failures: one line each, and the tree of its steps when it is opened. What is open stays
// open and untouched while others come and go.
import * as format from "./format.js";
import { make } from "./views.js";

const shown = new Map();  // by moment, name and type: the element
const shownMax = 30, levelsMax = 32;

function tone(step) {
  const facts = step.facts ?? {};
  if (step.kind === "disbelieved" || step.kind === "failure") return "bad";
  if (step.kind === "passed-over" || step.kind === "server") return "soft";
  if (step.kind === "rrset" && facts.security === "secure") return "good";
  return facts.outcome !== undefined && facts.outcome !== "answered" ? "bad" : "";
}

function treeOf(lines) {
  const root = make("ul");
  const open = [root];
  for (const step of lines.filter((line) => Number.isInteger(line.level))) {
    const level = Math.min(Math.max(0, step.level), levelsMax, open.length - 1);
    open.length = level + 1;
    const item = make("li", {}, make("span", { class: tone(step) }, step.text ?? ""));
    const inner = make("ul");
    item.append(inner);
    open[level].append(item);
    open.push(inner);
  }
  for (const list of root.querySelectorAll("ul")) if (!list.children.length) list.remove();
  return root;
}

async function fill(place, record, ask) {
  place.textContent = "Asking godwitd …";
  const { lines, error } = await ask("/api/why?name=" + encodeURIComponent(record.name) + "&type=" + encodeURIComponent(record.type));
  if (error) {
    place.textContent = error;
    return;
  }
  const head = lines.find((line) => Array.isArray(line.headline));
  place.replaceChildren(...(head?.headline ?? []).map((text) => make("p", {}, text)), treeOf(lines));
}

function entry(record, ask) {
  const moment = new Date(record.at);
  const when = Number.isNaN(moment.getTime()) ? String(record.at) : format.clock(moment);
  const code = record.answered ? "slow" : String(record.rcode ?? "");
  const fault = String(record.fault ?? "");
  const said = fault.startsWith(code + " ") ? fault.slice(code.length + 1) : fault;
  const out = make("details", {}, make("summary", {},
    make("span", { class: "when", title: record.at ?? "" }, when),
    make("span", { class: "name" }, record.name, " ", make("small", {}, record.type ?? "")),
    make("span", { class: "fault" }, make("span", { class: "code" }, code), " ", said),
    make("span", { class: "took" }, record.took ?? "")));
  const tree = make("div", { class: "tree", tabindex: "0", "aria-label": "what was done for this question" });
  out.append(tree);
  out.addEventListener("toggle", () => {
    if (out.open && !tree.children.length) fill(tree, record, ask);
  });
  return out;
}

export function show(records, ask) {
  const latest = records.filter((r) => typeof r.name === "string")
    .sort((a, b) => String(b.at).localeCompare(String(a.at))).slice(0, shownMax);
  const keys = new Set();
  const list = document.getElementById("why");
  let place = list.firstElementChild;
  for (const record of latest) {
    const key = [record.at, record.name, record.type].join(" ");
    if (keys.has(key)) continue;
    keys.add(key);
    if (!shown.has(key)) shown.set(key, entry(record, ask));
    const element = shown.get(key);
    if (element === place) {
      place = place.nextElementSibling;
    } else {
      list.insertBefore(element, place);
    }
  }
  for (const [key, element] of shown) {
    if (keys.has(key)) continue;
    element.remove();
    shown.delete(key);
  }
  const empty = document.getElementById("why-empty");
  empty.hidden = keys.size > 0;
  empty.textContent = "Nothing has failed lately.";
}
