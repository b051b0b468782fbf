// 培训各处共用的小件：去哪里、试卷的状态与要点、发给谁。

import { el } from "/assets/dom.js";
import { when } from "/assets/parts.js";

export const HOME = "#training";
const MANY = 10;
const STATES = { draft: "warn", published: "good", closed: "" };

export const badge = (paper) => el("span", { class: `badge ${STATES[paper.state]}` }, paper.phase);
export const go = (rest) => (location.hash = rest === "" ? HOME : `${HOME}/${rest}`);
export const back = (rest = "", words = "全部试卷") => el("a", { class: "switch", href: rest === "" ? HOME : `${HOME}/${rest}` }, `‹ ${words}`);

export function facts(paper) {
  return [
    paper.minutes ? `限时 ${paper.minutes} 分钟` : "不限时",
    `${paper.pass_mark} 分及格`,
    paper.attempts ? `可答 ${paper.attempts} 次` : "次数不限",
    paper.deadline ? `${when(paper.deadline)} 截止` : null,
    paper.at_once ? "每题答完说对错" : "交卷后说对错",
    paper.everyone ? "有代码的人都能答" : "只有点名的人能答",
    paper.nicknames ? "成绩表里用昵称" : null,
  ].filter(Boolean);
}

export const tick = (name, text, checked, more = {}) => el("label", { class: "tick" }, el("input", { type: "checkbox", name, checked, ...more }), el("span", {}, text));

// 一列可勾的；多了就给一个查找框，勾上的总看得见（全都勾着的除外）。
export function picks(label, ticks) {
  const box = el("div", { class: "picks", role: "group", "aria-label": label }, ticks);
  if (ticks.length <= MANY) return box;
  const search = el("input", { type: "search", placeholder: "查找", "aria-label": `查找：${label}` });
  search.addEventListener("input", () => {
    const words = search.value.trim().split(/\s+/);
    const checked = (one) => one.querySelector("input").checked;
    const whole = ticks.every(checked);
    for (const one of ticks) one.hidden = (whole || !checked(one)) && !words.every((word) => one.textContent.includes(word));
  });
  return el("div", { class: "picking" }, search, box);
}

export function people(found) {
  const groups = found.groups.map((one) => tick("group", `${one.name}（${one.people.length} 人）`, false, { value: one.name }));
  const persons = found.people.map((one) => tick("person", one.name, false, { value: one.id }));
  if (!groups.length && !persons.length) return el("p", { class: "hint" }, "还没有登记的人；先发布，再把链接或代码给他们。");
  return picks("发给谁", [...groups, ...persons]);
}

export const audience = (data) => ({ people: data.getAll("person").map(Number), groups: data.getAll("group") });
