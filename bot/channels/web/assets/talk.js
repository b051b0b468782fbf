// 对话：一问一答怎样画，问出去以后怎样等、怎样停、怎样再试。

import * as api from "/assets/api.js";
import { answerCard, failedCard } from "/assets/card.js";
import { byId, el } from "/assets/dom.js";
import * as memory from "/assets/memory.js";
import { openReport } from "/assets/reader.js";

const HISTORY = 8;
const SLOW = 8000;
const LOST = "这一问没有等到答复，页面就关上了。";
const log = byId("log");
const scroll = byId("scroll");
const drawn = new WeakMap();

let chat = memory.all()[0] || memory.fresh();
let waiting = null;
let changed = () => {};

export const current = () => chat;
export const busy = () => waiting !== null;
export const lastQuestion = () => (chat.turns.length ? chat.turns[chat.turns.length - 1].question : "");

// 对话变了（问了、答了、换了）就告诉 `listener`。
export function onChange(listener) {
  changed = listener;
}

const actions = {
  ask: submit,
  open: (cited, from) => openReport(cited.document, cited.title, cited, from),
  async judge(reply, verdict, correction) {
    await api.judge(reply.number, verdict, correction);
    reply.opinion = verdict;
    memory.keep(chat);
  },
};

function drawReply(turn) {
  if (turn.reply) return answerCard(turn.reply, actions);
  if (waiting && waiting.turn === turn) return drawWaiting(waiting);
  return failedCard(turn, () => answer(turn));
}

function drawWaiting(job) {
  job.said = el("span", {}, "正在查报告……");
  return el("p", { class: "waiting" }, el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i")), job.said);
}

function drawTurn(turn) {
  const parts = { question: el("p", { class: "mine" }, turn.question), reply: drawReply(turn) };
  drawn.set(turn, parts);
  return [parts.question, parts.reply];
}

function redraw(turn) {
  const parts = drawn.get(turn);
  const reply = drawReply(turn);
  parts.reply.replaceWith(reply);
  parts.reply = reply;
  return parts;
}

function drawFollow() {
  for (const old of log.querySelectorAll(".follow")) old.remove();
  const last = chat.turns[chat.turns.length - 1];
  if (!last || !last.reply || last.reply.status === "ambiguous" || !last.reply.suggestions.length) return;
  const buttons = last.reply.suggestions.map((text) => el("button", { type: "button", onclick: () => submit(text) }, text));
  log.append(el("div", { class: "follow", role: "group", "aria-label": "接着问" }, buttons));
}

// 整个重画时不逐条念。
export function drawChat() {
  log.setAttribute("aria-live", "off");
  log.replaceChildren(...chat.turns.flatMap(drawTurn));
  drawFollow();
  byId("welcome").hidden = chat.turns.length > 0;
  scroll.scrollTop = scroll.scrollHeight;
  changed();
  setTimeout(() => log.setAttribute("aria-live", "polite"), 100);
}

export function turnTo(other) {
  chat = other;
  drawChat();
}

export function submit(text) {
  const question = text.trim();
  if (!question || waiting) return;
  const turn = { question };
  chat.turns.push(turn);
  memory.keep(chat);
  byId("welcome").hidden = true;
  log.append(...drawTurn(turn));
  answer(turn);
}

async function answer(turn) {
  if (waiting) return;
  const job = { turn, chat, stopping: new AbortController(), said: null };
  const earlier = chat.turns.slice(0, chat.turns.indexOf(turn)).filter((one) => one.reply);
  const told = (sentence) => (job.said.textContent = sentence);
  waiting = job;
  delete turn.error;
  redraw(turn).reply.scrollIntoView({ block: "end" });
  drawFollow();
  changed();
  const slow = setTimeout(() => told("比平时慢，还在查……"), SLOW);
  try {
    turn.reply = await api.ask(turn.question, earlier.map((one) => one.question).slice(-HISTORY), chat.id, job.stopping.signal, told);
  } catch (error) {
    turn.error = error.message;
    turn.status = error.status;
  }
  clearTimeout(slow);
  waiting = null;
  if (job.stopping.signal.aborted && !turn.reply) takeBack(job);
  else finish(job);
  changed();
}

function finish({ turn, chat: asked }) {
  if (memory.holds(asked.id)) memory.keep(asked);
  if (asked !== chat) return;
  const left = document.activeElement === document.body;
  const { question, reply } = redraw(turn);
  drawFollow();
  question.scrollIntoView({ block: "start" });
  if (left) reply.focus({ preventScroll: true });
}

// 不等了：这一问收回，好像没有问过。
function takeBack({ turn, chat: asked }) {
  asked.turns.splice(asked.turns.indexOf(turn), 1);
  if (!asked.turns.length) memory.drop(asked.id);
  else if (memory.holds(asked.id)) memory.keep(asked);
  if (asked === chat) drawChat();
}

// 停下正在等的一问（只要某个对话里的），返回它的文字。
export function stop(id = null) {
  if (!waiting || (id && id !== waiting.chat.id)) return "";
  waiting.stopping.abort();
  return waiting.turn.question;
}

// 上一次没等到答复就关了页的，说明白，可以再试。
for (const kept of memory.all()) {
  for (const turn of kept.turns) if (!turn.reply && !turn.error) turn.error = LOST;
}
