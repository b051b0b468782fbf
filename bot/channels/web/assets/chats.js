// 左边的历次对话：换一个、删一个、清空；窄屏上是一个抽屉。

import { byId, el, svg } from "/assets/dom.js";
import * as memory from "/assets/memory.js";
import { confirmed } from "/assets/parts.js";
import { current, stop, turnTo } from "/assets/talk.js";

const drawer = byId("chats");
const menu = byId("menu");
const rest = [document.querySelector(".talk"), byId("reader")];

const cross = () => svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: "M6 6l12 12M18 6L6 18" }));

function entry(kept) {
  const name = kept.turns[0].question;
  const here = kept.id === current().id;
  return el(
    "li",
    { class: here ? "current" : "" },
    el("button", { type: "button", class: "go", title: name, "aria-current": here ? "true" : null, onclick: () => choose(kept) }, name),
    el("button", { type: "button", class: "drop", "aria-label": `删除对话：${name}`, onclick: () => forget(kept) }, cross()),
  );
}

export function drawChats() {
  const kept = memory.all();
  byId("chat-list").replaceChildren(...kept.map(entry));
  byId("clear-chats").hidden = kept.length === 0;
}

function choose(chat) {
  turnTo(chat);
  show(false);
  byId("question").focus();
}

async function forget(kept) {
  if (!(await confirmed("删除这个对话？", kept.turns[0].question, "删除"))) return;
  stop(kept.id);
  memory.drop(kept.id);
  if (kept.id === current().id) turnTo(memory.fresh());
  drawChats();
  byId("new-chat").focus();
}

async function clear() {
  if (!(await confirmed("清空历次对话？", `这个浏览器里存着的 ${memory.all().length} 个对话都会删去，不能恢复。`, "清空"))) return;
  stop();
  memory.clear();
  turnTo(memory.fresh());
  byId("new-chat").focus();
}

export const shown = () => drawer.classList.contains("shown");

export function show(open) {
  if (open === shown()) return;
  drawer.classList.toggle("shown", open);
  byId("veil").hidden = !open;
  menu.setAttribute("aria-expanded", String(open));
  for (const part of rest) part.inert = open;
  if (open) byId("new-chat").focus();
  else menu.focus();
}

menu.addEventListener("click", () => show(!shown()));
byId("veil").addEventListener("click", () => show(false));
byId("new-chat").addEventListener("click", () => choose(memory.fresh()));
byId("clear-chats").addEventListener("click", clear);
matchMedia("(max-width: 1080px)").addEventListener("change", () => show(false));
memory.watch(drawChats);
