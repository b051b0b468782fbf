// 一道题怎样作答：单选、多选、排序、打字；交出去的总是字母或打的字。

import { el, svg } from "/assets/dom.js";

const LETTERS = "ABCDEFGHIJKL";
export const letter = (at) => LETTERS[at];

// 画出作答的部分；`given()` 是现在的作答，空的即还没有作答；一有改动就叫 `changed`。
export function answering(item, changed, say) {
  const draw = { one: choosing, many: choosing, order: ordering, typed: typing }[item.answer];
  return draw(item, changed, say);
}

function choosing(item, changed) {
  const many = item.answer === "many";
  const inputs = item.options.map((_, at) =>
    el("input", { type: many ? "checkbox" : "radio", name: "option", value: letter(at), checked: item.picked.includes(at), onchange: changed }),
  );
  const options = item.options.map((text, at) =>
    el("label", { class: "option" }, inputs[at], el("span", { class: "letter", "aria-hidden": "true" }, letter(at)), el("span", { class: "words" }, text)),
  );
  const given = () => inputs.filter((input) => input.checked).map((input) => input.value).join("");
  return { part: el("fieldset", { class: "options" }, el("legend", { class: "hidden" }, many ? "可选几项" : "选一项"), options), given, first: inputs[0] };
}

function typing(item, changed) {
  const input = el("input", { class: "typed", name: "given", "aria-label": "答案", maxlength: 200, autocomplete: "off", enterkeyhint: "done", oninput: changed, placeholder: "写在这里" });
  return { part: input, given: () => input.value.trim(), first: input };
}

// 排序：拖动，或按上移、下移；键盘在一项上按 Alt+↑、Alt+↓ 也行。
function ordering(item, changed, say) {
  let order = item.picked.length === item.options.length ? [...item.picked] : item.options.map((_, at) => at);
  const list = el("ol", { class: "ordering", "aria-label": "按先后排列" });
  const rows = item.options.map((text, at) => row(text, at));

  function row(text, at) {
    const move = (by) => {
      const from = order.indexOf(at);
      place(at, from + by);
      const [up, down] = rows[at].querySelectorAll("button");
      const wanted = by < 0 ? up : down;
      (wanted.disabled ? (by < 0 ? down : up) : wanted).focus();
    };
    const arrow = (name, path, by) =>
      el("button", { type: "button", class: "icon", "aria-label": `${name}：${text}`, onclick: () => move(by) }, svg("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" }, svg("path", { d: path })));
    const entry = el("li", { class: "option" }, el("span", { class: "grip", "aria-hidden": "true" }, "⠿"), el("span", { class: "rank" }), el("span", { class: "words" }, text), arrow("上移", "M12 19V5M6 11l6-6 6 6", -1), arrow("下移", "M12 5v14M6 13l6 6 6-6", 1));
    entry.addEventListener("keydown", (event) => {
      const by = event.altKey ? { ArrowUp: -1, ArrowDown: 1 }[event.key] : 0;
      if (!by) return;
      event.preventDefault();
      move(by);
    });
    entry.querySelector(".grip").addEventListener("pointerdown", (event) => drag(event, at));
    return entry;
  }

  function place(at, wanted) {
    const to = Math.max(0, Math.min(order.length - 1, wanted));
    if (order[to] === at) return;
    order = order.filter((other) => other !== at);
    order.splice(to, 0, at);
    paint();
    say(`“${item.options[at]}”排在第 ${to + 1}`);
    changed();
  }

  function drag(start, at) {
    start.preventDefault();
    const moved = (event) => {
      const over = order.find((other) => {
        const box = rows[other].getBoundingClientRect();
        return event.clientY >= box.top && event.clientY <= box.bottom;
      });
      if (over !== undefined && over !== at) place(at, order.indexOf(over));
    };
    const done = () => {
      rows[at].classList.remove("dragged");
      removeEventListener("pointermove", moved);
      removeEventListener("pointerup", done);
      removeEventListener("pointercancel", done);
    };
    rows[at].classList.add("dragged");
    addEventListener("pointermove", moved);
    addEventListener("pointerup", done);
    addEventListener("pointercancel", done);
  }

  function paint() {
    order.forEach((at, rank) => {
      rows[at].querySelector(".rank").textContent = String(rank + 1);
      const [up, down] = rows[at].querySelectorAll("button");
      up.disabled = rank === 0;
      down.disabled = rank === order.length - 1;
    });
    list.append(...order.map((at) => rows[at]));
  }

  paint();
  return { part: list, given: () => order.map(letter).join(""), first: list.querySelector("button:not(:disabled)") };
}
