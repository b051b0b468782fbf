// 数字：查找、按年度与性质挑、导出 Excel。

import * as api from "/assets/api.js";
import { el, marked } from "/assets/dom.js";
import { button, failed, settled, sourceLink } from "/assets/parts.js";

const PAGE = 50;

export function facts(desk) {
  const words = el("input", { type: "search", class: "search", placeholder: "事项、单位、原句里的词，空格隔开", "aria-label": "查找数字" });
  const year = el("select", { "aria-label": "年度" }, el("option", { value: "" }, "全部年度"));
  const kind = el("select", { "aria-label": "性质" }, [["", "全部性质"], ["actual", "完成"], ["plan", "计划"], ["situation", "形势"]].map(([value, name]) => el("option", { value }, name)));
  const sheet = el("a", { class: "second", download: "" }, "导出 Excel");
  const total = el("p", { class: "hint", role: "status" });
  const body = el("tbody");
  const more = button("再列一些", "second more-button", () => draw(body.children.length));
  const table = el("table", {}, el("thead", {}, el("tr", {}, ["事项", "数量", "年度", "性质", "单位", "原句"].map((name) => el("th", { scope: "col" }, name)))), body);

  const query = () => {
    const chosen = new URLSearchParams({ q: words.value });
    if (year.value) chosen.set("year", year.value);
    if (kind.value) chosen.set("kind", kind.value);
    return chosen;
  };
  let latest = 0;
  async function draw(offset) {
    const mine = ++latest;
    sheet.href = "/api/facts.xlsx?" + query();
    try {
      const found = await api.get(`/api/facts?${query()}&offset=${offset}&limit=${PAGE}`);
      if (mine !== latest) return;
      if (year.options.length === 1) year.append(...found.years.map((one) => el("option", { value: one }, `${one} 年`)));
      if (!offset) body.replaceChildren();
      body.append(...found.facts.map(row));
      total.textContent = `一共 ${found.total} 个数字`;
      more.hidden = body.children.length >= found.total;
    } catch (error) {
      total.replaceChildren(failed(error));
    }
  }
  const again = settled(() => draw(0));
  words.addEventListener("input", again);
  year.addEventListener("change", again);
  kind.addEventListener("change", again);
  desk.append(el("div", { class: "row" }, words, year, kind, sheet), total, el("div", { class: "sheet cards", tabindex: "0", role: "region", "aria-label": "数字表" }, table), more);
  draw(0);
}

function row(fact) {
  const place = [fact.document, fact.section].filter(Boolean).join(" · ");
  return el(
    "tr",
    {},
    el("td", { class: "subject" }, fact.subject),
    el("td", { class: "number" }, fact.said),
    el("td", { class: "nowrap" }, fact.year ? String(fact.year) : ""),
    el("td", {}, fact.role ? el("span", { class: "badge " + ({ actual: "good", plan: "plan" }[fact.kind] || "") }, fact.role) : ""),
    el("td", { class: "org" }, fact.org || ""),
    el("td", { class: "quote" }, marked(fact.quote, fact.marks), el("small", {}, place, " ", el("a", { href: sourceLink(fact), "aria-label": `查看原文：${fact.subject} ${fact.said}` }, "查看原文"))),
  );
}
