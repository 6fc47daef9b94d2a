// What godwitd has counted, over the time that the page has been open: differences of its counters
// and histograms. No document in here.

const historySeconds = 300;

function matches(labels, wanted) {
  return Object.entries(wanted).every(([key, value]) => labels[key] === value);
}

// The families of one answer to `metrics`.
export class Snapshot {
  constructor(lines, at) {
    this.at = at;  // milliseconds
    this.families = new Map();
    for (const line of lines) {
      if (typeof line.family === "string" && Array.isArray(line.samples)) {
        this.families.set(line.family, line.samples.filter((sample) => sample && sample.labels));
      }
    }
  }

  samples(family, wanted = {}) {
    return (this.families.get(family) ?? []).filter((sample) => matches(sample.labels, wanted));
  }

  // Of all samples; undefined: there are none.
  sum(family, wanted = {}) {
    const values = this.samples(family, wanted).map((sample) => Number(sample.value));
    return values.length ? values.reduce((a, b) => a + b, 0) : undefined;
  }

  // Counts of all samples together; null: there are none.
  histogram(family) {
    const all = this.samples(family).filter((s) => Array.isArray(s.counts) && Array.isArray(s.bounds));
    if (!all.length) return null;
    const counts = all[0].counts.map((_, i) => all.reduce((sum, s) => sum + Number(s.counts[i] ?? 0), 0));
    return { bounds: all[0].bounds.map(Number), counts };
  }
}

export class History {
  constructor() {
    this.snapshots = [];
  }

  get latest() {
    return this.snapshots.at(-1);
  }

  add(snapshot) {
    const uptime = (s) => s?.sum("godwit_uptime_seconds") ?? 0;
    if (this.latest && uptime(snapshot) < uptime(this.latest)) this.snapshots = [];
    this.snapshots.push(snapshot);
    const oldest = snapshot.at - historySeconds * 1000;
    while (this.snapshots[0].at < oldest) this.snapshots.shift();
  }

  // The one from which `seconds` are counted; null: all since godwitd's start.
  before(seconds) {
    const from = this.latest.at - seconds * 1000;
    const found = this.snapshots.find((s) => s.at >= from);
    return found === this.latest ? null : found;
  }

  // How much a counter has grown.
  grown(family, wanted, before) {
    const now = this.latest.sum(family, wanted);
    if (now === undefined) return undefined;
    return Math.max(0, now - (before?.sum(family, wanted) ?? 0));
  }

  // [{at, value}] a second, between one snapshot and the next.
  rates(family, wanted = {}) {
    const out = [];
    for (let i = 1; i < this.snapshots.length; ++i) {
      const [a, b] = [this.snapshots[i - 1], this.snapshots[i]];
      const value = (b.sum(family, wanted) ?? 0) - (a.sum(family, wanted) ?? 0);
      out.push({ at: b.at, value: Math.max(0, value) / Math.max(0.1, (b.at - a.at) / 1000) });
    }
    return out;
  }

  // What a histogram has gained; of all time, if nothing.
  gained(family, before) {
    const now = this.latest.histogram(family);
    const then = before?.histogram(family);
    if (!now || !then) return now && { ...now, isAll: true };
    const counts = now.counts.map((value, i) => Math.max(0, value - (then.counts[i] ?? 0)));
    return counts.some((value) => value > 0) ? { ...now, counts, isAll: false } : { ...now, isAll: true };
  }
}

// The time within which that share lies, in seconds: inside a class as if all were spread evenly.
// Of what is above the last bound nothing better is known than that bound.
export function quantile({ bounds, counts }, share) {
  const all = counts.reduce((a, b) => a + b, 0);
  if (!all) return undefined;
  let rank = share * all;
  for (let i = 0; i < bounds.length; ++i) {
    if (rank <= counts[i] && counts[i] > 0) {
      const low = i ? bounds[i - 1] : 0;
      return low + (bounds[i] - low) * (rank / counts[i]);
    }
    rank -= counts[i];
  }
  return bounds.at(-1);
}
