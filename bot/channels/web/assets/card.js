// 一张答复卡：大字、标签、表格、引文与出处。

import { el, marked, svg } from "/assets/dom.js";

function headline(text) {
  const number = text.match(/^([约近超]?\s*[-−]?[\d,.]+(?:[-~—～至][\d,.]+)?)\s*(\D{1,6})$/);
  if (!number) return el("p", { class: Array.from(text).length > 14 ? "headline long" : "headline" }, text);
  return el("p", { class: "headline" }, number[1], el("span", { class: "unit" }, number[2]));
}

function source(cited, open) {
  const show = (event) => open(cited, event.currentTarget);
  const card = el(
    "blockquote",
    {
      class: "source",
      onclick: (event) => {
        if (event.target.closest("button") || String(getSelection())) return;
        open(cited, card.querySelector("button"));
      },
    },
    el("q", {}, marked(cited.quote, cited.marks)),
    el(
      "footer",
      {},
      el("cite", {}, cited.place),
      el("button", { type: "button", class: "open", onclick: show, "aria-label": `查看原文：${cited.title}` }, "查看原文"),
    ),
  );
  return card;
}

function sources(reply, open) {
  const [first, ...rest] = reply.citations.map((cited) => source(cited, open));
  if (!first) return [];
  const shown = [first];
  if (reply.near) shown.unshift(el("p", { class: "near" }, reply.near));
  if (rest.length) shown.push(el("details", { class: "more" }, el("summary", {}, `另有 ${rest.length} 处出处`), rest));
  return shown;
}

// 同一单位的几个数，才画得出长短。
function scale(table) {
  const cells = table.rows.flatMap((row) => row.cells.map((cell) => amount(cell.text))).filter(Boolean);
  const units = new Set(cells.map((cell) => cell.unit));
  const largest = Math.max(...cells.map((cell) => cell.value), 0);
  return cells.length > 1 && units.size === 1 && largest > 0 ? largest : null;
}

function amount(text) {
  const match = text.match(/^\s*[约近超]?\s*([\d,]+(?:\.\d+)?)\s*([^\d\s，。（(]*)/);
  return match && match[2] ? { value: Number(match[1].replace(/,/g, "")), unit: match[2] } : null;
}

function bar(text, largest) {
  const found = largest === null ? null : amount(text);
  if (!found) return null;
  const width = Math.max(1, (100 * found.value) / largest);
  return svg(
    "svg",
    { class: "bar", viewBox: "0 0 100 6", preserveAspectRatio: "none", "aria-hidden": "true" },
    svg("rect", { class: "rail", width: 100, height: 6, rx: 1 }),
    svg("rect", { class: "value", width, height: 6, rx: 1 }),
  );
}

function cellOf(cell, reply, open, largest) {
  const cited = cell.citation === null ? null : reply.citations[cell.citation];
  if (!cited) return el("td", { class: "none" }, cell.text);
  const button = el(
    "button",
    { type: "button", title: "查看原文", onclick: (event) => open(cited, event.currentTarget) },
    cell.text,
  );
  return el("td", {}, button, bar(cell.text, largest));
}

function table(reply, open) {
  const largest = scale(reply.table);
  const head = [el("td"), ...reply.table.columns.map((name) => el("th", { scope: "col" }, name))];
  const rows = reply.table.rows.map((row) =>
    el("tr", {}, el("th", { scope: "row" }, row.name), row.cells.map((cell) => cellOf(cell, reply, open, largest))),
  );
  return el(
    "div",
    { class: "table-wrap", tabindex: "0", role: "region", "aria-label": "对比表" },
    el("table", { class: "compare" }, el("thead", {}, el("tr", {}, head)), el("tbody", {}, rows)),
  );
}

function plain(reply) {
  const cited = reply.citations[0];
  return cited ? `${reply.answer}\n“${cited.quote}”\n——${cited.place}` : reply.answer;
}

function tools(reply) {
  const copy = el("button", { type: "button" }, "复制");
  copy.addEventListener("click", async () => {
    await navigator.clipboard.writeText(plain(reply));
    copy.textContent = "已复制";
    setTimeout(() => (copy.textContent = "复制"), 1500);
  });
  const took = el("span", { class: "took" }, `${reply.seconds.toFixed(reply.seconds < 0.1 ? 3 : 1)} 秒`);
  return el("div", { class: "tools" }, navigator.clipboard ? copy : null, took);
}

export function answerCard(reply, open) {
  const parts = [];
  if (reply.verdict) parts.push(el("p", { class: "verdict" }, reply.verdict));
  if (reply.headline) parts.push(headline(reply.headline));
  if (reply.chips.length) {
    parts.push(el("div", { class: "chips" }, reply.chips.map((chip) => el("span", { class: "chip " + chip.kind }, chip.text))));
  }
  if (reply.said) parts.push(el("p", { class: "said" }, reply.said));
  if (reply.table) parts.push(table(reply, open));
  parts.push(...sources(reply, open), tools(reply));
  return el("article", { class: "card " + reply.status, "aria-label": "答复" }, parts);
}

export function failedCard(sentence, retry) {
  return el(
    "article",
    { class: "card failed", "aria-label": "没有答成" },
    el("p", { class: "verdict" }, "没有答成"),
    el("p", { class: "said" }, sentence),
    el("div", { class: "tools" }, el("button", { type: "button", onclick: retry }, "再试一次")),
  );
}
