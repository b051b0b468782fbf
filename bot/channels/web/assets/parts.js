// 管理页各处共用的小件：对话框、提示、时间、出错的一句话。

import { byId, el } from "/assets/dom.js";

let fading = 0;

export function toast(sentence) {
  const shown = byId("toast");
  shown.textContent = sentence;
  shown.classList.add("shown");
  clearTimeout(fading);
  fading = setTimeout(() => shown.classList.remove("shown"), 2500 + 90 * sentence.length);
}

// 做一件事；没做成就说为什么。
export async function attempt(act) {
  try {
    return await act();
  } catch (error) {
    toast(error.message);
    return null;
  }
}

function opened(title, inside) {
  const dialog = el("dialog", { "aria-label": title }, el("h2", {}, title), inside);
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
  return dialog;
}

export function confirmed(title, sentence, button) {
  return new Promise((answer) => {
    const yes = el("button", { type: "button", class: "primary danger" }, button);
    const no = el("button", { type: "button", class: "second" }, "取消");
    const dialog = opened(title, [el("p", {}, sentence), el("div", { class: "buttons" }, no, yes)]);
    yes.addEventListener("click", () => {
      answer(true);
      dialog.close();
    });
    no.addEventListener("click", () => dialog.close());
    dialog.addEventListener("close", () => answer(false));
    no.focus();
  });
}

// 填几项；`act` 收到各项的值，抛错就留在对话框里。
export function filled(title, fields, button, act, hint = "") {
  const inputs = fields.map(({ title: name, ...attributes }) => el("label", { class: "field" }, name, drawField(attributes)));
  dialogue(title, [hint ? el("p", { class: "hint" }, hint) : null, inputs], button, (given) => act(Object.fromEntries(given)));
}

function drawField({ choices, lines, value, ...attributes }) {
  if (choices) return el("select", attributes, choices.map((one) => el("option", { value: one, selected: one === value }, one)));
  return lines ? el("textarea", { rows: lines, ...attributes }, value) : el("input", { value, ...attributes });
}

// 一张表单；`act` 收到 FormData，抛错就把那句话留在对话框里。
export function dialogue(title, inside, button, act) {
  const wrong = el("p", { class: "wrong", role: "alert" });
  const cancel = el("button", { type: "button", class: "second" }, "取消");
  const form = el("form", { class: "ask-form" }, inside, wrong, el("div", { class: "buttons" }, cancel, el("button", { type: "submit", class: "primary" }, button)));
  const dialog = opened(title, form);
  cancel.addEventListener("click", () => dialog.close());
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    try {
      await act(new FormData(form));
      dialog.close();
    } catch (error) {
      wrong.textContent = error.message;
    }
  });
}

export function secret(title, text, hint) {
  const close = el("button", { type: "button", class: "primary" }, "好");
  const dialog = opened(title, [el("p", { class: text.length > 12 ? "code long" : "code" }, text), el("p", { class: "hint" }, hint), el("div", { class: "buttons" }, close)]);
  close.addEventListener("click", () => dialog.close());
}

export const when = (moment) => moment.slice(0, 16).replace("T", " ");
export const failed = (error) => el("p", { class: "quiet", role: "alert" }, error.message);
export const button = (text, kind, onclick, attributes = {}) => el("button", { type: "button", class: kind, onclick, ...attributes }, text);

// 打开原文、停在这一句的网址。
export const sourceLink = ({ document: name, start, end }) => `/#report=${encodeURIComponent(name)}&at=${start}-${end}`;

// 停手之后再做，免得每敲一个字就去查一次。
export function settled(act, pause = 250) {
  let timer = 0;
  return () => {
    clearTimeout(timer);
    timer = setTimeout(act, pause);
  };
}
