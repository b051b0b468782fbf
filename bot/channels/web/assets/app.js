// 这一页：提问框与键盘、开始页、认人、网址里指明的原文。

import * as api from "/assets/api.js";
import * as chats from "/assets/chats.js";
import { byId, el } from "/assets/dom.js";
import * as reader from "/assets/reader.js";
import * as talk from "/assets/talk.js";

const box = byId("question");
const send = byId("send");
const banner = byId("banner");
const said = byId("said");

// 提问框与键盘

function fit() {
  box.style.height = "auto";
  box.style.height = box.scrollHeight + "px";
  send.disabled = !talk.busy() && box.value.trim() === "";
}

function write(text) {
  box.value = text;
  fit();
}

function changed() {
  const busy = talk.busy();
  send.setAttribute("aria-label", busy ? "停止" : "发送");
  send.classList.toggle("stop", busy);
  if (!busy) said.textContent = "";
  fit();
  chats.drawChats();
}

function submitBox() {
  if (talk.busy()) {
    said.textContent = "上一问还没有答完，写好的先留着。";
    return;
  }
  const text = box.value;
  write("");
  talk.submit(text);
}

function stop() {
  const question = talk.stop();
  if (box.value.trim() === "") write(question);
  box.focus();
}

box.addEventListener("input", fit);
box.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submitBox();
  } else if (event.key === "ArrowUp" && box.value === "" && talk.lastQuestion()) {
    event.preventDefault();
    write(talk.lastQuestion());
  }
});
byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  if (talk.busy()) stop();
  else submitBox();
});
document.addEventListener("keydown", (event) => {
  if (document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") {
    if (chats.shown()) chats.show(false);
    else reader.close();
  } else if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
    event.preventDefault();
    box.focus();
  }
});
byId("show-reports").addEventListener("click", (event) => reader.openShelf(event.currentTarget));

// 开始页与索引进度

function tell(...parts) {
  banner.replaceChildren(...parts);
  banner.hidden = banner.textContent === "";
}

async function welcome() {
  try {
    const { examples, indexing } = await api.start();
    byId("examples").replaceChildren(
      ...examples.map((text) => el("li", {}, el("button", { type: "button", onclick: () => talk.submit(text) }, text))),
    );
    tell(indexing || "");
    if (indexing) setTimeout(welcome, 1500);
  } catch (error) {
    const stranger = error.status === 401;
    tell(error.message, stranger ? el("a", { href: "/admin" }, "登录或注册") : "");
    if (!stranger) setTimeout(welcome, 5000);
  }
}

async function introduce() {
  const who = await api.me().catch(() => null);
  if (!who) return;
  const manages = who.may.includes("see_status");
  const trains = who.may.includes("make_quiz");
  byId("manage-text").textContent = manages ? "管理" : trains ? "培训" : who.name || "登录";
  if (trains && !manages) byId("manage").href = "/admin#training";
}

// 带着 #report=名称 来的，直接打开那一份；再带 &at=起-止 的，停在那一句
function openNamed() {
  const wanted = new URLSearchParams(location.hash.slice(1));
  const name = wanted.get("report");
  if (!name) return;
  const [start, end] = (wanted.get("at") || "").split("-").map(Number);
  const cited = end > start ? { start, end, marks: [] } : null;
  reader.openReport(name, name, cited, null);
}

addEventListener("hashchange", openNamed);
talk.onChange(changed);
talk.drawChat();
introduce();
welcome();
openNamed();
if (matchMedia("(min-width: 641px)").matches && !location.hash) box.focus();
