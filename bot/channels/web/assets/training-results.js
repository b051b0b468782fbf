// 成绩：各人得分、分布、各题答对率与区分度、撤下的题，补考。

import * as api from "/assets/api.js";
import { el } from "/assets/dom.js";
import { button, filled, when } from "/assets/parts.js";
import { back, badge, facts, go } from "/assets/training-parts.js";
import { itemCard } from "/assets/training-item.js";

export async function results({ number }) {
  const found = await api.get(`/api/training/papers/${number}/results`);
  const { paper } = found;
  const again = found.failed.length + found.absent;
  const head = el("div", { class: "row" }, el("h2", {}, paper.title), badge(found.paper), el("span", { class: "hint" }, facts(paper).join(" · ")));
  const acts = el("div", { class: "row" }, el("span", { class: "spread" }), again ? button(`给 ${again} 人出补考卷`, "second", () => makeUp(found)) : null, el("a", { class: "second", href: `/api/training/papers/${number}/results.xlsx`, download: "" }, "导出 Excel"));
  return [back(String(number), "试题与分享"), head, numbers(found), acts, el("div", { class: "marks" }, scores(found), distribution(found.bins)), absent(found), items(found.items), gone(found.withdrawn)];
}

function numbers(found) {
  const got = found.scores.map((one) => one.points);
  const mean = got.length ? Math.round(got.reduce((sum, one) => sum + one, 0) / got.length) : null;
  const passed = found.scores.filter((one) => one.passed).length;
  const figure = (value, words) => el("div", { class: "figure" }, el("b", {}, String(value)), el("span", {}, words));
  return el("section", { class: "figures", "aria-label": "概况" }, figure(got.length, "人交卷"), figure(got.length ? `${Math.round((100 * passed) / got.length)}%` : "—", "及格"), figure(mean === null ? "—" : mean, "平均分"), figure(found.absent, "人未答"));
}

const table = (heads, rows, words) => el("div", { class: "sheet cards" }, el("table", { "aria-label": words }, el("thead", {}, el("tr", {}, heads.map((name) => el("th", { scope: "col" }, name)))), el("tbody", {}, rows)));

function scores(found) {
  if (!found.scores.length) return el("p", { class: "quiet" }, "还没有人交卷。");
  const row = (one) =>
    el("tr", {}, el("td", {}, one.name), el("td", { class: "number" }, `${one.points} 分`), el("td", {}, el("span", { class: `badge ${one.passed ? "good" : "bad"}` }, one.passed ? "及格" : "未及格")), el("td", { class: "nowrap" }, `${one.right} / ${one.asked}`), el("td", { class: "nowrap" }, `${one.minutes} 分钟`), el("td", { class: "nowrap" }, when(one.finished), one.late ? el("small", {}, "到时收卷") : null));
  return table(["姓名", "得分", "及格", "答对", "用时", "交卷"], found.scores.map(row), "成绩");
}

function absent(found) {
  return found.absent_names.length ? el("p", { class: "hint" }, `发给了而没有答：${found.absent_names.join("、")}`) : null;
}

// 分布：各段一条，最多的占满
function distribution(bins) {
  const most = Math.max(1, ...bins.map((one) => one.count));
  const row = (one) => el("tr", {}, el("th", { scope: "row" }, one.range), el("td", { class: "bar" }, el("progress", { max: most, value: one.count, "aria-hidden": "true" })), el("td", { class: "number" }, `${one.count} 人`));
  return el("section", { class: "panel distribution" }, el("h3", {}, "成绩分布"), el("table", { "aria-label": "成绩分布" }, el("tbody", {}, bins.map(row))));
}

function items(found) {
  if (!found.length) return null;
  const row = (one) => {
    const weak = one.discrimination !== null && one.discrimination < 0.2;
    return el("tr", {}, el("td", { class: "nowrap" }, `${one.item.position}. ${one.item.kind}`), el("td", { class: "quote" }, one.item.stem, el("small", {}, `答案：${one.item.key}`)), el("td", { class: "number" }, one.answered ? `${Math.round(100 * one.rate)}%` : "—"), el("td", { class: "number" }, one.discrimination === null ? "—" : one.discrimination.toFixed(2), weak ? el("small", {}, "偏低") : null), el("td", { class: "nowrap" }, one.complaints ? el("span", { class: "badge bad" }, `${one.complaints} 条`) : ""));
  };
  return el("section", { class: "list" }, el("h3", {}, "各题"), el("p", { class: "hint" }, "答对率是答对的人占作答的人；区分度是成绩靠前的 27% 与靠后的 27% 答对率之差，四人以上才算。"), table(["题", "题干", "答对率", "区分度", "报错"], found.map(row), "各题"));
}

function gone(found) {
  return found.length ? el("section", { class: "items" }, el("h3", {}, `撤下的 ${found.length} 题`), found.map((item) => itemCard(item, []))) : null;
}

function makeUp(found) {
  const fields = [{ title: "截止时间（可以不写）", name: "deadline", type: "datetime-local" }];
  filled("出补考卷", fields, "出题", async (given) => {
    const made = await api.send("POST", `/api/training/papers/${found.paper.id}/makeup`, { deadline: given.deadline || null });
    go(made.id);
  }, `照原来的设置另出一套题，只发给未及格的 ${found.failed.length} 人和未答的 ${found.absent} 人；审过再发布。`);
}
