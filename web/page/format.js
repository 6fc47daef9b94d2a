// Numbers as people read them. Whatever comes in that is no number is shown as a dash.

const dash = "–";
const isNumber = (value) => typeof value === "number" && Number.isFinite(value);

export function count(value) {
  return isNumber(value) ? Math.round(value).toLocaleString("en-US") : dash;
}

export function rate(value) {
  if (!isNumber(value)) return dash;
  if (value === 0) return "0";
  return value < 10 ? value.toFixed(1) : count(value);
}

export function percent(share) {
  if (!isNumber(share)) return dash;
  const value = share * 100;
  if (value > 0 && value < 0.1) return "<0.1";
  return value === 0 || value === 100 ? String(value) : value.toFixed(1);
}

export function octets(value) {
  if (!isNumber(value)) return [dash, ""];
  const units = ["octets", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (value >= 1024 && unit + 1 < units.length) {
    value /= 1024;
    ++unit;
  }
  return [unit === 0 ? count(value) : value.toFixed(value < 10 ? 1 : 0), units[unit]];
}

// Of a latency.
export function time(seconds) {
  if (!isNumber(seconds)) return dash;
  if (seconds < 0.001) return (seconds * 1e6).toFixed(0) + " µs";
  if (seconds < 1) return (seconds * 1e3).toFixed(seconds < 0.01 ? 1 : 0) + " ms";
  return seconds.toFixed(1) + " s";
}

// Of an uptime or an age: its two largest units.
export function span(seconds) {
  if (!isNumber(seconds)) return dash;
  const units = [[86400, "d"], [3600, "h"], [60, "min"], [1, "s"]];
  let first = units.findIndex(([size]) => seconds >= size);
  if (first < 0) first = units.length - 1;
  let left = Math.floor(seconds);
  const words = [];
  for (const [size, name] of units.slice(first, first + 2)) {
    const amount = Math.floor(left / size);
    left -= amount * size;
    if (amount > 0 || words.length === 0) words.push(amount + " " + name);
  }
  return words.join(" ");
}

export function clock(moment) {
  return moment.toLocaleTimeString("en-GB");
}
