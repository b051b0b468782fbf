// 培训页里的一道题：题干、选项、答案，旁边是证明它的引文。

import { el, marked } from "/assets/dom.js";

const LETTERS = "ABCDEFGHIJKL";

export function proof(item) {
  if (!item.sources.length) return el("p", { class: "hint" }, item.explanation || "自拟题，没有引文，请自己把关。");
  return item.sources.map((one) => {
    const place = `/#report=${encodeURIComponent(one.document)}&at=${one.start}-${one.end}`;
    return el("blockquote", { class: "source" }, el("q", {}, marked(one.quote, one.marks)), el("footer", {}, el("cite", {}, `《${one.title}》 · ${one.section}`), el("a", { class: "open", href: place, target: "_blank", rel: "noopener" }, "查看原文")));
  });
}

export function itemCard(item, tools) {
  const option = (one, at) => el("li", { class: one.right ? "right" : "" }, el("span", { class: "letter" }, LETTERS[at]), el("span", {}, one.text, one.why ? el("small", {}, one.why) : null), one.right ? el("span", { class: "mark-word" }, item.answer === "order" ? "" : "答案") : null);
  return el(
    "article",
    { class: "item panel" + (item.withdrawn ? " gone" : item.kept ? " kept" : ""), "aria-label": `第 ${item.position} 题` },
    el(
      "div",
      { class: "asked" },
      el("p", { class: "row" }, el("b", {}, `第 ${item.position} 题`), el("span", { class: "badge" }, item.kind), el("span", { class: "badge" }, `难度 ${item.level}`), item.withdrawn ? el("span", { class: "badge bad" }, "已撤下") : item.kept ? el("span", { class: "badge good" }, "看过，留下") : null),
      item.withdrawn ? el("p", { class: "wrong" }, item.why) : null,
      el("h3", {}, item.stem),
      item.options.length ? el("ul", { class: "choices" }, item.options.map(option)) : null,
      !item.options.length || item.answer === "order" ? el("p", { class: "key" }, `答案：${item.key}`) : null,
      tools.length ? el("div", { class: "row" }, tools) : null,
    ),
    el("div", { class: "proof" }, el("p", { class: "hint" }, "依据"), proof(item)),
  );
}
