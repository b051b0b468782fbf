// 管理页：登录、各个标签页。

import * as api from "/assets/api.js";
import { audit, feedback } from "/assets/admin-audit.js";
import { facts } from "/assets/admin-facts.js";
import { mine, people } from "/assets/admin-people.js";
import { reports } from "/assets/admin-reports.js";
import { byId, el } from "/assets/dom.js";
import { attempt } from "/assets/parts.js";
import { training } from "/assets/training.js";

const TABS = [
  { name: "reports", title: "报告", action: "see_status", draw: reports },
  { name: "facts", title: "数字", action: "ask", draw: facts },
  { name: "training", title: "培训", action: "make_quiz", draw: training },
  { name: "people", title: "人员", action: "manage_people", draw: people },
  { name: "audit", title: "审计", action: "see_audit", draw: audit },
  { name: "feedback", title: "反馈", action: "see_feedback", draw: feedback },
  { name: "mine", title: "我的帐号", action: "self", draw: mine },
];
const desk = byId("desk");
const tabs = byId("tabs");
let leave = null;

function show(tab, who) {
  for (const button of tabs.children) {
    const chosen = button.dataset.tab === tab.name;
    button.setAttribute("aria-selected", String(chosen));
    if (chosen) desk.setAttribute("aria-labelledby", button.id);
    button.tabIndex = chosen ? 0 : -1;
  }
  if (leave) leave();
  desk.replaceChildren();
  desk.setAttribute("role", "tabpanel");
  // 培训里还分几处，写在标签之后
  if (location.hash.split("/")[0] !== "#" + tab.name) history.replaceState(null, "", "#" + tab.name);
  leave = tab.draw(desk, who) || null;
}

function drawTabs(who) {
  const allowed = TABS.filter((tab) => (tab.action === "self" ? who.id !== null : who.may.includes(tab.action)));
  tabs.replaceChildren(
    ...allowed.map((tab) =>
      el("button", { type: "button", role: "tab", id: "tab-" + tab.name, "data-tab": tab.name, "aria-controls": "desk", onclick: () => show(tab, who) }, tab.title),
    ),
  );
  tabs.hidden = false;
  show(allowed.find((tab) => "#" + tab.name === location.hash.split("/")[0]) || allowed[0], who);
  if (who.may.includes("see_feedback")) countFeedback();
}

async function countFeedback() {
  const { feedback: open } = await api.get("/api/admin/feedback").catch(() => ({ feedback: [] }));
  const tab = tabs.querySelector('[data-tab="feedback"]');
  if (open.length && tab) tab.append(el("span", { class: "count", "aria-label": `${open.length} 条未处理` }, String(open.length)));
}

tabs.addEventListener("keydown", (event) => {
  const all = [...tabs.children];
  const at = all.indexOf(document.activeElement);
  const next = { ArrowRight: all[(at + 1) % all.length], ArrowLeft: all[(at || all.length) - 1], Home: all[0], End: all[all.length - 1] }[event.key];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.click();
});

function field(title, attributes) {
  const input = el("input", attributes);
  return { input, label: el("label", { class: "field" }, title, input) };
}

function signIn(needsAdmin) {
  const login = field("登录名", { name: "login", autocomplete: "username", required: true, maxlength: 64 });
  const password = field("密码", { name: "password", type: "password", autocomplete: "current-password", required: true });
  const values = () => ({ login: login.input.value, password: password.input.value });
  drawSign("登录", [login, password], "登录", () => api.send("POST", "/api/session", values()), "有邀请码、管理员码或关联码，还没有密码", () => join(needsAdmin));
}

function join(needsAdmin) {
  const code = field("码（如 K7QM-3XWP）", { name: "code", required: true, autocomplete: "one-time-code", maxlength: 40 });
  const name = field("姓名", { name: "name", maxlength: 64, autocomplete: "name" });
  const login = field("登录名", { name: "login", required: true, autocomplete: "username", maxlength: 64 });
  const password = field("密码（至少 8 个字符）", { name: "password", type: "password", required: true, minlength: 8, autocomplete: "new-password" });
  const fields = [code, name, login, password];
  const values = () => Object.fromEntries(fields.map(({ input }) => [input.name, input.value]));
  drawSign(
    "用码注册",
    fields,
    "注册",
    () => api.send("POST", "/api/codes", values()),
    "已有帐号，去登录",
    () => signIn(needsAdmin),
    needsAdmin ? "还没有管理员：请输入程序启动时在终端打印的管理员码。" : "",
  );
}

function drawSign(title, fields, button, act, other, turn, hint = "") {
  const wrong = el("p", { class: "wrong", role: "alert" });
  const form = el("form", {}, fields.map(({ label }) => label), wrong, el("button", { class: "primary", type: "submit" }, button));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    wrong.textContent = "";
    try {
      await act();
      await open();
    } catch (error) {
      wrong.textContent = error.message;
    }
  });
  desk.replaceChildren(
    el("section", { class: "sign panel" }, el("h2", {}, title), hint ? el("p", { class: "hint" }, hint) : null, form, el("button", { type: "button", class: "switch", onclick: turn }, other)),
  );
  fields[0].input.focus();
}

byId("sign-out").addEventListener("click", async () => {
  if (await attempt(() => api.send("DELETE", "/api/session"))) location.assign("/admin");
});

// 登录过期、别处退出了：回到登录。
addEventListener("signed-out", () => open().catch(() => {}));

async function open() {
  if (leave) leave();
  leave = null;
  const who = await api.me(true);
  tabs.hidden = true;
  desk.removeAttribute("role");
  desk.removeAttribute("aria-labelledby");
  byId("who").textContent = who.name ? `${who.name} · ${who.role}` : who.trusted ? "本机，不必登录" : "";
  byId("sign-out").hidden = who.id === null;
  const from = (location.hash.match(/^#back=(\/quiz(?:\/\w+)?)$/) || [])[1];
  if (from && who.id !== null) location.assign(from);
  else if (who.id !== null || who.trusted) drawTabs(who);
  else if (who.needs_admin) join(true);
  else signIn(false);
}

open().catch((error) => desk.replaceChildren(el("p", { class: "quiet", role: "alert" }, error.message)));
