// 考核页：凭代码进来，一题一题答，出成绩；不带代码的是“我的考核”。

import * as api from "/assets/api.js";
import { byId, el } from "/assets/dom.js";
import { button, confirmed, failed, when } from "/assets/parts.js";
import { clock } from "/assets/quiz-clock.js";
import { answering, letter } from "/assets/quiz-item.js";
import { mine } from "/assets/quiz-mine.js";
import { complaining, reviewed, verdict } from "/assets/quiz-told.js";
import * as reader from "/assets/reader.js";

const code = decodeURIComponent((location.pathname.match(/^\/quiz\/([^/]+)$/) || [])[1] || "").toUpperCase();
const sheet = byId("sheet");
const acts = byId("acts");
let ticking = null;
let reviewing = location.hash === "#review";

const say = (words) => (byId("spoken").textContent = words);

function show(parts, buttons = []) {
  sheet.replaceChildren(...parts.flat().filter(Boolean));
  acts.replaceChildren(...buttons.filter(Boolean));
  acts.hidden = buttons.length === 0;
  byId("scroll").scrollTop = 0;
}

// 做一步；没做成就把那句话放在题目下面，作答还在。
async function go(request) {
  const waiting = [...acts.querySelectorAll("button")].filter((one) => !one.disabled);
  for (const one of waiting) one.disabled = true;
  try {
    draw(await request());
  } catch (error) {
    for (const one of waiting) one.disabled = false;
    const old = sheet.querySelector(".wrong");
    if (old) old.remove();
    sheet.append(el("p", { class: "wrong", role: "alert" }, error.message));
    sheet.lastElementChild.scrollIntoView({ block: "nearest" });
  }
}

const step = () => api.get(reviewing ? "/api/quiz/review" : "/api/quiz/step");
const post = (what, body = {}) => go(() => api.send("POST", `/api/quiz/${what}`, body));

function draw(found) {
  if (ticking) ticking.stop();
  ticking = null;
  reviewing = ["review", "reviewed", "nothing_due"].includes(found.stage);
  const parts = { question, verdict: told, reviewed: told, daily: told, score, review: question, nothing_due: rested };
  parts[found.stage](found);
}

// 一题

function top(found, face) {
  if (found.stage === "daily") return [el("div", { class: "progress-line" }, el("b", {}, "每日一题"))];
  if (reviewing) return [el("div", { class: "progress-line" }, el("b", {}, "复习错题"), el("span", { class: "hint" }, found.progress))];
  const line = el("div", { class: "progress-line" }, el("b", {}, found.title), el("span", { class: "hint" }, found.number ? `第 ${found.number} / ${found.total} 题` : `共 ${found.total} 题`), el("span", { class: "spread" }), face);
  return [line, el("progress", { max: found.total, value: found.done, "aria-label": `已答 ${found.done} 题，共 ${found.total} 题` })];
}

function timed(found) {
  if (found.seconds === null) return null;
  ticking = clock(found.seconds, say, () => go(step));
  return ticking.face;
}

function question(found) {
  if (!found.item) return finished(found);
  const { item } = found;
  const submit = el("button", { type: "submit", form: "answering", class: "primary" }, "交这一题");
  const refresh = () => (submit.disabled = given() === "");
  const { part, given, first } = answering(item, refresh, say);
  const answer = () => given() && post(reviewing ? "review" : "answer", { item: item.target, given: given() });
  const stem = el("h2", { class: "stem", tabindex: "-1", id: "stem" }, item.stem);
  const form = el("form", { id: "answering", class: "question panel", "aria-labelledby": "stem", autocomplete: "off" }, el("p", { class: "row" }, el("span", { class: "badge" }, item.kind), el("span", { class: "hint" }, item.hint)), stem, part);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answer();
  });
  const note = found.note ? el("p", { class: "note-line", role: "alert" }, found.note) : null;
  show([top(found, timed(found)), note, form], [reviewing ? el("a", { class: "second", href: "/quiz" }, "先到这里") : handIn(found), submit]);
  refresh();
  if (item.answer === "typed") first.focus();
  else stem.focus({ preventScroll: true });
}

