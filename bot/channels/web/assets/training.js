// 培训：试卷一览、报错与撤下的题，和进到出卷、审题、成绩、分组各处的路。

import * as api from "/assets/api.js";
import { el } from "/assets/dom.js";
import { button, failed, filled, when } from "/assets/parts.js";
import { daily } from "/assets/training-daily.js";
import { groups } from "/assets/training-groups.js";
import { make } from "/assets/training-make.js";
import { back, badge, HOME } from "/assets/training-parts.js";
import { results } from "/assets/training-results.js";
import { review, withdrawing } from "/assets/training-review.js";

const SLOW = 300;
const PLACES = [
  [/^$/, home],
  [/^new$/, make],
  [/^groups$/, groups],
  [/^daily$/, daily],
  [/^(\d+)$/, review],
  [/^(\d+)\/results$/, results],
];

// 各处写在网址的 # 之后，前进后退都走得通。
export function training(desk) {
  let latest = 0;
  const draw = async () => {
    if (location.hash !== HOME && !location.hash.startsWith(HOME + "/")) return;
    const mine = ++latest;
    const rest = location.hash.slice(HOME.length + 1);
    const [, place] = PLACES.find(([one]) => one.test(rest)) || PLACES[0];
    const slow = setTimeout(() => mine === latest && desk.replaceChildren(el("p", { class: "quiet", role: "status" }, "正在打开……")), SLOW);
    let parts;
    try {
      parts = await place({ number: parseInt(rest, 10), redraw: draw });
    } catch (error) {
      parts = [back(), failed(error)];
    }
    clearTimeout(slow);
    if (mine === latest) desk.replaceChildren(...parts.filter(Boolean));
  };
  addEventListener("hashchange", draw);
  draw();
  return () => removeEventListener("hashchange", draw);
}

async function home({ redraw }) {
  const found = await api.get("/api/training");
  const head = el(
    "div",
    { class: "row" },
    el("h2", {}, "考核"),
    el("span", { class: "hint" }, found.papers.length ? `${found.papers.length} 份试卷` : "还没有试卷"),
    el("span", { class: "spread" }),
    el("a", { class: "second", href: `${HOME}/groups` }, "分组"),
    el("a", { class: "second", href: `${HOME}/daily` }, "每日一题"),
    el("a", { class: "primary", href: `${HOME}/new` }, "出一份试卷"),
  );
  return [head, withdrawn(found.withdrawn), complaints(found.complaints, redraw), el("section", { class: "files", "aria-label": "试卷" }, found.papers.map(paper))];
}

function paper(one) {
  const about = [`${one.items} 题`, one.state === "draft" ? null : `代码 ${one.code}`, one.deadline ? `${when(one.deadline)} 截止` : null, one.state === "draft" ? null : `${one.finished} 人交卷`, one.withdrawn ? `撤下 ${one.withdrawn} 题` : null, one.author ? `${one.author} 出` : null];
  const links = one.state === "draft" ? [el("a", { class: "primary small", href: `${HOME}/${one.id}`, "aria-label": `审题：${one.title}` }, "审题")] : [el("a", { class: "second small", href: `${HOME}/${one.id}`, "aria-label": `试题与分享：${one.title}` }, "试题与分享"), el("a", { class: "second small", href: `${HOME}/${one.id}/results`, "aria-label": `成绩：${one.title}` }, "成绩")];
  return el("article", { class: "file" }, el("header", {}, el("span", { class: "title" }, one.title), badge(one), links), el("p", { class: "about" }, about.filter(Boolean).join(" · ")));
}

function withdrawn(gone) {
  if (!gone.length) return null;
  const row = (one) => el("li", {}, el("a", { href: `${HOME}/${one.paper.id}` }, `《${one.paper.title}》第 ${one.position} 题`), `：${one.why}`);
  return el("section", { class: "panel notice", "aria-label": "撤下的题" }, el("h3", {}, `报告改过，撤下了 ${gone.length} 道题`), el("ul", {}, gone.map(row)));
}

function complaints(found, redraw) {
  if (!found.length) return null;
  const close = (one) =>
    filled("处理报错", [{ title: "给他的答复（可以不写）", name: "answer", maxlength: 300 }], "处理完了", async ({ answer }) => {
      await api.send("POST", `/api/training/complaints/${one.id}`, { answer });
      redraw();
    });
  const row = (one) =>
    el(
      "details",
      { class: "entry" },
      el("summary", {}, el("span", { class: "when" }, when(one.at)), el("span", { class: "what" }, `${one.name}：${one.said}`)),
      el("div", { class: "inside" }, el("p", {}, `《${one.paper.title}》第 ${one.item.position} 题：${one.item.stem}`), el("p", { class: "hint" }, `答案：${one.item.key}`), one.item.sources.map((source) => el("blockquote", {}, source.quote)), el("div", { class: "row" }, button("处理完了", "second small", () => close(one)), one.item.withdrawn ? null : withdrawing(one.item, redraw))),
    );
  return el("section", { class: "list", "aria-label": "报错" }, el("h3", {}, `报错 ${found.length} 条`), found.map(row));
}
