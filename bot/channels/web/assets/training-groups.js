// 分组：哪些人一组，试卷可以按组发。

import * as api from "/assets/api.js";
import { el } from "/assets/dom.js";
import { attempt, button, confirmed, dialogue } from "/assets/parts.js";
import { back, picks, tick } from "/assets/training-parts.js";

export async function groups({ redraw }) {
  const found = await api.get("/api/training/people");
  const add = button("新建一组", "primary", () => edit(found, { name: "", people: [] }, redraw));
  const rows = found.groups.map((one) => group(found, one, redraw));
  return [back(), el("div", { class: "row" }, el("h2", {}, "分组"), el("span", { class: "hint" }, `${found.groups.length} 组`), el("span", { class: "spread" }), add), el("section", { class: "files" }, rows.length ? rows : el("p", { class: "quiet" }, "还没有分组。一组就是一批常一起考的人，如“2026 年新员工”。"))];
}

function group(found, one, redraw) {
  const names = Object.fromEntries(found.people.map((person) => [person.id, person.name]));
  const drop = async () => {
    if (!(await confirmed(`解散“${one.name}”？`, "人还在，只是不再编在这一组；已发给这一组的试卷，他们也不再收到。", "解散"))) return;
    await attempt(() => api.send("DELETE", `/api/training/groups/${encodeURIComponent(one.name)}`));
    redraw();
  };
  return el("article", { class: "file" }, el("header", {}, el("span", { class: "title" }, one.name), el("span", { class: "badge" }, `${one.people.length} 人`), button("改", "second small", () => edit(found, one, redraw), { "aria-label": `改“${one.name}”` }), button("解散", "second small danger", drop, { "aria-label": `解散“${one.name}”` })), el("p", { class: "about" }, one.people.map((id) => names[id] || id).join("、")));
}

function edit(found, one, redraw) {
  const name = el("input", { name: "name", required: true, maxlength: 40, value: one.name, readonly: Boolean(one.name) });
  const ticks = picks("组里的人", found.people.map((person) => tick("person", person.name, one.people.includes(person.id), { value: person.id })));
  dialogue(one.name ? `改“${one.name}”` : "新建一组", [el("label", { class: "field" }, "组名", name), ticks], "存下", async (data) => {
    await api.send("PUT", `/api/training/groups/${encodeURIComponent(data.get("name").trim())}`, { people: data.getAll("person").map(Number) });
    redraw();
  });
}
