// Charts as SVG, drawn anew at each change. Every text is a text node.

const space = "http://www.w3.org/2000/svg";

function shape(kind, attributes, text) {
  const out = document.createElementNS(space, kind);
  for (const [name, value] of Object.entries(attributes)) out.setAttribute(name, value);
  if (text !== undefined) out.textContent = text;
  return out;
}

// The next larger number of the kind 1, 2, 5, 10 ...
function roundUp(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value * 0.999);
}

function frame(place, title) {
  const width = Math.max(200, place.clientWidth), height = Math.max(100, place.clientHeight);
  const box = { left: 42, right: width - 14, top: 10, bottom: height - 24 };
  const picture = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": title });
  picture.append(shape("title", {}, title));
  return { picture, box };
}

function path(points) {
  return points.map(([x, y], i) => (i ? "L" : "M") + x.toFixed(1) + " " + y.toFixed(1)).join("");
}

function rulers(picture, box, most, toText) {
  const y = (value) => box.bottom - (box.bottom - box.top) * (value / most);
  for (const part of [0, 0.5, 1]) {
    const at = Math.round(y(part * most)) + 0.5;
    picture.append(shape("line", { x1: box.left, x2: box.right, y1: at, y2: at, class: "grid" }),
      shape("text", { x: box.left - 8, y: at + 4, "text-anchor": "end" }, toText(part * most)));
  }
  return y;
}

// series: [{points: [{at, value}], class}], the first with its area filled. `now`, `seconds`: the
// right end, and how far back the left end is.
export function overTime(place, title, series, now, seconds, toText) {
  const { picture, box } = frame(place, title);
  const most = Math.max(1, ...series.flatMap((one) => one.points.map((p) => p.value)));
  const y = rulers(picture, box, roundUp(most), toText);
  const x = (at) => box.right - (box.right - box.left) * ((now - at) / (seconds * 1000));
  const isNarrow = box.right - box.left < 480;
  for (let minutes = seconds / 60; minutes >= 0; --minutes) {
    if (isNarrow && minutes % 2 === 0 && minutes > 0) continue;
    const text = minutes ? "−" + minutes + " min" : "now";
    const anchor = minutes === 0 ? "end" : minutes === seconds / 60 ? "start" : "middle";
    picture.append(shape("text", { x: x(now - minutes * 60000), y: box.bottom + 18, "text-anchor": anchor }, text));
  }
  series.forEach((one, i) => {
    const points = one.points.filter((p) => now - p.at <= seconds * 1000).map((p) => [x(p.at), y(p.value)]);
    if (points.length < 2) return;
    const line = path(points);
    if (i === 0) {
      const [first, last] = [points[0][0], points.at(-1)[0]];
      picture.append(shape("path", { d: `${line}L${last} ${box.bottom}L${first} ${box.bottom}Z`, class: "area" }));
    }
    picture.append(shape("path", { d: line, class: one.class }));
  });
  place.replaceChildren(picture);
}

// points: [{size, ratio}], sizes as multiples of the present one, each twice the one before.
export function curve(place, title, points, toText) {
  const { picture, box } = frame(place, title);
  const y = rulers(picture, box, 1, (value) => toText(value) + " %");
  const step = (box.right - box.left - 40) / Math.max(1, points.length - 1);
  const at = points.map((p, i) => [box.left + 20 + i * step, y(p.ratio)]);
  const [first, last] = [at[0][0], at.at(-1)[0]];
  picture.append(shape("path", { d: `${path(at)}L${last} ${box.bottom}L${first} ${box.bottom}Z`, class: "area" }),
    shape("path", { d: path(at), class: "line" }));
  points.forEach((point, i) => {
    const [px, py] = at[i];
    const isNow = point.size === 1;
    const below = py < box.top + 22;
    picture.append(
      shape("circle", { cx: px, cy: py, r: isNow ? 5.5 : 3.5, class: isNow ? "dot now" : "dot" }),
      shape("text", { x: px, y: py + (below ? 20 : -11), "text-anchor": "middle", class: "value" }, toText(point.ratio)),
      shape("text", { x: px, y: box.bottom + 18, "text-anchor": "middle" }, isNow ? "as it is" : "× " + point.size));
  });
  place.replaceChildren(picture);
}
