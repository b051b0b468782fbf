// 审题：逐题看依据，留、换、去、改；加自拟题；发布，拿到链接与代码。

import * as api from "/assets/api.js";
import { el } from "/assets/dom.js";
import { attempt, button, confirmed, filled, toast } from "/assets/parts.js";
import { itemCard } from "/assets/training-item.js";
import { back, badge, facts, go, HOME } from "/assets/training-parts.js";
import { share } from "/assets/training-share.js";

export async function review({ number, redraw }) {
  const found = await api.get(`/api/training/papers/${number}`);
  const head = el("div", { class: "row" }, el("h2", {}, found.paper.title), badge(found.paper), el("span", { class: "hint" }, [`${found.paper.items} 题`, ...facts(found.paper)].join(" · ")));
  if (found.paper.state === "draft") return [back(), head, ...drafted(found, redraw)];
  const cards = found.items.map((item) => itemCard(item, item.withdrawn ? [] : [withdrawing(item, redraw)]));
  return [back(), head, share(found, redraw), running(found, redraw), el("section", { class: "items", "aria-label": "试题" }, cards)];
}

// 草稿：改一题只重画那一张，看到哪里还在哪里
function drafted(found, redraw) {
  const list = el("section", { class: "items", "aria-label": "试题" });
  const seen = el("span", { class: "hint", role: "status" });
  const rest = () => found.items.filter((item) => !item.kept);
  const count = () => (seen.textContent = `看过 ${found.items.length - rest().length} / ${found.items.length} 题`);
  const card = (item) => itemCard(item, tools(item, put, redraw));
  const put = (item) => {
    const at = found.items.findIndex((other) => other.id === item.id);
    found.items[at] = item;
    list.children[at].replaceWith(card(item));
    count();
    const next = list.children[Math.min(at + (item.kept ? 1 : 0), list.children.length - 1)].querySelector("button");
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  };
  list.append(...found.items.map(card));
  count();
  return [publishing(found, seen, rest, redraw), list];
}

function tools(item, put, redraw) {
  const path = `/api/training/items/${item.id}`;
  const swap = async (event) => {
    const pressed = event.currentTarget;
    pressed.disabled = true;
    const other = await attempt(() => api.send("POST", path + "/swap"));
    pressed.disabled = false;
    if (other) put(other);
  };
  const drop = async () => {
    if (!(await confirmed(`去掉第 ${item.position} 题？`, item.stem, "去掉"))) return;
    await attempt(() => api.send("DELETE", path));
    redraw();
  };
  const keep = async () => {
    const kept = await attempt(() => api.send("POST", path + "/keep"));
    if (kept) put(kept);
  };
  return [
    item.kept ? null : button("留下", "second small", keep, { "aria-label": `留下第 ${item.position} 题` }),
    item.own ? null : button("换一题", "second small", swap, { "aria-label": `换一题：第 ${item.position} 题` }),
    button("改", "second small", () => edit(path, item, put), { "aria-label": `改第 ${item.position} 题` }),
    button("去掉", "second small danger", drop, { "aria-label": `去掉第 ${item.position} 题` }),
  ].filter(Boolean);
}

// 发布了的：报错属实，出题人可以撤下一题；也可以提前关闭
export function withdrawing(item, redraw) {
  const fields = [{ title: "为什么撤下", name: "why", required: true, maxlength: 200 }];
  return button("撤下这题", "second small danger", () =>
    filled(`撤下第 ${item.position} 题`, fields, "撤下", async ({ why }) => {
      await api.send("POST", `/api/training/items/${item.id}/withdraw`, { why });
      redraw();
    }, "撤下的题不再进新的答卷，已有的成绩里也不计。"), { "aria-label": `撤下这题：第 ${item.position} 题` });
}

function running(found, redraw) {
  const close = async () => {
    if (!(await confirmed(`提前关闭《${found.paper.title}》？`, "不能再开始答；正在答的照各自的时限答完。", "关闭"))) return;
    await attempt(() => api.send("POST", `/api/training/papers/${found.paper.id}/close`));
    redraw();
  };
  return el("div", { class: "row" }, el("a", { class: "primary", href: `${HOME}/${found.paper.id}/results` }, "看成绩"), sheet(found.paper.id), el("span", { class: "spread" }), found.paper.state === "published" ? button("提前关闭", "second danger", close) : null);
}

function edit(path, item, put) {
  const key = item.options.length
    ? { title: item.answer === "order" ? "答案（字母，按先后）" : "答案（字母）", name: "key", required: true, maxlength: 12, value: item.letters, autocomplete: "off" }
    : { title: "答案", name: "key", required: true, maxlength: 200, value: item.key, autocomplete: "off" };
  const fields = [{ title: "题干", name: "stem", required: true, maxlength: 500, value: item.stem, lines: 5 }, key];
  const act = async (given) => {
    put(await api.send("PATCH", path, given));
    toast(`第 ${item.position} 题改好了，仍有引文证明。`);
  };
  filled(`改第 ${item.position} 题`, fields, "改好", act, "改过的题仍要由引文证明，证明不了的不收。");
}

function sheet(number) {
  return el("a", { class: "second", href: `/api/training/papers/${number}/items.xlsx`, download: "" }, "题目导出 Excel");
}

function importing(number, redraw) {
  const input = el("input", { type: "file", accept: ".xlsx", "aria-label": "选择自拟题的表格" });
  input.addEventListener("change", async () => {
    const added = await attempt(() => api.send("PUT", `/api/training/own?paper=${number}`, input.files[0]));
    if (added) toast(`加进了 ${added.added} 道自拟题。`);
    redraw();
  });
  return el("label", { class: "second pick" }, "导入自拟题", input);
}

function publishing(found, seen, rest, redraw) {
  const number = found.paper.id;
  const drop = async () => {
    if (!(await confirmed(`删去草稿《${found.paper.title}》？`, "题目一并删去，不能恢复。", "删去"))) return;
    if (await attempt(() => api.send("DELETE", `/api/training/papers/${number}`))) go("");
  };
  const publish = async () => {
    const nobody = found.paper.everyone ? "" : "还没有点名发给谁，发布之后再发给。";
    const named = found.audience.length ? `发给 ${found.audience.join("、")}。` : nobody;
    const unread = rest().length ? `还有 ${rest().length} 题没有标“留下”。` : "";
    if (!(await confirmed(`发布《${found.paper.title}》？`, `${unread}${named}发布之后题目与设置不再改。`, "发布"))) return;
    if (await attempt(() => api.send("POST", `/api/training/papers/${number}/publish`))) redraw();
  };
  return el("div", { class: "row stuck" }, seen, el("span", { class: "spread" }), importing(number, redraw), sheet(number), button("删去草稿", "second danger", drop), button("发布", "primary", publish, { disabled: found.items.length === 0 }));
}
