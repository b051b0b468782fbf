// 出卷：从哪些报告、哪些节，几题，各题型几份，怎样考，给谁考。

import * as api from "/assets/api.js";
import { el } from "/assets/dom.js";
import { audience, back, go, HOME, people, picks, tick } from "/assets/training-parts.js";

const MOST = 9;
const FEW = 3;

const field = (title, input, hint) => el("label", { class: "field" }, title, input, hint ? el("small", {}, hint) : null);
const number = (name, value, min, max, more = {}) => el("input", { type: "number", name, value, min, max, ...more });
const group = (title, ...parts) => el("fieldset", { class: "panel group" }, el("legend", {}, title), parts);

export async function make() {
  const [found, listed] = await Promise.all([api.get("/api/training/options"), api.get("/api/training/people")]);
  const sections = el("div", { class: "sections", "aria-live": "polite" });
  const kinds = found.kinds.map((one) => field(one.kind, number(`kind:${one.kind}`, one.share, 0, MOST)));
  const named = people(listed);
  const everyone = el("input", { type: "radio", name: "who", value: "everyone", checked: true });
  const chosen = el("input", { type: "radio", name: "who", value: "named" });
  const wrong = el("p", { class: "wrong", role: "alert" });
  const submit = el("button", { type: "submit", class: "primary" }, "出题");
  const form = el(
    "form",
    { class: "make", autocomplete: "off" },
    group("题目", el("div", { class: "fields" }, field("试卷的名称", el("input", { name: "title", required: true, maxlength: 80, placeholder: "例如：新员工入职测验" })), field("题数", number("number", 10, 1, 200, { required: true }))), el("details", {}, el("summary", {}, "各题型占几份（0 即不出）"), el("div", { class: "fields kinds" }, kinds))),
    group("从哪里出题", reports(found.reports), sections, field("只考这个主题（可以不写）", el("input", { name: "topic", maxlength: 60, placeholder: "例如：农村公路 养护" }), "标题或句子里有这几个字的才出；几个词用空格隔开，有一个就行")),
    group(
      "怎样考",
      el("div", { class: "fields" }, field("限时（分钟）", number("minutes", 20, 1, 600, { placeholder: "不限" })), field("及格分", number("pass_mark", 60, 0, 100, { required: true })), field("可答几次（0 不限）", number("attempts", 1, 0, 100, { required: true })), field("截止时间", el("input", { type: "datetime-local", name: "deadline" }), found.zone === "Asia/Shanghai" ? "北京时间" : `${found.zone} 的时间`)),
      el("div", { class: "ticks" }, tick("shuffle", "题目与选项打乱次序", true), tick("at_end", "交卷后才说对错", false), tick("nicknames", "成绩表里用昵称", false)),
    ),
    group("给谁考", el("label", { class: "tick" }, everyone, el("span", {}, "有链接或代码的人都能答")), el("label", { class: "tick" }, chosen, el("span", {}, "只有点名的人能答")), named),
    wrong,
    el("div", { class: "row" }, el("span", { class: "spread" }), el("a", { class: "second", href: HOME }, "取消"), submit),
  );
  form.addEventListener("change", (event) => {
    if (event.target.closest(".reports")) drawSections(sections, ticked(form, found.reports));
  });
  drawSections(sections, ticked(form, found.reports));
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const data = new FormData(form);
    wrong.textContent = found.reports.length && !data.has("report") ? "请至少勾一份报告。" : "";
    if (wrong.textContent) return;
    submit.disabled = true;
    submit.textContent = "正在出题，逐题证明……";
    try {
      const made = await api.send("POST", "/api/training/papers", written(data));
      go(made.id);
    } catch (error) {
      wrong.textContent = error.message;
      wrong.scrollIntoView({ block: "nearest" });
    }
    submit.disabled = false;
    submit.textContent = "出题";
  });
  return [back(), el("h2", {}, "出一份试卷"), form];
}

function reports(found) {
  const label = (one) => `${one.title}${one.issuer ? `（${one.issuer}）` : ""}`;
  const list = found.map((one) => tick("report", label(one), true, { value: one.name }));
  const all = el("input", { type: "checkbox", checked: true });
  const inputs = () => list.map((one) => one.querySelector("input"));
  all.addEventListener("change", () => inputs().forEach((input) => (input.checked = all.checked)));
  const box = picks("报告", list);
  box.addEventListener("change", () => (all.checked = inputs().every((input) => input.checked)));
  return el("div", { class: "reports" }, el("label", { class: "tick" }, all, el("span", {}, `全部 ${found.length} 份报告`)), box);
}

const ticked = (form, found) => found.filter((one) => form.querySelector(`input[name="report"][value="${CSS.escape(one.name)}"]`).checked);

// 选了没几份报告的，可以再挑其中几节
function drawSections(box, chosen) {
  if (!chosen.length || chosen.length > FEW) {
    box.replaceChildren(el("p", { class: "hint" }, `只勾 ${FEW} 份以内的报告，可以再挑其中几节。`));
    return;
  }
  const rows = chosen.flatMap(({ sections }) => sections.map((one) => el("div", { class: `level-${Math.min(one.level, 4)}` }, tick("section", `${one.heading}（${one.count} 处）`, false, { value: one.path }))));
  box.replaceChildren(el("details", {}, el("summary", {}, "只从其中几节出（不勾就是全文）"), el("div", { class: "picks", role: "group", "aria-label": "节" }, rows)));
}

function written(data) {
  const shares = {};
  for (const [name, value] of data) if (name.startsWith("kind:") && Number(value) > 0) shares[name.slice(5)] = Number(value);
  const whole = document.querySelectorAll('input[name="report"]').length === data.getAll("report").length;
  return {
    title: data.get("title"),
    number: Number(data.get("number")),
    shares,
    reports: whole ? [] : data.getAll("report"),
    sections: [...new Set(data.getAll("section"))],
    topic: data.get("topic").trim(),
    minutes: data.get("minutes") ? Number(data.get("minutes")) : null,
    pass_mark: Number(data.get("pass_mark")),
    deadline: data.get("deadline") || null,
    attempts: Number(data.get("attempts")),
    shuffle: data.has("shuffle"),
    at_once: !data.has("at_end"),
    nicknames: data.has("nicknames"),
    everyone: data.get("who") === "everyone",
    ...audience(data),
  };
}
