// 这一页：提问、历次对话、配色、键盘。

import * as api from "/assets/api.js";
import { answerCard, failedCard } from "/assets/card.js";
import { byId, el, svg } from "/assets/dom.js";
import * as memory from "/assets/memory.js";
import * as reader from "/assets/reader.js";

const HISTORY = 8;
const log = byId("log");
const box = byId("question");
const send = byId("send");
const scroll = byId("scroll");
const chats = byId("chats");
const menu = byId("menu");

let chat = memory.all()[0] || memory.fresh();
let busy = false;

// 对话

const open = (cited, from) => reader.openReport(cited.document, cited.title, cited, from);
const mine = (question) => el("p", { class: "mine" }, question);

async function judge(reply, verdict, correction) {
  await api.judge(reply.number, verdict, correction);
  reply.opinion = verdict;
  memory.keep(chat);
}

function drawTurn(turn) {
  const card = turn.reply ? answerCard(turn.reply, open, judge) : failedCard(turn.error, () => submit(turn.question));
  return [mine(turn.question), card];
}

function drawFollow() {
  for (const old of log.querySelectorAll(".follow")) old.remove();
  const last = chat.turns[chat.turns.length - 1];
  const questions = last && last.reply ? last.reply.suggestions : [];
  if (!questions.length) return;
  const buttons = questions.map((text) => el("button", { type: "button", onclick: () => submit(text) }, text));
  log.append(el("div", { class: "follow", role: "group", "aria-label": "接着问" }, buttons));
}

function drawChat() {
  log.replaceChildren(...chat.turns.flatMap(drawTurn));
  drawFollow();
  byId("welcome").hidden = chat.turns.length > 0;
  drawChats();
  scroll.scrollTop = scroll.scrollHeight;
}

async function submit(text) {
  const question = text.trim();
  if (!question || busy) return;
  const here = chat;
  busy = true;
  send.disabled = true;
  byId("welcome").hidden = true;
  for (const old of log.querySelectorAll(".follow")) old.remove();
  const waiting = el("p", { class: "waiting" }, el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), "正在查报告……");
  log.append(mine(question), waiting);
  waiting.scrollIntoView({ block: "end" });
  const turn = { question };
  try {
    turn.reply = await api.ask(question, here.turns.map((earlier) => earlier.question).slice(-HISTORY), here.id);
  } catch (error) {
    turn.error = error.message;
  }
  busy = false;
  send.disabled = box.value.trim() === "";
  here.turns.push(turn);
  memory.keep(here);
  drawChats();
  if (here === chat) finish(turn, waiting);
}

function finish(turn, waiting) {
  const [, card] = drawTurn(turn);
  waiting.replaceWith(card);
  drawFollow();
  const top = card.previousElementSibling;
  (top || card).scrollIntoView({ block: "start" });
}

// 历次对话

function drawChats() {
  const cross = () => svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: "M6 6l12 12M18 6L6 18" }));
  const entry = (kept) => {
    const name = kept.turns[0].question;
    const current = kept.id === chat.id;
    return el(
      "li",
      { class: current ? "current" : "" },
      el("button", { type: "button", class: "go", title: name, "aria-current": current ? "true" : null, onclick: () => turnTo(kept) }, name),
      el("button", { type: "button", class: "drop", "aria-label": `删除对话：${name}`, onclick: () => forget(kept) }, cross()),
    );
  };
  byId("chat-list").replaceChildren(...memory.all().filter((kept) => kept.turns.length).map(entry));
}

function turnTo(other) {
  chat = other;
  drawChat();
  showChats(false);
  box.focus();
}

function forget(kept) {
  memory.drop(kept.id);
  if (kept.id === chat.id) turnTo(memory.fresh());
  else drawChats();
}

function showChats(shown) {
  chats.classList.toggle("shown", shown);
  byId("veil").hidden = !shown;
  menu.setAttribute("aria-expanded", String(shown));
  if (shown) byId("new-chat").focus();
}

menu.addEventListener("click", () => showChats(!chats.classList.contains("shown")));
byId("veil").addEventListener("click", () => showChats(false));
byId("new-chat").addEventListener("click", () => turnTo(memory.fresh()));
byId("show-reports").addEventListener("click", (event) => reader.openShelf(event.currentTarget));

// 提问框与键盘

function fit() {
  box.style.height = "auto";
  box.style.height = box.scrollHeight + "px";
  send.disabled = busy || box.value.trim() === "";
}

function submitBox() {
  if (busy) return;
  const text = box.value;
  box.value = "";
  fit();
  submit(text);
}

box.addEventListener("input", fit);
box.addEventListener("keydown", (event) => {
  if (event.isComposing || event.keyCode === 229) return;
  if (event.key === "Enter" && !event.shiftKey) {
    event.preventDefault();
    submitBox();
  } else if (event.key === "ArrowUp" && box.value === "" && chat.turns.length) {
    event.preventDefault();
    box.value = chat.turns[chat.turns.length - 1].question;
    fit();
  }
});
byId("ask").addEventListener("submit", (event) => {
  event.preventDefault();
  submitBox();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") {
    if (chats.classList.contains("shown")) showChats(false);
    else reader.close();
  } else if (event.key === "/" && !/^(INPUT|TEXTAREA)$/.test(document.activeElement.tagName)) {
    event.preventDefault();
    box.focus();
  }
});

// 开始页与索引进度

async function welcome() {
  try {
    const { examples, indexing } = await api.start();
    byId("examples").replaceChildren(
      ...examples.map((text) => el("li", {}, el("button", { type: "button", onclick: () => submit(text) }, text))),
    );
    byId("banner").textContent = indexing || "";
    byId("banner").hidden = !indexing;
    if (indexing) setTimeout(welcome, 1500);
  } catch (error) {
    byId("banner").textContent = error.message;
    byId("banner").hidden = false;
    setTimeout(welcome, 5000);
  }
}

// 是谁，能不能管理；带着 #report=名称 来的，直接打开那一份
async function introduce() {
  const who = await api.me().catch(() => null);
  if (!who) return;
  const manages = who.may.includes("see_status");
  byId("manage-text").textContent = manages ? "管理" : who.name || "登录";
}

function openNamed() {
  const name = decodeURIComponent((location.hash.match(/^#report=(.+)$/) || [])[1] || "");
  if (name) reader.openReport(name, name, null, null);
}

addEventListener("hashchange", openNamed);
drawChat();
fit();
introduce();
welcome();
openNamed();
if (matchMedia("(min-width: 641px)").matches) box.focus();
