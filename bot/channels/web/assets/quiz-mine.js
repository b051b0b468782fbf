// 我的考核：试卷、错题本、榜上的名字与提醒、成绩的导出与删除。

import * as api from "/assets/api.js";
import { el } from "/assets/dom.js";
import { attempt, button, confirmed, filled, toast, when } from "/assets/parts.js";

export function mine(sheet, found, redraw, press) {
  if (!found.me) return sheet.replaceChildren(stranger());
  const parts = [
    el("section", { class: "list" }, el("div", { class: "row" }, el("h2", {}, "我的试卷"), el("span", { class: "spread" }), byCode()), found.papers.length ? found.papers.map(paper) : el("p", { class: "quiet" }, "还没有发给您的试卷。有代码的，点“输入代码”。")),
    notices(found.notices, redraw, press),
    missed(found, redraw),
    wishes(found.wishes, redraw),
    own(redraw),
  ];
  sheet.replaceChildren(...parts.filter(Boolean));
}

function stranger() {
  return el("section", { class: "panel" }, el("h2", {}, "凭代码进入"), el("p", { class: "hint" }, "输入培训员给的试卷代码；已有帐号的请先登录，发给您的试卷就在这里。"), el("div", { class: "row" }, byCode("primary"), el("a", { class: "second", href: "/admin#back=/quiz" }, "登录")));
}

function byCode(kind = "second") {
  const fields = [{ title: "试卷代码", name: "code", required: true, maxlength: 12, autocomplete: "off", autocapitalize: "characters" }];
  return button("输入代码", kind, () => filled("输入试卷代码", fields, "进入", ({ code }) => location.assign("/quiz/" + encodeURIComponent(code.trim().toUpperCase()))));
}

function paper(one) {
  const badge = one.going ? "warn" : one.best !== null ? (one.passed ? "good" : "bad") : one.startable ? "plan" : "";
  const about = [`${one.number} 题`, one.minutes ? `限时 ${one.minutes} 分钟` : null, one.deadline ? `${when(one.deadline)} 截止` : null, one.best === null ? null : `最好 ${one.best} 分，${one.passed ? "及格" : "未及格"}`];
  const word = one.going ? "接着答" : !one.startable ? "查看" : one.best === null ? "去答题" : "再答一次";
  return el("article", { class: "file" }, el("header", {}, el("span", { class: "title" }, one.title), el("span", { class: `badge ${badge}` }, one.state), el("a", { class: one.startable && (one.going || one.best === null) ? "primary small" : "second small", href: `/quiz/${one.code}`, "aria-label": `${word}：${one.title}` }, word)), el("p", { class: "about" }, about.filter(Boolean).join(" · ")));
}

function notices(found, redraw, press) {
  if (!found.length) return null;
  const read = (one) => attempt(() => api.send("POST", "/api/quiz/notices", { numbers: [one.id] }));
  const row = (one) =>
    el(
      "li",
      { class: "notice-row" },
      el("p", { class: "row" }, el("span", { class: "badge plan" }, one.kind), el("span", { class: "hint" }, when(one.created)), el("span", { class: "spread" }), button("知道了", "second small", () => read(one).then(redraw), { "aria-label": `知道了：${one.kind}` })),
      one.lines.map((line) => el("p", {}, line)),
      one.buttons.length ? el("div", { class: "row" }, one.buttons.map(({ label, data }) => button(label, "second", () => read(one).then(() => press(data))))) : null,
    );
  return el("section", { class: "panel list", "aria-label": "通知" }, el("h2", {}, "通知"), el("ul", { class: "missed-list" }, found.map(row)));
}

function missed(found, redraw) {
  const forget = async (one) => {
    if (!(await confirmed("从错题本里去掉？", one.stem, "去掉"))) return;
    await attempt(() => api.send("DELETE", `/api/quiz/missed/${one.identity}`));
    redraw();
  };
  const row = (one) => el("li", { class: "row" }, el("span", { class: "what" }, one.stem), el("span", { class: "hint" }, `错过 ${one.missed} 次 · ${one.due_now ? "今天该复习" : when(one.due).slice(0, 10) + " 复习"}`), button("去掉", "second small", () => forget(one), { "aria-label": `去掉：${one.stem}` }));
  const review = found.due ? el("a", { class: "primary", href: "/quiz#review" }, `复习今天的 ${found.due} 题`) : null;
  return el(
    "section",
    { class: "panel list" },
    el("div", { class: "row" }, el("h2", {}, "错题本"), el("span", { class: "hint" }, found.missed.length ? `${found.missed.length} 题` : "还没有错题"), el("span", { class: "spread" }), review),
    found.missed.length ? el("details", {}, el("summary", {}, "看全部错题"), el("ul", { class: "missed-list" }, found.missed.map(row))) : null,
  );
}

function wishes(wish, redraw) {
  const nickname = el("input", { name: "nickname", maxlength: 32, value: wish.nickname || "", autocomplete: "nickname" });
  const ranked = el("input", { name: "ranked", type: "checkbox", checked: wish.ranked });
  const daily = el("input", { name: "daily", type: "checkbox", checked: wish.daily });
  const hours = ["", ...Array.from({ length: 24 }, (_, hour) => String(hour))];
  const now = wish.hour === null ? "" : String(wish.hour);
  const hour = el("select", { name: "hour" }, hours.map((at) => el("option", { value: at, selected: at === now }, at === "" ? "不提醒" : `每天 ${at} 点`)));
  const form = el(
    "form",
    { class: "wishes" },
    el("label", { class: "field" }, "昵称（榜上、要求用昵称的成绩表里用它）", nickname),
    el("label", { class: "field" }, "提醒复习错题", hour),
    el("label", { class: "row" }, ranked, "成绩上榜"),
    el("label", { class: "row" }, daily, "订阅每日一题"),
    el("button", { type: "submit", class: "second" }, "保存"),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const given = { nickname: nickname.value.trim() || null, ranked: ranked.checked, hour: hour.value === "" ? null : Number(hour.value), daily: daily.checked };
    if (await attempt(() => api.send("PUT", "/api/quiz/wishes", given))) toast("记下了。");
  });
  return el("section", { class: "panel list" }, el("h2", {}, "我的意愿"), form);
}

function own(redraw) {
  const drop = async () => {
    if (!(await confirmed("删去我的全部成绩？", "答卷、作答、错题本、昵称与提醒一并删去，不能恢复；正在答的也不再保留。", "全部删去"))) return;
    if (await attempt(() => api.send("DELETE", "/api/quiz/own"))) toast("已全部删去。");
    redraw();
  };
  return el("section", { class: "panel row" }, el("h2", {}, "我的成绩"), el("span", { class: "spread" }), el("a", { class: "second", href: "/api/quiz/own.xlsx", download: "" }, "导出"), button("全部删去", "second danger", drop));
}
