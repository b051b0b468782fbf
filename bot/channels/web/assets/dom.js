// 造元素：文字一律作为文本节点放入，从不拼 HTML。

const SVG = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined));
  return element;
}

export function el(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

export function byId(id) {
  return document.getElementById(id);
}

// 不超过这么多字的数，不在中间换行。
const WHOLE = 12;

// 把文字按区间切开，区间内的放进 <mark>；位置按字符（码点）计，与服务端一致。
export function marked(text, ranges) {
  const letters = Array.from(text);
  const parts = [];
  let at = 0;
  for (const [start, end] of [...ranges].sort((a, b) => a[0] - b[0])) {
    const from = Math.max(at, start);
    const to = Math.min(letters.length, end);
    if (from >= to) continue;
    if (from > at) parts.push(letters.slice(at, from).join(""));
    parts.push(el("mark", { class: to - from > WHOLE ? null : "whole" }, letters.slice(from, to).join("")));
    at = to;
  }
  if (at < letters.length) parts.push(letters.slice(at).join(""));
  return parts;
}