function handIn(found) {
  const left = found.total - found.done;
  return button("交卷", "second", async () => {
    if (left > 0 && !(await confirmed("现在交卷？", `还有 ${left} 题没有答，没答的按答错算。`, "交卷"))) return;
    post("finish");
  });
}

function finished(found) {
  show([top(found, timed(found)), el("section", { class: "panel" }, el("h2", { tabindex: "-1" }, "全部答完了"), el("p", { class: "hint" }, "交卷之后就知道成绩。"))], [button("交卷", "primary", () => post("finish"))]);
}

// 答完一题：选项上标出对错，下面是引文

function told(found) {
  const { item } = found;
  const face = found.stage === "verdict" ? timed(found) : null;
  const options = item.options.map((text, at) => {
    const kind = found.told.choices.includes(at) ? " right" : item.picked.includes(at) ? " missed" : "";
    const mark = kind === " right" ? "正确答案" : kind ? "您选的" : "";
    return el("li", { class: "option" + kind }, el("span", { class: "letter", "aria-hidden": "true" }, letter(at)), el("span", { class: "words" }, text), mark ? el("span", { class: "mark-word" }, mark) : null);
  });
  const again = found.told.right === null ? "再答一次" : "下一题";
  const next = reviewing || found.number ? button(again, "primary", () => go(step)) : found.stage === "daily" ? el("a", { class: "primary", href: "/quiz" }, "我的考核") : button("交卷，看成绩", "primary", () => post("finish"));
  const card = el(
    "section",
    { class: "question panel" },
    el("p", { class: "row" }, el("span", { class: "badge" }, item.kind)),
    el("h2", { class: "stem" }, item.stem),
    options.length ? el("ul", { class: "options" }, options) : found.given ? el("p", { class: "hint" }, `您答的：${found.given}`) : null,
    el("div", { class: "after", role: "status", tabindex: "-1" }, verdict(found.told), found.note ? el("p", { class: "hint" }, found.note) : null),
  );
  show([top(found, face), card], [found.stage === "verdict" ? complaining(item.target) : el("a", { class: "second", href: "/quiz" }, "先到这里"), next]);
  next.focus({ preventScroll: true });
  card.querySelector(".after").scrollIntoView({ block: "nearest" });
}

// 成绩

function score(found) {
  const { score: got } = found;
  const again = got.right < got.asked ? el("a", { class: "primary", href: "/quiz#review" }, "复习错题") : null;
  const card = el(
    "section",
    { class: `panel score ${got.passed ? "good" : "bad"}` },
    el("h2", { tabindex: "-1" }, found.title),
    el("p", { class: "points" }, el("b", {}, String(got.points)), " 分"),
    el("p", {}, el("span", { class: `badge ${got.passed ? "good" : "bad"}` }, got.passed ? "及格" : "未及格"), ` ${got.asked} 题答对 ${got.right} 题，${got.pass_mark} 分及格`),
    got.late ? el("p", { class: "hint" }, "时间到了，按当时的作答收的卷。") : null,
    found.note ? el("p", { class: "hint" }, found.note) : null,
  );
  const rows = found.answers.length ? el("section", { class: "list" }, el("h2", {}, "逐题看"), reviewed(found.answers)) : null;
  show([card, found.board.length ? board(found.board) : null, rows], [el("a", { class: "second", href: "/quiz" }, "我的考核"), again]);
  card.querySelector("h2").focus({ preventScroll: true });
}

function board(rows) {
  const body = rows.map((row) => el("tr", { class: row.me ? "me" : "" }, el("td", { class: "number" }, String(row.rank)), el("td", {}, row.name, row.me ? "（您）" : ""), el("td", { class: "number" }, `${row.points} 分`)));
  return el("section", { class: "list" }, el("h2", {}, "榜"), el("div", { class: "sheet" }, el("table", {}, el("tbody", {}, body))));
}

