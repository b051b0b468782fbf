// 说对错：判分、答案、引文与出处，连同报错。

import * as api from "/assets/api.js";
import { el, marked } from "/assets/dom.js";
import { button, filled, toast } from "/assets/parts.js";
import * as reader from "/assets/reader.js";

export const grade = (told) => (told.right === null ? "" : told.right ? "good" : "bad");

// 引文与出处；点开就是原文里的那一句。
export function sources(found) {
  return found.map((one) => {
    const open = (event) => reader.openReport(one.document, one.title, one, event.currentTarget);
    return el("blockquote", { class: "source" }, el("q", {}, marked(one.quote, one.marks)), el("cite", {}, `《${one.title}》 · ${one.section}`), button("查看原文", "open", open));
  });
}

export function verdict(told) {
  const words = [el("p", { class: `told ${grade(told)}` }, el("b", {}, told.verdict), told.right === false && told.key ? el("span", {}, `正确答案：${told.key}`) : null)];
  if (told.explanation) words.push(el("p", { class: "hint" }, told.explanation));
  return [...words, ...sources(told.sources)];
}

export function complaining(target) {
  const fields = [{ title: "哪里不对", name: "said", required: true, maxlength: 300, placeholder: "例如：原文说的是 2022 年" }];
  return button("报错", "second", () =>
    filled("这道题有错", fields, "交给出题人", async (given) => {
      await api.send("POST", "/api/quiz/complaints", { item: target, said: given.said });
      toast("已连同引文交给出题人，谢谢。");
    }, "连同这道题的引文一起交给出题人，作答照常计分。"),
  );
}

// 交卷后逐题看：题干、自己答的、对错、出处。
export function reviewed(rows) {
  return rows.map((row) =>
    el(
      "details",
      { class: "entry", open: row.told.right === false && rows.length <= 5 },
      el("summary", {}, el("span", { class: `badge ${grade(row.told)}` }, row.told.verdict), el("span", { class: "what" }, `${row.number}. ${row.stem}`)),
      el("div", { class: "inside" }, row.given ? el("p", { class: "hint" }, `您答的：${row.given}`) : null, row.told.right ? el("p", { class: "hint" }, `答案：${row.told.key}`) : null, verdict(row.told), el("div", { class: "row" }, complaining(row.target))),
    ),
  );
}