function rested(found) {
  show([el("section", { class: "panel" }, el("h2", { tabindex: "-1" }, "复习完了"), el("p", {}, found.note))], [el("a", { class: "primary", href: "/quiz" }, "我的考核")]);
}

// 封面：这份试卷怎么考，开始

function cover(found) {
  const { paper } = found;
  const facts = [
    `${paper.number} 题`,
    paper.minutes ? `限时 ${paper.minutes} 分钟` : "不限时",
    `${paper.pass_mark} 分及格`,
    paper.deadline ? `${when(paper.deadline)} 截止` : null,
    paper.attempts ? `可答 ${paper.attempts} 次` : "次数不限",
    paper.at_once ? "每题答完就知道对错" : "交卷后才知道对错",
  ].filter(Boolean);
  const card = el("section", { class: "panel cover" }, el("h2", { tabindex: "-1" }, paper.title), el("ul", { class: "chips" }, facts.map((text) => el("li", { class: "chip" }, text))));
  if (!found.me) {
    card.append(stranger());
    return show([card]);
  }
  if (found.running) card.append(el("p", { class: "wrong", role: "alert" }, `您正在答“${found.running.title}”，先答完它：`, el("a", { href: `/quiz/${found.running.code}` }, "接着答")));
  else if (!paper.startable) card.append(el("p", { class: "wrong", role: "alert" }, paper.state === "截止" || paper.best === null ? "已经截止，不能再答。" : "次数用完了。"));
  if (paper.best !== null) card.append(el("p", { class: "hint" }, `您最好的一次：${paper.best} 分。`));
  card.append(el("p", { class: "hint" }, `以“${found.me.name}”的名义作答。走开了还能回来接着答；限时的照样走时间。`));
  const start = button("开始答题", "primary", () => post("start", { code }), { disabled: !paper.startable || found.running !== null });
  const last = button("看上次的成绩", "second", () => go(() => api.get(`/api/quiz/scores/${paper.latest}`)));
  show([card], [paper.latest === null ? el("a", { class: "second", href: "/quiz" }, "我的考核") : last, start]);
}

// 还没有登记的人：凭代码报上姓名，或先登录
const signIn = () => el("p", {}, el("a", { href: `/admin#back=/quiz/${code}` }, "已有帐号，去登录"));

function stranger() {
  const name = el("input", { name: "name", required: true, maxlength: 64, autocomplete: "name" });
  const wrong = el("p", { class: "wrong", role: "alert" });
  const form = el("form", { class: "ask-form" }, el("label", { class: "field" }, "姓名（成绩记在这个名字下）", name), wrong, el("button", { type: "submit", class: "primary" }, "进入"), signIn());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await api.send("POST", "/api/quiz/enter", { code, name: name.value });
      await open();
    } catch (error) {
      wrong.textContent = error.message;
    }
  });
  return form;
}

async function leave() {
  await api.send("DELETE", "/api/quiz/enter");
  location.assign(code ? `/quiz/${code}` : "/quiz");
}

function introduce(me) {
  const other = me && me.entered ? button("换人", "plain", leave, { title: "这台电脑换一个人来答" }) : null;
  byId("who").replaceChildren(me ? me.name : "", ...(other ? [other] : []));
}

async function open() {
  const found = await api.get("/api/quiz" + (code ? `?code=${encodeURIComponent(code)}` : ""));
  introduce(found.me);
  if (!code && !reviewing) {
    show([]);
    return mine(sheet, found, open, (data) => post("press", { data }));
  }
  if (reviewing) return go(step);
  if (found.running && found.running.code === code) return go(step);
  const { paper } = found;
  if (found.me && paper.latest !== null && !paper.startable) return go(() => api.get(`/api/quiz/scores/${paper.latest}`));
  return cover(found);
}

addEventListener("hashchange", () => location.reload());
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && !document.querySelector("dialog")) reader.close();
});
open().catch((error) => show([el("section", { class: "panel" }, failed(error), code ? signIn() : null)], [el("a", { class: "second", href: "/quiz" }, "我的考核")]));
